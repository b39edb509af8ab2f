/**
 * TCP and UNIX connections, abstract names included, with `socat`, `nc` and the real Twisted at the other end, in both
 * directions: megabytes, and one direction ended before the other.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

import type { IListeningPort } from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';
import { describeWith, describeWithTwisted, PYTHON } from '../live/foreign';
import { until, whileRunning } from '../live/running';
import { HalfCloseableWitness, WitnessClientFactory, WitnessFactory } from '../live/witness';
import { inDirectory } from '../unix/directory';

const LENGTH = 1_000_000;
/** Any byte, and bytes that no line discipline would leave alone. */
const PAYLOAD = Buffer.from(Array.from({ length: LENGTH }, (_, i) => (i * 7) & 255));
const TEXT = PAYLOAD.toString('latin1');

const at = inDirectory();
let names = 0;
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

/** A program that runs beside the test: what it says, and when it has ended. */
class Program {
  output = Buffer.alloc(0);
  words = '';
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor(command: string, ...args: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    this.child = child;
    this.ended = once(child, 'close');
    child.stdout.on('data', (data: Buffer) => {
      this.output = Buffer.concat([this.output, data]);
    });
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      this.words += text;
    });
    child.stdin.on('error', () => undefined);
  }

  /** Gives it all of its input. */
  feeds(data: Buffer): this {
    this.child.stdin?.end(data);
    return this;
  }
}

/** Keeps what it receives until the peer has ended its direction, and then sends it back. */
class Returning extends HalfCloseableWitness {
  override readConnectionLost(): void {
    super.readConnectionLost();
    this.transport.write(Buffer.from(this.text, 'latin1'));
    this.transport.loseConnection();
  }
}

/** Sends, ends its direction, and loses the connection when the peer has ended its own. */
class Sending extends HalfCloseableWitness {
  override connectionMade(): void {
    super.connectionMade();
    this.transport.write(PAYLOAD);
    this.transport.loseWriteConnection();
  }

  override readConnectionLost(): void {
    super.readConnectionLost();
    this.transport.loseConnection();
  }
}

type Kind = 'TCP' | 'UNIX' | 'abstract';
const KINDS: readonly Kind[] = ['TCP', 'UNIX', 'abstract'];

/** Node 20 fills an abstract name up with NULs (its libuv's doing), and whoever else uses it has to, too. */
const FILLS_NAMES = Number(process.versions.node.split('.')[0]) < 22;
/** Bytes of a UNIX socket's address. */
const ADDRESS_LENGTH = 108;

/** Where something listens, as this project says it, and as `socat` and the others do. */
interface Place {
  readonly kind: Kind;
  /** Of TCP: the port; else the path. */
  readonly port: number;
  readonly path: string;
}

function newPlace(kind: Kind): Place {
  names += 1;
  const path = kind === 'abstract' ? `\0skein-${String(process.pid)}-${String(names)}` : at(String(names));
  return { kind, port: 0, path };
}

function listen(reactor: Reactor, place: Place, witness: HalfCloseableWitness): [IListeningPort, Place] {
  const factory = new WitnessFactory(witness);
  if (place.kind !== 'TCP') return [reactor.listenUNIX(place.path, factory), place];
  const port = reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
  return [port, { ...place, port: (port.getHost() as unknown as { port: number }).port }];
}

function connect(reactor: Reactor, { kind, port, path }: Place, witness: HalfCloseableWitness): void {
  const factory = new WitnessClientFactory(witness);
  if (kind === 'TCP') reactor.connectTCP('127.0.0.1', port, factory);
  else reactor.connectUNIX(path, factory);
}

/** Has a program talk to a server of ours; returns what it was sent. */
async function served(kind: Kind, start: (place: Place) => Program): Promise<Program> {
  return whileRunning(async (reactor) => {
    const server = new Returning();
    const [port, place] = listen(reactor, newPlace(kind), server);
    const program = start(place);
    const reason = await server.lost;
    await program.ended;
    await port.stopListening();
    expect([reason.value.name, server.text === TEXT, server.events]).toEqual([
      'ConnectionDone',
      true,
      ['made', 'readLost', 'lost ConnectionDone'],
    ]);
    return program;
  });
}

/** Has a client of ours talk to a program that sends everything back; returns how it went. */
async function serving(place: Place, program: Program, port: (said: string) => number | null): Promise<unknown[]> {
  return whileRunning(async (reactor) => {
    let number: number | null = null;
    await until(reactor, () => (number = port(`${program.words}${program.output.toString('latin1')}`)) !== null);
    const client = new Sending();
    connect(reactor, { ...place, port: number ?? 0 }, client);
    const reason = await client.lost;
    return [reason.value.name, client.text === TEXT, ...client.events];
  });
}

const WELL = ['ConnectionDone', true, 'made', 'writeLost', 'readLost', 'lost ConnectionDone'];

/** `socat` waits so many seconds for the other direction when one has ended. */
const SOCAT_PATIENCE = ['-t', '20'];
const name = ({ path }: Place): string => `${path.slice(1)}${FILLS_NAMES ? ',unix-tightsocklen=0' : ''}`;

describeWith(
  'socat',
  ['-V'],
  'socat version',
)('socat', () => {
  it.each(KINDS)('is served, and gets an answer after it has ended its direction: %s', async (kind) => {
    const { output } = await served(kind, (place) =>
      new Program(
        'socat',
        ...SOCAT_PATIENCE,
        '-',
        {
          TCP: `TCP:127.0.0.1:${String(place.port)}`,
          UNIX: `UNIX-CONNECT:${place.path}`,
          abstract: `ABSTRACT-CONNECT:${name(place)}`,
        }[kind],
      ).feeds(PAYLOAD),
    );
    expect(output.equals(PAYLOAD)).toBe(true);
  });

  it.each(KINDS)('serves a client that ends its direction first: %s', async (kind) => {
    const place = newPlace(kind);
    const address = {
      TCP: 'TCP-LISTEN:0,bind=127.0.0.1',
      UNIX: `UNIX-LISTEN:${place.path}`,
      abstract: `ABSTRACT-LISTEN:${name(place)}`,
    }[kind];
    const program = new Program('socat', '-d', '-d', ...SOCAT_PATIENCE, address, 'EXEC:cat');
    const went = await serving(place, program, (said) => {
      const found = /listening on AF=\d+ \S*?(?::(\d+))?\n/.exec(said);
      return found === null ? null : Number(found[1] ?? 0);
    });
    expect(went).toEqual(WELL);
  });
});

describeWith(
  'nc',
  ['-h'],
  'OpenBSD',
)('nc', () => {
  it.each(['TCP', 'UNIX'] as const)(
    'is served, and gets an answer after it has ended its direction: %s',
    async (kind) => {
      const { output } = await served(kind, (place) => {
        const where = kind === 'TCP' ? ['127.0.0.1', String(place.port)] : ['-U', place.path];
        return new Program('nc', '-N', ...where).feeds(PAYLOAD);
      });
      expect(output.equals(PAYLOAD)).toBe(true);
    },
  );

  it.each(['TCP', 'UNIX'] as const)(
    'serves a client: what either says arrives, and the end after it: %s',
    async (kind) => {
      const place = newPlace(kind);
      const where = kind === 'TCP' ? ['-v', '127.0.0.1', '0'] : ['-U', place.path];
      const program = new Program('nc', '-N', '-l', ...where);
      await whileRunning(async (reactor) => {
        let port = 0;
        await until(reactor, () => {
          if (kind === 'UNIX') return existsSync(place.path);
          port = Number(/^Listening on \S+ (\d+)\n/.exec(program.words)?.[1] ?? 0);
          return port !== 0;
        });
        const client = new Sending();
        connect(reactor, { ...place, port }, client);
        await client.writeLost;
        program.feeds(Buffer.from('that was all'));
        await client.lost;
        await program.ended;
        expect([program.output.equals(PAYLOAD), client.text]).toEqual([true, 'that was all']);
      });
    },
  );
});

const twisted = (...args: string[]): Program => new Program(PYTHON, path.join(__dirname, 'twistedPeer.py'), ...args);
const addressOf = ({ kind, port, path }: Place): string =>
  kind === 'TCP' ? `tcp:${String(port)}` : `unix:${asTwisted(kind, path).replaceAll('\0', '@')}`;
/** A path as the real system calls take it. */
const asTwisted = (kind: Kind, path: string): string =>
  kind === 'abstract' && FILLS_NAMES ? path.padEnd(ADDRESS_LENGTH, '\0') : path;

describeWithTwisted()('Twisted', () => {
  it.each(KINDS)('its client is served, and gets an answer after loseWriteConnection: %s', async (kind) => {
    const program = await served(kind, (place) => twisted('connect', addressOf(place), String(LENGTH)));
    expect(program.output.toString()).toBe(`write lost\nread lost ${String(LENGTH)}\nsame\nlost ConnectionDone\n`);
  });

  it.each(KINDS)('its server answers a client that ends its direction first: %s', async (kind) => {
    const place = newPlace(kind);
    const program = twisted('serve', addressOf(place));
    const went = await serving(place, program, (said) => {
      const found = /^(\d+)\n/.exec(said);
      return found === null ? null : Number(found[1]);
    });
    expect(went).toEqual(WELL);
    await program.ended;
    expect(program.output.toString()).toMatch(new RegExp(`\\nread lost ${String(LENGTH)}\\nlost ConnectionDone\\n$`));
  });
});
