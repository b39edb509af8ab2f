/**
 * `systemd:` and `fd:` in descriptions: sockets that somebody else has bound.
 *
 * @twisted twisted.internet.endpoints._SystemdParser
 *
 * `fd:` is new: for parents that are not systemd.
 */
import { ValueError } from '@skein/reactor/error';
import type { IReactor, IReactorSocket } from '@skein/reactor/interfaces';

import { AdoptedStreamServerEndpoint } from '../../adoptedStreamServerEndpoint';
import { inheritedFDs } from '../../systemd/inherited';
import { Arguments, type Parameter } from '../arguments';

import type { ServerKind } from './kind';

const FAMILIES = ['INET', 'INET6', 'UNIX'] as const;
const DOMAIN: Parameter = {
  name: 'domain',
  what: 'the kind of addresses that the socket has',
  required: true,
};

export const SYSTEMD_SERVER: ServerKind = {
  prefix: 'systemd',
  summary: 'a socket that systemd has bound: `AdoptedStreamServerEndpoint`. Wanted is `index` or `name`',
  signature: {
    parameters: [
      DOMAIN,
      { name: 'index', what: 'which one, counted from 0 in the order of the unit' },
      { name: 'name', what: 'which one, by the `FileDescriptorName=` of the unit' },
    ],
    example: 'systemd:domain=INET:index=0',
  },
  parse(reactor, description) {
    const args = new Arguments(description, this.signature);
    const family = args.word('domain', FAMILIES) ?? 'INET';
    const index = args.integer('index');
    const name = args.text('name');
    if ((index === null) === (name === null)) {
      throw new ValueError(args.problem('wanted either index or name, to say which of the inherited sockets it is'));
    }
    const inherited = inheritedFDs();
    const descriptors = inherited.inheritedDescriptors();
    const found =
      name !== null
        ? inherited.inheritedNamedDescriptors().get(name)
        : descriptors.at(checkIndex(index as number, descriptors.length));
    if (found === undefined) {
      const given = name === null ? `index is "${index ?? ''}"` : `name is "${name}"`;
      throw new ValueError(
        args.problem(`${given}, wanted ${listed(inherited.inheritedNamedDescriptors(), descriptors)}`),
      );
    }
    return new AdoptedStreamServerEndpoint(withSockets(reactor), found, family);
  },
};

export const FD_SERVER: ServerKind = {
  prefix: 'fd',
  summary: 'a socket that the parent process has bound: `AdoptedStreamServerEndpoint`',
  signature: {
    parameters: [
      { name: 'fileno', what: 'the descriptor', required: true },
      { name: 'domain', what: DOMAIN.what, default: 'INET' },
    ],
    example: 'fd:3:domain=INET6',
  },
  parse(reactor, description) {
    const args = new Arguments(description, this.signature);
    const fileno = args.requiredInteger('fileno');
    if (fileno < 0) throw new ValueError(args.problem(`fileno is "${fileno}", wanted a descriptor`));
    return new AdoptedStreamServerEndpoint(withSockets(reactor), fileno, args.word('domain', FAMILIES) ?? 'INET');
  },
};

/** Python's lists are counted from the end by negative numbers, but there is no such socket. */
function checkIndex(index: number, length: number): number {
  return index < 0 ? length : index;
}

function listed(names: ReadonlyMap<string, number>, descriptors: readonly number[]): string {
  if (descriptors.length === 0) return 'a socket, but this process has inherited none (LISTEN_FDS)';
  const last = descriptors.length - 1;
  const indexes = last === 0 ? 'index 0' : `an index from 0 to ${last}`;
  return names.size === 0 ? indexes : `${indexes}, or one of the names ${[...names.keys()].join(', ')}`;
}

/** `listen` says so when a reactor cannot adopt sockets. */
function withSockets(reactor: IReactor): IReactorSocket {
  return reactor as unknown as IReactorSocket;
}
