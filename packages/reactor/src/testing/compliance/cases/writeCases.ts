/**
 * Rule 4: at most one `write` is outstanding; `written` ends it.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import { claimPattern, pattern } from '../pattern';
import type { StreamProbe } from '../streamProbe';

const MEBIBYTE = 2 ** 20;
/** More than two ends of a connection buffer between them. */
const TOO_MUCH = 24 * MEBIBYTE;

function takesMore({ handle }: StreamProbe): boolean {
  return handle.takesMore === true;
}

export const writeCases = [
  driverCase(4, 'StreamHandle.write of 4 MiB sends all of it and tells written once', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.write(pattern(4 * MEBIBYTE));
    await far.receives(4 * MEBIBYTE);
    await near.hasWritten(1);
    await scene.look();
    claimPattern(far.received, 4 * MEBIBYTE, 'the write');
    claimEqual(near.events, ['connected', 'written'], 'events of the writer');
  }),

  driverCase(
    4,
    'StreamHandle.write of thousands of chunks sends them in order and tells written once',
    async (scene) => {
      const { near, far } = await scene.connection();
      far.readStart();
      const chunks = Array.from({ length: 5000 }, (_, i) => pattern(37, 37 * i));
      near.write(...chunks);
      await far.receives(5000 * 37);
      await near.hasWritten(1);
      await scene.look();
      claimPattern(far.received, 5000 * 37, 'the write');
      claimEqual(near.events, ['connected', 'written'], 'events of the writer');
    },
  ),

  driverCase(
    4,
    'StreamHandle.write of large chunks, and small ones behind, sends them in order and tells written once',
    async (scene) => {
      const { near, far } = await scene.connection();
      const large = Array.from({ length: 96 }, (_, i) => pattern(64 * 1024, 64 * 1024 * i));
      const size = 96 * 64 * 1024;
      near.write(...large, pattern(5, size), pattern(40_000, size + 5), pattern(1, size + 40_005));
      await scene.look();
      far.readStart();
      await far.receives(size + 40_006);
      await near.hasWritten(1);
      await scene.look();
      claimPattern(far.received, size + 40_006, 'the write');
      claimEqual(near.events, ['connected', 'written'], 'events of the writer');
    },
  ),

  driverCase(4, 'StreamHandle.write takes any Uint8Array, and views', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    const whole = new Uint8Array(pattern(300));
    near.write(whole.subarray(0, 100), Buffer.from(whole.buffer, 100, 100), whole.subarray(200));
    await far.receives(300);
    claimPattern(far.received, 300, 'the write');
  }),

  driverCase(4, 'StreamHandle.write of nothing is written too', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.write(Buffer.alloc(0));
    await near.hasWritten(1);
    near.write(Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(0));
    await near.hasWritten(2);
    await far.receives(1);
    await scene.look();
    claimEqual(far.received.toString(), 'a', 'what came');
  }),

  driverCase(4, 'StreamHandle.write of no chunks is written too', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.write();
    await near.hasWritten(1);
    near.write(Buffer.from('a'));
    await far.receives(1);
    await near.hasWritten(2);
  }),

  driverCase(4, 'StreamHandle.write is written only when a slow reader has made room', async (scene) => {
    const { near, far } = await scene.connection();
    near.write(Buffer.alloc(TOO_MUCH));
    await scene.look();
    claimEqual(near.written, 0, 'writes reported while nothing was read');
    far.readStart();
    await far.receives(64 * 1024);
    far.readStop();
    await scene.look();
    claimEqual(near.written, 0, 'writes reported while little was read');
    far.readStart();
    await near.hasWritten(1);
    await far.receives(TOO_MUCH);
    claimEqual(far.bytes, TOO_MUCH, 'bytes received');
  }),

  driverCase(
    4,
    'StreamHandle.unsent is what a peer that does not read leaves of a write, on drivers that have it',
    async (scene) => {
      const { near, far } = await scene.connection();
      near.write(Buffer.alloc(TOO_MUCH));
      await scene.look();
      const unsent = near.handle.unsent;
      if (unsent === undefined) return;
      claim(unsent > 0, 'unsent is 0 while nobody reads');
      far.readStart();
      await far.receives(TOO_MUCH);
      await near.hasWritten(1);
      claimEqual(near.handle.unsent, 0, 'unsent after written');
    },
  ),

  driverCase(4, 'StreamHandle.writeText is a write of its UTF-8, on drivers that have it', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    const texts = [
      'short',
      'grüß 😀',
      'x'.repeat(70_000),
      'é'.repeat(70_000),
      `${'y'.repeat(3000)}€`,
      '\ud800'.repeat(2000),
      // About as much as a driver may have memory for.
      ...[32_767, 32_768, 32_769, 32_770].map((count) => '€'.repeat(count)),
    ];
    let bytes = 0;
    for (const [i, text] of texts.entries()) {
      const sent = near.writeText(text);
      if (sent === null) return;
      claimEqual(sent, Buffer.byteLength(text), 'bytes of the text');
      bytes += sent;
      await near.hasWritten(i + 1);
      await far.receives(bytes);
    }
    claim(far.received.equals(Buffer.from(texts.join(''))), 'something else came');
  }),

  driverCase(
    4,
    'StreamHandle.writeText keeps what a slow reader has not taken, on drivers that have it',
    async (scene) => {
      const { near, far } = await scene.connection();
      const other = await scene.connection();
      other.far.readStart();
      let sent = 0;
      const isStuck = (): boolean => (near.handle.unsent ?? 0) > 0;
      for (let i = 0; near.written === i && !isStuck(); i++) {
        const bytes = near.writeText('x'.repeat(60_000));
        if (bytes === null || near.handle.unsent === undefined) return;
        sent += bytes;
        while (near.written === i && !isStuck()) await scene.look();
      }
      other.near.writeText('y'.repeat(60_000));
      await other.far.receives(60_000);
      far.readStart();
      await far.receives(sent);
      claim(far.received.equals(Buffer.alloc(sent, 'x')), 'something else came');
    },
  ),

  driverCase(
    4,
    'StreamHandle.write follows a write that is taken, on drivers that tell, and written is told once for all of them',
    async (scene) => {
      const { near, far } = await scene.connection();
      far.readStart();
      claim(!takesMore(near), 'a handle takes more where nothing is outstanding');
      let writes = 0;
      do near.write(pattern(1000, 1000 * writes++));
      while (takesMore(near) && writes < 20);
      await near.hasWritten(1);
      claim(!takesMore(near), 'a handle takes more after written');
      await far.receives(1000 * writes);
      near.write(pattern(1000, 1000 * writes));
      await near.hasWritten(2);
      await far.receives(1000 * (writes + 1));
      await scene.look();
      claimPattern(far.received, 1000 * (writes + 1), 'the writes');
      claimEqual(near.events, ['connected', 'written', 'written'], 'events of the writer');
    },
  ),

  driverCase(
    4,
    'StreamHandle.write follows writes that are taken until a slow reader leaves some, on drivers that tell, and all of it comes in order',
    async (scene) => {
      const { near, far } = await scene.connection();
      let size = 0;
      do {
        near.write(pattern(100_000, size));
        size += 100_000;
      } while (takesMore(near) && size < TOO_MUCH);
      claim(size < TOO_MUCH, 'a handle takes more than there is room for');
      await scene.look();
      far.readStart();
      await far.receives(size);
      await near.hasWritten(1);
      await scene.look();
      claimPattern(far.received, size, 'the writes');
      claimEqual(near.events, ['connected', 'written'], 'events of the writer');
    },
  ),

  driverCase(4, 'StreamHandle.write from inside written goes on', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.reactions.written = () => {
      if (near.written < 300) near.write(pattern(1000, near.written * 1000));
    };
    near.write(pattern(1000));
    await near.hasWritten(300);
    await far.receives(300_000);
    claimPattern(far.received, 300_000, 'the writes');
  }),

  driverCase(4, 'StreamHandle.write from inside data answers', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.readStart();
    far.reactions.data = (chunk) => far.write(chunk);
    for (let i = 1; i <= 50; i++) {
      near.write(Buffer.from([i]));
      await near.receives(i);
      await near.hasWritten(i);
      await far.hasWritten(i);
    }
    claimEqual([...near.received], [...far.received], 'the echo');
  }),

  driverCase(4, 'StreamHandle.write from inside connected and connection is sent', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    port.onConnection = (stream) => {
      stream.readStart();
      stream.write(Buffer.from('from the server'));
    };
    const stream = client.connect(port.localAddress);
    stream.reactions.connected = () => {
      stream.readStart();
      stream.write(Buffer.from('from the client'));
    };
    await stream.receives(15);
    await port.accepts(1);
    await port.accepted[0]!.receives(15);
    claimEqual(stream.received.toString(), 'from the server', 'what the client got');
    claimEqual(port.accepted[0]!.received.toString(), 'from the client', 'what the server got');
  }),

  driverCase(4, 'StreamHandle.write of both ends at once does not get in the way of either', async (scene) => {
    const { near, far } = await scene.connection();
    near.readStart();
    far.readStart();
    near.write(pattern(2 * MEBIBYTE));
    far.write(pattern(2 * MEBIBYTE));
    await near.hasWritten(1);
    await far.hasWritten(1);
    await near.receives(2 * MEBIBYTE);
    await far.receives(2 * MEBIBYTE);
    claimPattern(near.received, 2 * MEBIBYTE, 'one way');
    claimPattern(far.received, 2 * MEBIBYTE, 'the other way');
  }),

  driverCase(
    4,
    'StreamHandle.write to a peer that vanishes ends in one closed(error) and no written',
    async (scene) => {
      const { near, far } = await scene.connection();
      near.write(Buffer.alloc(TOO_MUCH));
      await scene.look();
      // With bytes that nobody read, a close is a reset on every kind of stream.
      far.reset();
      await near.sees('closed');
      await scene.look();
      claim(near.events.length === 2, `wanted connected and closed; ${near.events.join(', ')} came`);
      claim(
        ['closed(ECONNRESET)', 'closed(EPIPE)'].includes(near.events[1]!),
        `${near.events[1]!} says something else`,
      );
    },
  ),

  driverCase(4, 'StreamHandle.close while a write is outstanding tells closed(null)', async (scene) => {
    const { near } = await scene.connection();
    near.write(Buffer.alloc(TOO_MUCH));
    await scene.look();
    near.close();
    await near.sees('closed');
    await scene.look();
    claimEqual(near.events, ['connected', 'closed(null)'], 'events');
  }),
];
