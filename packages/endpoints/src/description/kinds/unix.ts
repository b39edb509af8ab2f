/**
 * `unix:` in descriptions.
 *
 * @twisted twisted.internet.endpoints._parseUNIX, _parseClientUNIX
 */
import { UNIXClientEndpoint, UNIXServerEndpoint } from '../../unixEndpoints';
import { Arguments } from '../arguments';

import type { ClientKind, ServerKind } from './kind';
import { BACKLOG, TIMEOUT } from './tcp';

export const UNIX_SERVER: ServerKind = {
  prefix: 'unix',
  lowerCaseOnly: true,
  summary: 'a UNIX socket: `UNIXServerEndpoint`',
  signature: {
    parameters: [
      { name: 'address', what: "the socket's path", required: true },
      { name: 'mode', what: 'its permissions, in octal digits', default: '666' },
      BACKLOG,
      {
        name: 'lockfile',
        what: '1: hold a lock beside the socket, and remove a socket that a dead owner left; 0: do not',
        default: '1',
      },
    ],
    example: 'unix:/run/chat.sock:mode=660',
  },
  parse(reactor, description) {
    const args = new Arguments(description, this.signature);
    return new UNIXServerEndpoint(reactor, args.requiredText('address'), {
      mode: args.mode('mode') ?? 0o666,
      backlog: args.integer('backlog'),
      wantPID: args.flag('lockfile') ?? true,
    });
  },
};

export const UNIX_CLIENT: ClientKind = {
  prefix: 'unix',
  summary: 'a UNIX socket: `UNIXClientEndpoint`',
  signature: {
    parameters: [
      { name: 'path', what: "the socket's path", required: true },
      TIMEOUT,
      { name: 'lockfile', what: '1: fail at once unless a living server holds the lock; 0: try', default: '0' },
    ],
    positional: 1,
    example: 'unix:/run/chat.sock:timeout=5',
  },
  parse(reactor, { text, args, kwargs }) {
    const [endpointType = '', path, ...more] = args;
    // A path by position wins over one by keyword.
    const named = path !== undefined && more.length === 0;
    const description = named ? { text, args: [endpointType], kwargs: { ...kwargs, path } } : { text, args, kwargs };
    const bound = new Arguments(description, this.signature);
    const timeout = bound.integer('timeout');
    return new UNIXClientEndpoint(reactor, bound.requiredText('path'), {
      ...(timeout !== null && { timeout }),
      checkPID: bound.flag('lockfile') ?? false,
    });
  },
};
