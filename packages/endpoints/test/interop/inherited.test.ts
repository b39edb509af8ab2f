/** Sockets that were inherited, by `systemd:` and by `fd:`, with the real Twisted at the other end, as client and as server. */
import { clientFromString, quoteStringArgument as quoted } from '../../src';

import { activated, type Bound, skeinRun } from './activation';
import { ask, connectFromTwisted, describeWith, live, PYTHON, twistedServing } from './peers';

const PATIENCE_MS = 60_000;

const clients = ({ port, port6, path }: Bound): Record<'IPv4' | 'IPv6' | 'UNIX', string> => ({
  IPv4: `tcp:127.0.0.1:${port}`,
  IPv6: `tcp:\\:\\:1:${port6}`,
  UNIX: `unix:${quoted(path)}`,
});

const BOTH = `systemd-socket-activate --version && '${PYTHON}' -c 'import twisted'`;

describeWith('systemd and python3-twisted', ['sh', '-c', BOTH])('Twisted, and sockets that were inherited', () => {
  it.each([
    ['systemd', ['systemd:domain=INET:index=0', 'systemd:domain=INET6:name=web6', 'systemd:domain=UNIX:index=2']],
    ['fd', ['fd:3', 'fd:4:domain=INET6', 'fd:5:domain=UNIX']],
  ])(
    'serverFromString of %s makes servers for its clients',
    async (_kind, listen) => {
      const module = 'packages/endpoints/test/interop/children/telling.ts';
      const answers = await live((reactor, folder) =>
        activated(reactor, folder, skeinRun(module, ...listen), (bound) => connectFromTwisted(clients(bound))),
      );
      expect(answers).toEqual({
        IPv4: expect.stringMatching(/^hello, IPv4Address\(.*host='127.0.0.1'.*\) to IPv4Address/) as string,
        IPv6: expect.stringMatching(/^hello, IPv6Address\(.*host='::1'.*\) to IPv6Address/) as string,
        // Node cannot ask for the path of a socket that it has not bound itself.
        UNIX: 'hello, UNIXAddress(None) to UNIXAddress(None)',
      });
    },
    PATIENCE_MS,
  );

  it.each([
    [
      'systemd',
      { a: 'systemd:domain=INET:index=0', b: 'systemd:domain=INET6:index=1', c: 'systemd:domain=UNIX:index=2' },
    ],
    ['fd', { a: 'fd:3:domain=INET', b: 'fd:4:domain=INET6', c: 'fd:5:domain=UNIX' }],
  ])(
    'clientFromString makes clients of its servers on sockets of %s',
    async (_kind, served) => {
      const answers = await live((reactor, folder) =>
        activated(reactor, folder, twistedServing(served), async (bound) => {
          const { IPv4, IPv6, UNIX } = clients(bound);
          const heard: string[] = [];
          for (const client of [IPv4, IPv6, UNIX]) {
            heard.push((await ask(clientFromString<string>(reactor, client))).text);
          }
          return heard;
        }),
      );
      expect(answers).toEqual([
        'hello from Twisted to 127.0.0.1',
        'hello from Twisted to ::1',
        'hello from Twisted to nobody',
      ]);
    },
    PATIENCE_MS,
  );
});
