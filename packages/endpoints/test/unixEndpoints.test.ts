import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UNIXAddress } from '@skein/reactor/address';
import { CannotListenError, ConnectError } from '@skein/reactor/error';
import type { IReactor } from '@skein/reactor/interfaces';

import { clientFromString, connectProtocol, serverFromString, UNIXClientEndpoint, UNIXServerEndpoint } from '../src';

import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { running } from './running';
import { Asking, Echo, QuietFactory } from './talking';

describe('UNIX endpoints over real sockets', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skein-'));
    path = join(folder, 'socket');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('UNIXServerEndpoint and UNIXClientEndpoint talk to each other, from descriptions', async () => {
    const outcome = await running((reactor) =>
      serverFromString(reactor, `unix:${path}:mode=600`)
        .listen(QuietFactory.forProtocol(Echo))
        .addCallback((port) => {
          expect(port.getHost()).toEqual(new UNIXAddress(path));
          expect(statSync(path).mode & 0o777).toBe(0o600);
          return connectProtocol(clientFromString(reactor, `unix:${path}:lockfile=1`), new Asking())
            .addCallback((asking) => asking.done)
            .addCallback((said) => port.stopListening()?.addCallback(() => said));
        }),
    );
    expect(outcome.result).toBe('hello ConnectionDone');
  });

  test('UNIXServerEndpoint.listen fails with CannotListenError, and UNIXClientEndpoint.connect with ConnectError', async () => {
    const nowhere = join(folder, 'nowhere', 'socket');
    const listened = await running((reactor) =>
      new UNIXServerEndpoint(reactor, nowhere).listen(QuietFactory.forProtocol(Echo)),
    );
    expect(listened.error).toBeInstanceOf(CannotListenError);
    const connected = await running((reactor) =>
      connectProtocol(new UNIXClientEndpoint(reactor, nowhere), new Asking()),
    );
    expect(connected.error).toBeInstanceOf(ConnectError);
  });
});

describe('UNIX endpoints', () => {
  test('listen and connect say so when the reactor has no UNIX sockets', () => {
    const reactor = new FakeReactor() as FakeReactor & IReactor;
    expect(outcomeOf(serverFromString(reactor, 'unix:/s').listen(QuietFactory.forProtocol(Echo))).error.message).toBe(
      "cannot listen on '/s': wanted a reactor with listenUNIX",
    );
    expect(outcomeOf(connectProtocol(clientFromString(reactor, 'unix:/s'), new Asking())).error.message).toBe(
      "cannot connect to '/s': wanted a reactor with connectUNIX",
    );
  });

  test.each(['888', 'rw', '', '-600'])('serverFromString throws for "%s" as a mode', (mode) => {
    expect(() => serverFromString(new FakeReactor() as FakeReactor & IReactor, `unix:/s:mode=${mode}`)).toThrow(
      `mode is "${mode}", wanted octal digits`,
    );
  });
});
