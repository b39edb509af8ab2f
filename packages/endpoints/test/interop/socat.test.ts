/** UNIX sockets with socat, from Debian, at the other end. */
import path from 'node:path';

import { clientFromString, quoteStringArgument as quoted } from '../../src';

import { ask, describeWith, live, Peer, run, tell } from './peers';

describeWith('socat', ['socat', '-V'])('socat', () => {
  it('serverFromString of unix is talked to by it', async () => {
    const answer = await live(async (reactor, folder) => {
      const socket = path.join(folder, 'socket');
      await tell(reactor, `unix:${quoted(socket)}:mode=600`);
      return run('socat', '-', `UNIX-CONNECT:${socket}`);
    });
    expect(answer).toMatch(/^hello, UNIXAddress\(None\) to UNIXAddress\('.*socket'\)\n$/);
  });

  it('clientFromString of unix talks to it', async () => {
    const { text } = await live(async (reactor, folder) => {
      const socket = path.join(folder, 'socket');
      const server = new Peer('socat', ['-d', '-d', `UNIX-LISTEN:${socket}`, 'EXEC:head -n1']);
      try {
        await server.says(/listening on/);
        return await ask(clientFromString<string>(reactor, `unix:${quoted(socket)}`));
      } finally {
        await server.end();
      }
    });
    expect(text).toBe('hello');
  });
});
