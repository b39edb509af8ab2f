/**
 * The chat with clients that nobody wrote for it: Debian's `nc` and `telnet`, and the real Twisted, on either side.
 *
 * What is missing on a machine is skipped there, visibly; in continuous integration (`CI=true`) it fails.
 */
import { spawnSync } from 'node:child_process';

import { createNodeReactor, type Failure } from '@skein/reactor';
import { ConnectionDone, ConnectionLost } from '@skein/reactor/error';
import { connectProtocol, TCP4ClientEndpoint } from '@skein/endpoints';
import { LineReceiver } from '@skein/protocols';

import { main } from '../src/chat';

import { type Program, start } from './program';
import { type Served, served } from './served';

const PYTHON = process.env['SKEIN_PYTHON'] ?? '/usr/bin/python3';

/** `describe` where the command says what it has to, or where everything must be there. */
function describeWith(command: string, args: string[], says: string): jest.Describe {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  const isPresent = `${stdout}${stderr}`.includes(says);
  if (isPresent || process.env['CI'] === 'true' || process.env['SKEIN_REQUIRE_PYTHON'] === '1') return describe;
  console.warn(`skipped, for want of it: ${command} ${args.join(' ')}`);
  return describe.skip;
}
const describeWithNetcat = describeWith('nc', ['-h'], 'OpenBSD');
// A telnet on a terminal: `script` makes the terminal.
const describeWithTelnet = describeWith('script', ['-qec', 'telnet --version', '/dev/null'], 'inetutils');
const describeWithTwisted = describeWith(PYTHON, ['-c', 'import twisted; print(twisted.__name__)'], 'twisted');

/** A user of the chat, through `nc`: types after the prompt, and sees bytes as they came. */
async function netcat(port: number, name: string): Promise<Program> {
  const nc = start('nc', '-C', '127.0.0.1', String(port));
  await nc.says("What's your name?\r\n");
  nc.types(`${name}\n`);
  await nc.says(`Welcome, ${name}!\r\n`);
  return nc;
}

/** Ends `nc`, and gives back all that it has shown. */
const shown = async (nc: Program): Promise<string> => (await nc.endsAfter('SIGTERM')).output;

describeWithNetcat('nc', () => {
  it('Chat serves nc: every line ends in CR LF, and a name is free when nc has ended', () =>
    served(main, async ({ port, oneLost }) => {
      const alice = await netcat(port, 'alice');
      const bob = await netcat(port, 'bob');
      bob.types('hello\n');
      await alice.says('<bob> hello\r\n');
      alice.types('hi bob\n');
      await bob.says('<alice> hi bob\r\n');

      const left = oneLost();
      expect(await shown(bob)).toBe("What's your name?\r\nWelcome, bob!\r\n<alice> hi bob\r\n");
      await left;
      const another = await netcat(port, 'bob');
      expect(await shown(another)).toBe("What's your name?\r\nWelcome, bob!\r\n");
      expect(await shown(alice)).toBe("What's your name?\r\nWelcome, alice!\r\n<bob> hello\r\n");
    }));
});

/** The guide's transcript as a terminal shows it, what the user types included. */
const TRANSCRIPT = `\
Trying 127.0.0.1...
Connected to 127.0.0.1.
Escape character is '^]'.
What's your name?
test
Name taken, please choose another.
bob
Welcome, bob!
hello
<alice> hi bob
twisted makes writing servers so easy!
<alice> I couldn't agree more
<carrol> yeah, it's great
`;

/** Has bob go by the transcript on the client that `bob` is, and the others answer him. */
async function play({ connect }: Served, bob: Pick<Program, 'says' | 'types'>): Promise<void> {
  const [test, alice, carrol] = [await connect(), await connect(), await connect()];
  for (const [client, name] of [
    [test, 'test'],
    [alice, 'alice'],
    [carrol, 'carrol'],
  ] as const) {
    await client.receivesLine("What's your name?");
    await client.send(`${name}\r\n`);
    await client.receivesLine(`Welcome, ${name}!`);
  }
  await bob.says("What's your name?");
  bob.types('test\n');
  await bob.says('Name taken, please choose another.');
  bob.types('bob\n');
  await bob.says('Welcome, bob!');
  bob.types('hello\n');
  await alice.receivesLine('<bob> hello');
  await alice.send('hi bob\r\n');
  await bob.says('<alice> hi bob');
  bob.types('twisted makes writing servers so easy!\n');
  await alice.receivesLine('<bob> twisted makes writing servers so easy!');
  await alice.send("I couldn't agree more\r\n");
  await carrol.receives(
    "<bob> hello\r\n<alice> hi bob\r\n<bob> twisted makes writing servers so easy!\r\n<alice> I couldn't agree more\r\n",
  );
  await carrol.send("yeah, it's great\r\n");
  await bob.says("<carrol> yeah, it's great\r\n");
}

describeWithTelnet('telnet', () => {
  it("Chat goes by the guide's transcript, to the letter, on the terminal of a telnet", () =>
    served(main, async (server) => {
      const bob = start('script', '-qec', `telnet 127.0.0.1 ${server.port}`, '/dev/null');
      await play(server, bob);
      bob.types('\x1d');
      await bob.says('telnet> ');
      bob.types('quit\n');
      const { output } = await bob.ended;
      const [screen] = output.split('^]\r\ntelnet> ');
      expect(screen).toBe(TRANSCRIPT.replaceAll('\n', '\r\n'));
    }));
});

describeWithNetcat('nc, by the transcript', () => {
  it("Chat goes by the guide's transcript through nc, CR LF after every line", () =>
    served(main, async (server) => {
      const bob = start('nc', '-C', '127.0.0.1', String(server.port));
      await play(server, bob);
      expect(await shown(bob)).toBe(
        [
          "What's your name?",
          'Name taken, please choose another.',
          'Welcome, bob!',
          '<alice> hi bob',
          "<alice> I couldn't agree more",
          "<carrol> yeah, it's great",
          '',
        ].join('\r\n'),
      );
    }));
});

/** A Twisted client: answers each line that it knows an answer to, and leaves when it is told so. */
const TWISTED_CLIENT = `
import sys
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.protocols.basic import LineReceiver

class Bob(LineReceiver):
    answers = {
        b"What's your name?": b"alice",
        b"Name taken, please choose another.": b"bob",
        b"Welcome, bob!": b"hello",
        b"<alice> hi bob": "how are you, \\u674e?".encode(),
    }

    def lineReceived(self, line):
        print(line.decode(), flush=True)
        if line in self.answers:
            self.sendLine(self.answers[line])
        elif line == b"<alice> good-bye":
            self.transport.loseConnection()

    def connectionLost(self, reason):
        print(reason.type.__name__, flush=True)
        reactor.stop()

connectProtocol(TCP4ClientEndpoint(reactor, "127.0.0.1", int(sys.argv[1])), Bob())
reactor.run()
`;

describeWithTwisted('a client of Twisted', () => {
  it("Chat serves Twisted's LineReceiver", () =>
    served(main, async ({ port, connect, oneLost }) => {
      const alice = await connect();
      await alice.receivesLine("What's your name?");
      await alice.send('alice\r\n');
      await alice.receivesLine('Welcome, alice!');

      const bob = start(PYTHON, '-c', TWISTED_CLIENT, String(port));
      await bob.says('Welcome, bob!');
      await alice.receivesLine('<bob> hello');
      await alice.send('hi bob\r\n');
      await alice.receivesLine('<bob> how are you, 李?');
      const left = oneLost();
      await alice.send('good-bye\r\n');
      await left;
      const { code, output } = await bob.ended;
      expect(output.split('\n')).toEqual([
        "What's your name?",
        'Name taken, please choose another.',
        'Welcome, bob!',
        '<alice> hi bob',
        '<alice> good-bye',
        'ConnectionDone',
        '',
      ]);
      expect(code).toBe(0);
    }));
});

/** A Twisted server: a room where everyone who has said who they are hears everyone else. Says its port. */
const TWISTED_SERVER = `
from twisted.internet import reactor
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

class Visitor(LineReceiver):
    name = None

    def connectionMade(self):
        self.sendLine(b"Who is there?")

    def connectionLost(self, reason):
        if self.factory.room.pop(self.name, None) is not None:
            self.tell(self.name + b" has left")

    def lineReceived(self, line):
        if self.name is not None:
            if line == b"leave":
                self.transport.loseConnection()
            elif line == b"vanish":
                self.transport.abortConnection()
            else:
                self.tell(self.name + b": " + line)
        elif line in self.factory.room:
            self.sendLine(line + b" is here already")
        else:
            self.name = line
            self.factory.room[line] = self
            self.sendLine(b"Come in, " + line)

    def tell(self, line):
        for visitor in self.factory.room.values():
            if visitor is not self:
                visitor.sendLine(line)

factory = Factory.forProtocol(Visitor)
factory.room = {}
print(reactor.listenTCP(0, factory, interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
`;

/** What our client is told, in order; to be waited for. */
class Guest extends LineReceiver {
  readonly told: string[] = [];
  reason: Failure | null = null;
  #woken = (): void => undefined;

  override lineReceived(line: string) {
    this.told.push(line);
    this.#woken();
  }

  override connectionLost(reason: Failure) {
    this.reason = reason;
    this.#woken();
  }

  /** Resolves when this has been told `line`. */
  async hears(line: string): Promise<void> {
    await this.#until(() => this.told.includes(line));
  }

  async isLost(): Promise<Failure> {
    await this.#until(() => this.reason !== null);
    return this.reason as unknown as Failure;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#woken = resolve));
  }
}

describeWithTwisted('a server of Twisted', () => {
  it("LineReceiver talks to a server of Twisted's", async () => {
    const server = start(PYTHON, '-c', TWISTED_SERVER);
    await server.says('\n');
    const port = Number(server.output());
    const reactor = createNodeReactor();
    const finished = reactor.run({ installSignalHandlers: false });
    const endpoint = new TCP4ClientEndpoint(reactor, '127.0.0.1', port);
    const [ann, ben] = [await connectProtocol(endpoint, new Guest()), await connectProtocol(endpoint, new Guest())];

    await ann.hears('Who is there?');
    ann.sendLine('李');
    await ann.hears('Come in, 李');
    await ben.hears('Who is there?');
    ben.sendLine('李');
    await ben.hears('李 is here already');
    // Two lines in one packet.
    ben.sendLine('ben');
    ben.sendLine('long: ' + 'x'.repeat(16_000));
    await ann.hears('ben: long: ' + 'x'.repeat(16_000));
    ann.sendLine('good');
    ann.sendLine('bye');
    ann.sendLine('leave');
    expect((await ann.isLost()).check(ConnectionDone)).toBe(ConnectionDone);
    await ben.hears('李 has left');
    expect(ben.told).toEqual([
      'Who is there?',
      '李 is here already',
      'Come in, ben',
      '李: good',
      '李: bye',
      '李 has left',
    ]);
    ben.sendLine('vanish');
    expect((await ben.isLost()).check(ConnectionLost)).toBe(ConnectionLost);

    reactor.stop();
    await finished;
    expect(await server.endsAfter('SIGINT')).toMatchObject({ code: 0, output: `${port}\n` });
  });
});
