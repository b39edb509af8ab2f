/**
 * Rule 5: handles are born stopped. No `data` before `readStart` or after `readStop`; buffers belong to the receiver, or are lent.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import { claimPattern, pattern } from '../pattern';
import type { Connection } from '../scene';

/** Sends pieces of the pattern, each when the one before is written. */
async function send({ near }: Connection, pieces: number, size: number): Promise<void> {
  for (let i = 0; i < pieces; i++) {
    near.write(pattern(size, i * size));
    await near.hasWritten(i + 1);
  }
}

export const readCases = [
  driverCase(5, 'StreamHandle is born stopped, and keeps what arrives', async (scene) => {
    const connection = await scene.connection();
    const { near, far } = connection;
    await send(connection, 3, 100);
    far.write(Buffer.from('x'));
    await far.hasWritten(1);
    await scene.look();
    claimEqual([near.bytes, far.bytes], [0, 0], 'bytes before readStart');
    far.readStart();
    near.readStart();
    await far.receives(300);
    await near.receives(1);
    claimPattern(far.received, 300, 'what waited');
  }),

  driverCase(5, 'StreamHandle.readStop holds data back until readStart', async (scene) => {
    const connection = await scene.connection();
    const { near, far } = connection;
    far.readStart();
    await send(connection, 1, 1000);
    await far.receives(1000);
    far.readStop();
    near.write(pattern(1000, 1000));
    await near.hasWritten(2);
    await scene.look();
    claimEqual(far.bytes, 1000, 'bytes after readStop');
    far.readStart();
    await far.receives(2000);
    claimPattern(far.received, 2000, 'what came');
  }),

  driverCase(5, 'StreamHandle.readStop from inside data lets no other data come', async (scene) => {
    const { near, far } = await scene.connection();
    far.reactions.data = () => far.readStop();
    near.write(pattern(2 ** 20));
    let seen = 0;
    for (let i = 0; i < 5; i++) {
      far.readStart();
      await far.receives(seen + 1);
      await scene.look();
      claimEqual(far.chunks.length, i + 1, 'chunks');
      seen = far.bytes;
    }
    far.reactions.data = () => undefined;
    far.readStart();
    await far.receives(2 ** 20);
    claimPattern(far.received, 2 ** 20, 'what came');
  }),

  driverCase(
    5,
    'StreamHandle loses nothing over thousands of chunks with readStop and readStart in between',
    async (scene) => {
      const connection = await scene.connection();
      const { server, far } = connection;
      const pieces = 3000;
      const size = 301;
      let stops = 0;
      // Stopped in every listener; started again at once, in the next turn, or from inside the listener twice over.
      far.reactions.data = () => {
        far.readStop();
        stops += 1;
        if (stops % 3 === 0) far.readStart();
        else if (stops % 3 === 1) server.wakeSoon();
        else {
          far.readStart();
          far.readStop();
          server.wakeSoon();
        }
      };
      server.onTurn = () => far.readStart();
      far.readStart();
      await send(connection, pieces, size);
      await far.receives(pieces * size);
      claimPattern(far.received, pieces * size, 'what came');
    },
  ),

  driverCase(5, 'StreamHandle gives data away: kept chunks do not change when more arrives', async (scene) => {
    const connection = await scene.connection();
    const { far } = connection;
    far.readStart();
    const seen: string[] = [];
    far.reactions.data = (chunk) => seen.push(chunk.toString('hex'));
    await send(connection, 100, 2000);
    await far.receives(200_000);
    claimEqual(
      far.chunks.map((chunk) => chunk.toString('hex')),
      seen,
      'the chunks, looked at again',
    );
  }),

  driverCase(5, 'StreamHandle gives data away: a receiver may write into its chunk', async (scene) => {
    const { near, far, client, port } = await scene.connection();
    const other = client.connect(port.localAddress);
    await other.sees('connected');
    await port.accepts(2);
    const otherFar = port.accepted[1]!;
    far.readStart();
    otherFar.readStart();
    far.reactions.data = (chunk) => chunk.fill(0xff);
    near.write(pattern(100));
    other.write(pattern(100));
    await far.receives(100);
    await otherFar.receives(100);
    claimPattern(otherFar.received, 100, "another connection's data");
    claim(
      far.received.every((byte) => byte === 0xff),
      'what the receiver wrote into its chunk is gone',
    );
  }),

  driverCase(5, 'StreamHandle that lends delivers what was sent, for as long as the event lasts', async (scene) => {
    const { near, far } = await scene.connection();
    // Stopped in every event, so that some of it is held back in between.
    const copies: Buffer[] = [];
    far.reactions.data = (chunk) => {
      copies.push(Buffer.from(chunk));
      far.readStop();
      if (copies.length % 2 === 0) far.readStart();
    };
    far.lends(true);
    far.readStart();
    near.write(pattern(2 ** 20));
    for (let bytes = 0; bytes < 2 ** 20; bytes = far.bytes) {
      await far.receives(bytes + 1);
      far.readStart();
    }
    claimPattern(Buffer.concat(copies), 2 ** 20, 'what came');
  }),

  driverCase(5, 'StreamHandle that lends no more gives data away', async (scene) => {
    const connection = await scene.connection();
    const { far } = connection;
    const seen: string[] = [];
    far.reactions.data = (chunk) => {
      seen.push(chunk.toString('hex'));
      // Lent now and then: of what is kept below, nothing was.
      far.lends(seen.length % 3 === 0);
    };
    far.readStart();
    await send(connection, 100, 2000);
    await far.receives(200_000);
    const isGiven = (_: unknown, i: number): boolean => i % 3 !== 0 || i === 0;
    claimEqual(
      far.chunks.filter(isGiven).map((chunk) => chunk.toString('hex')),
      seen.filter(isGiven),
      'the chunks, looked at again',
    );
  }),

  driverCase(5, 'StreamHandle.write is not changed by what arrives meanwhile', async (scene) => {
    const { near, far } = await scene.connection();
    near.readStart();
    far.readStart();
    // The chunk that came is sent back as it is: its bytes may wait while others arrive.
    const answers: Buffer[] = [];
    const answer = (): void => {
      if (answers.length > 0) far.write(...answers.splice(0));
    };
    let idle = true;
    far.reactions.data = (chunk) => {
      answers.push(chunk);
      if (idle) answer();
      idle = false;
    };
    far.reactions.written = () => {
      idle = answers.length === 0;
      answer();
    };
    near.write(pattern(2 ** 20));
    await near.receives(2 ** 20);
    claimPattern(near.received, 2 ** 20, 'the echo');
  }),

  driverCase(5, 'StreamHandle.readStart and readStop may be called again and again', async (scene) => {
    const { near, far } = await scene.connection();
    for (let i = 0; i < 3; i++) far.readStop();
    for (let i = 0; i < 3; i++) far.readStart();
    near.write(Buffer.from('ab'));
    await far.receives(2);
    far.readStop();
    far.readStart();
    far.readStop();
    far.readStop();
    near.reactions.written = () => undefined;
    await near.hasWritten(1);
    near.write(Buffer.from('cd'));
    await near.hasWritten(2);
    await scene.look();
    claimEqual(far.bytes, 2, 'bytes after readStop');
    far.readStart();
    await far.receives(4);
    claimEqual(far.received.toString(), 'abcd', 'what came');
  }),

  driverCase(5, 'StreamHandle.readStop stops one handle and no other', async (scene) => {
    const { near, far, client, port } = await scene.connection();
    const other = client.connect(port.localAddress);
    await other.sees('connected');
    await port.accepts(2);
    far.readStart();
    port.accepted[1]!.readStart();
    far.readStop();
    near.write(Buffer.from('a'));
    other.write(Buffer.from('b'));
    await port.accepted[1]!.receives(1);
    await scene.look();
    claimEqual(far.bytes, 0, 'bytes of the handle that is stopped');
  }),
];
