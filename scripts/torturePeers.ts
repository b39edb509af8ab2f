/**
 * The hostile peers of `scripts/torture.ts`: nine kinds of them, on plain `node:net`.
 *
 * Its parent sends waves; all peers of a wave connect at once, and its end is told when the last of their sockets is gone.
 * Everything is bounded: the bytes a peer sends, and the time that it stays. Traffic goes to 127.0.0.1 only.
 */
import net from 'node:net';

import type { Ports } from './tortureServer';

/** A wave that is ordered: so many peers, their kinds in turn. */
export interface Wave {
  readonly ports: Ports;
  readonly count: number;
}

/** What became of a wave's peers, by kind. */
export type Outcome = Record<Kind, { peers: number; connected: number; asExpected: number }>;

/** How long a peer stays that does nothing but stay. */
const STAY_MS = 400;
/** How long a peer waits for what the server owes it. */
const PATIENCE_MS = 5000;
const DRIBBLE_MS = 3;
const FLOOD = Buffer.alloc(2 * 1024 * 1024, 'flood');
const LONG_LINE = Buffer.alloc(64 * 1024, '?');

interface Peer {
  readonly port: keyof Ports;
  /** Does its mischief on a connected socket. Resolves with whether the server did what it has to, when there is such a thing. */
  readonly act: (socket: net.Socket) => Promise<boolean>;
}

const KINDS = {
  'resets right after connecting': {
    port: 'chat',
    act(socket) {
      socket.resetAndDestroy();
      return Promise.resolve(true);
    },
  },
  'resets in the middle of a line': {
    port: 'chat',
    async act(socket) {
      await until(socket, (received) => received.includes('\n'));
      socket.write('half a li');
      await later(1);
      socket.resetAndDestroy();
      return true;
    },
  },
  'half-closes': {
    port: 'echo',
    async act(socket) {
      socket.end('and now I listen');
      return ends(socket);
    },
  },
  'floods without reading': {
    port: 'echo',
    async act(socket) {
      socket.pause();
      socket.write(FLOOD);
      await later(STAY_MS);
      socket.resetAndDestroy();
      return true;
    },
  },
  'never reads what is streamed': {
    port: 'stream',
    async act(socket) {
      socket.pause();
      await later(STAY_MS);
      socket.resetAndDestroy();
      return true;
    },
  },
  'dribbles a byte at a time': {
    port: 'answer',
    async act(socket) {
      for (const byte of 'How are you?\r\n') {
        socket.write(byte);
        await later(DRIBBLE_MS);
      }
      const answered = await until(socket, (received) => received === 'Fine\r\n');
      socket.end();
      return answered;
    },
  },
  'sends a line over the limit': {
    port: 'answer',
    async act(socket) {
      socket.write(LONG_LINE);
      return ends(socket);
    },
  },
  'says nothing': {
    port: 'chat',
    async act(socket) {
      await later(STAY_MS);
      socket.destroy();
      return true;
    },
  },
  'sends garbage': {
    port: 'chat',
    async act(socket) {
      socket.write(garbage(4096));
      await later(10);
      socket.end(garbage(4096));
      return ends(socket);
    },
  },
} satisfies Record<string, Peer>;

export type Kind = keyof typeof KINDS;

/** Resolves when the time has passed. */
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves with true as soon as what was received satisfies `enough`; with false when the connection ends, or patience. */
function until(socket: net.Socket, enough: (received: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let received = '';
    const patience = setTimeout(() => resolve(false), PATIENCE_MS);
    const done = (satisfied: boolean): void => {
      clearTimeout(patience);
      resolve(satisfied);
    };
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (enough(received)) done(true);
    });
    socket.on('close', () => done(false));
  });
}

/** Resolves with whether the server ends the connection in time. */
async function ends(socket: net.Socket): Promise<boolean> {
  const patience = setTimeout(() => socket.destroy(new Error('the server did not end it')), PATIENCE_MS);
  socket.resume();
  const end = await new Promise<boolean>((resolve) => {
    // An end or a reset, as the system pleases: there may be data that nobody reads.
    socket.on('end', () => resolve(true));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== undefined));
  });
  clearTimeout(patience);
  return end;
}

/** Bytes of any value, the same in every run (xorshift32). Now and then there is a CR LF among them, and so a user of the chat. */
let state = 0x5eed;
function garbage(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}

/** One peer, from beginning to end. */
function torment(port: number, { act }: Peer): Promise<{ connected: boolean; asExpected: boolean }> {
  return new Promise((resolve) => {
    let result: Promise<boolean> | null = null;
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    socket.on('connect', () => (result = act(socket).finally(() => socket.end())));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      void (result ?? Promise.resolve(false)).then((asExpected) => resolve({ connected: result !== null, asExpected }));
    });
  });
}

process.on('message', ({ ports, count }: Wave) => {
  const kinds = Object.entries(KINDS) as [Kind, Peer][];
  const outcome = Object.fromEntries(
    kinds.map(([kind]) => [kind, { peers: 0, connected: 0, asExpected: 0 }]),
  ) as Outcome;
  const peers = Array.from({ length: count }, async (_, index) => {
    const [kind, peer] = kinds[index % kinds.length]!;
    const { connected, asExpected } = await torment(ports[peer.port], peer);
    outcome[kind].peers += 1;
    outcome[kind].connected += connected ? 1 : 0;
    outcome[kind].asExpected += asExpected ? 1 : 0;
  });
  void Promise.all(peers).then(() => process.send?.(outcome));
});
// Nobody is left to do it for.
process.on('disconnect', () => process.exit());
