/** What `framing.ts` measures Skein against: splitters as they are written by hand, with nothing around them. */
import { setImmediate } from 'node:timers/promises';

interface Splitter {
  dataReceived(data: Buffer): void;
}

/** A sink for what they find, so that nothing is optimized away. */
export const found = { bytes: 0 };

/** A transport that nobody writes to. */
export function memoryTransport(): { disconnecting: boolean; loseConnection(): void } {
  return {
    disconnecting: false,
    loseConnection: () => {
      throw new Error('a frame was refused');
    },
  };
}

/** Lines: searched in the bytes, in latin-1 text, or split off as UTF-8 text. */
export function lineSplitter(how: 'indexOf' | 'latin1' | 'split'): Splitter {
  if (how === 'indexOf') {
    let rest: Buffer = Buffer.alloc(0);
    return {
      dataReceived(data) {
        const bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
        let from = 0;
        for (let at = bytes.indexOf('\r\n'); at !== -1; at = bytes.indexOf('\r\n', from)) {
          found.bytes += bytes.toString('utf8', from, at).length;
          from = at + 2;
        }
        rest = bytes.subarray(from);
      },
    };
  }
  let rest = '';
  if (how === 'split') {
    return {
      dataReceived(data) {
        const lines = (rest + data.toString()).split('\r\n');
        rest = lines.pop() ?? '';
        for (const line of lines) found.bytes += line.length;
      },
    };
  }
  return {
    dataReceived(data) {
      const text = rest + data.toString('latin1');
      let from = 0;
      for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', from)) {
        found.bytes += text.slice(from, at).length;
        from = at + 2;
      }
      rest = text.slice(from);
    },
  };
}

/** Netstrings, without any check but the comma. */
export function netstringSplitter(received: (string: Buffer) => void = count): Splitter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    dataReceived(data) {
      const bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
      let from = 0;
      for (;;) {
        let at = from;
        let length = 0;
        while (at < bytes.length && bytes[at] !== 0x3a) length = length * 10 + (bytes[at++]! - 0x30);
        const end = at + 1 + length;
        if (end >= bytes.length) break;
        if (bytes[end] !== 0x2c) throw new Error('no netstring');
        received(bytes.subarray(at + 1, end));
        from = end + 1;
      }
      rest = bytes.subarray(from);
    },
  };
}

/** Strings with two bytes of length in front. */
export function prefixSplitter(received: (string: Buffer) => void = count): Splitter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    dataReceived(data) {
      const bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
      let from = 0;
      while (from + 2 <= bytes.length) {
        const end = from + 2 + bytes.readUInt16BE(from);
        if (end > bytes.length) break;
        received(bytes.subarray(from + 2, end));
        from = end;
      }
      rest = bytes.subarray(from);
    },
  };
}

function count(string: Buffer): void {
  found.bytes += string.length;
}

/** Writes a chunk `n` times to a stream of `split2`; null, said aloud, where it is not installed. */
export function split2(): ((chunk: Buffer, n: number, lines: number) => Promise<void>) | null {
  // Nobody depends on it here: it is measured if some package has brought it along.
  const name = 'split2';
  let make: (delimiter: string) => NodeJS.ReadWriteStream;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional module
    make = require(name) as typeof make;
  } catch {
    console.log('split2 is not compared with: it is not installed');
    return null;
  }
  const stream = make('\r\n');
  let lines = 0;
  stream.on('data', (line: unknown) => {
    lines += 1;
    found.bytes += (line as string).length;
  });
  return async (chunk, n, each) => {
    const wanted = lines + n * each;
    for (let i = 0; i < n; i++) {
      if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    while (lines < wanted) await setImmediate();
  };
}
