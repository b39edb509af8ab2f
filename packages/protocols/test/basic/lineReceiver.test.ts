import { NotImplementedError, ValueError } from '@skein/reactor/error';
import { collectLoggedErrors } from '@skein/reactor/logger';

import { BytesLineOnlyReceiver, BytesLineReceiver, LineOnlyReceiver, LineReceiver } from '../../src/basic';
import { lend } from '../lend';
import { RecordingTransport } from '../recordingTransport';

class Lines extends LineReceiver {
  readonly lines: string[] = [];
  override lineReceived(line: string): unknown {
    this.lines.push(line);
    return undefined;
  }
}

class OnlyLines extends LineOnlyReceiver {
  readonly lines: string[] = [];
  override lineReceived(line: string): unknown {
    this.lines.push(line);
    return undefined;
  }
}

function connected<P extends { makeConnection(transport: RecordingTransport): void }>(p: P): [P, RecordingTransport] {
  const transport = new RecordingTransport();
  p.makeConnection(transport);
  return [p, transport];
}

it.each(['', 0, null, undefined])(
  'LineReceiver.dataReceived returns what lineReceived did when that loses the connection, be it %p',
  (result) => {
    for (const chunks of [['a\r\nb\r\n'], ['a', '\r\nb\r\n']]) {
      const [p, transport] = connected(new Lines());
      p.lineReceived = (line) => {
        p.lines.push(line);
        transport.disconnecting = true;
        return result;
      };
      expect(chunks.map((chunk) => p.dataReceived(Buffer.from(chunk))).at(-1)).toBe(result);
      expect(p.lines).toEqual(['a']);
    }
  },
);

describe.each([
  ['LineReceiver', () => new Lines()],
  ['LineOnlyReceiver', () => new OnlyLines()],
])('%s', (name, make) => {
  it(`${name} decodes characters that are split over chunks`, () => {
    const [p] = connected(make());
    for (const byte of Buffer.from('naïve €\r\n\u{1F600}\r\n')) p.dataReceived(Buffer.of(byte));
    expect(p.lines).toEqual(['naïve €', '\u{1F600}']);
  });

  it(`${name} decodes bytes that are no UTF-8 as U+FFFD, without touching their neighbours`, () => {
    const [p] = connected(make());
    p.dataReceived(Buffer.from('a\xff\r\nb\xe2\x82\r\nc\xe2\r\nend\r\n', 'latin1'));
    expect(p.lines).toEqual(['a\ufffd', 'b\ufffd', 'c\ufffd', 'end']);
  });

  it(`${name} keeps every byte in latin1`, () => {
    const [p] = connected(make());
    p.encoding = 'latin1';
    p.dataReceived(Buffer.from('a\xff\xe2\x82\r\n', 'latin1'));
    expect(p.lines).toEqual(['a\xff\xe2\x82']);
  });

  it(`${name} counts the limit in bytes`, () => {
    const [p, transport] = connected(make());
    p.MAX_LENGTH = 4;
    p.dataReceived(Buffer.from('éé\r\n'));
    expect(p.lines).toEqual(['éé']);
    p.dataReceived(Buffer.from('ééé\r\n'));
    expect(p.lines).toEqual(['éé']);
    expect(transport.calls).toEqual(['loseConnection']);
  });

  it.each([
    ['text', '\u2028', '\u2028'],
    ['bytes', Buffer.from('\u2028'), '\u2028'],
    ['a Uint8Array', new Uint8Array([0]), '\0'],
  ])(`${name} takes a delimiter given as %s`, (_what, delimiter, text) => {
    const [p, transport] = connected(make());
    p.delimiter = delimiter;
    p.dataReceived(Buffer.from(`é${text}b${text}`));
    expect(p.lines).toEqual(['é', 'b']);
    p.sendLine('ü');
    p.sendLine(Buffer.from('ö'));
    expect(transport.value.toString()).toBe(`ü${text}ö${text}`);
  });

  it(`${name} reads a text delimiter in its encoding`, () => {
    const [p, transport] = connected(make());
    p.encoding = 'latin1';
    p.delimiter = 'é';
    p.dataReceived(Buffer.from([0x61, 0xe9, 0x62, 0xe9]));
    p.sendLine('ü');
    p.sendLine(Buffer.of(0xff));
    expect(p.lines).toEqual(['a', 'b']);
    expect([...transport.value]).toEqual([0xfc, 0xe9, 0xff, 0xe9]);
  });

  it(`${name} refuses an empty delimiter`, () => {
    const [p] = connected(make());
    p.delimiter = '';
    expect(() => {
      p.dataReceived(Buffer.from('x'));
    }).toThrow(ValueError);
  });

  it(`${name}.sendLine sends line and delimiter in one write`, () => {
    const [p, transport] = connected(make());
    p.sendLine('hello');
    p.sendLine(Buffer.from([0xff]));
    expect(transport.writes).toEqual([Buffer.from('hello\r\n'), Buffer.from([0xff, 0x0d, 0x0a])]);
  });

  it(`${name}.sendLine refuses what is no line`, () => {
    const [p, transport] = connected(make());
    expect(() => p.sendLine(7 as never)).toThrow(TypeError);
    p.encoding = 'latin1';
    expect(() => p.sendLine('€')).toThrow(ValueError);
    expect(transport.writes).toEqual([]);
  });

  it(`${name}.lineReceived has to be written`, () => {
    const [p] = connected(name === 'LineReceiver' ? new LineReceiver() : new LineOnlyReceiver());
    expect(() => {
      p.dataReceived(Buffer.from('x\r\n'));
    }).toThrow(NotImplementedError);
  });

  it(`${name} goes on after an async lineReceived, and hands its rejection to the caller`, async () => {
    const lines: string[] = [];
    const [p] = connected(make());
    p.lineReceived = async (line: string) => {
      lines.push(line);
      if (line === 'b') throw new RangeError('late');
    };
    const result = p.dataReceived(Buffer.from('a\r\nb\r\nc\r\n'));
    expect(lines).toEqual(['a', 'b', 'c']);
    await expect(result).rejects.toThrow('late');
  });

  it(`${name} takes a long one a byte at a time`, () => {
    const [p] = connected(make());
    p.MAX_LENGTH = 2 ** 17 + 1; // LineOnlyReceiver counts a carriage return that nothing follows yet
    const line = Buffer.alloc(2 ** 17, 'abcdefg');
    const byte = (at: number) => line.subarray(at, at + 1);
    for (let at = 0; at < line.length; at += 1) p.dataReceived(byte(at));
    p.dataReceived(Buffer.from('\r'));
    p.dataReceived(Buffer.from('\n'));
    expect(p.lines.map((received) => received === line.toString())).toEqual([true]);
  });
});

describe('LineReceiver', () => {
  it('LineReceiver delivers what a large paused buffer holds, a line a resume', () => {
    class OneByOne extends Lines {
      override lineReceived(line: string): void {
        super.lineReceived(line);
        this.pauseProducing();
      }
    }
    const [p] = connected(new OneByOne());
    const count = 20_000;
    p.dataReceived(Buffer.from('x\r\n'.repeat(count / 2)));
    p.dataReceived(Buffer.from('y\r\n'.repeat(count / 2)));
    while (p.lines.length < count) p.resumeProducing();
    expect(p.lines.join('')).toBe('x'.repeat(count / 2) + 'y'.repeat(count / 2));
  });

  it('LineReceiver appends what a callback feeds to it, after what is there', () => {
    class Reflecting extends Lines {
      override lineReceived(line: string): void {
        super.lineReceived(line);
        if (line.length < 3) this.dataReceived(Buffer.from(`${line}!\r\n`));
      }
    }
    const [p] = connected(new Reflecting());
    p.dataReceived(Buffer.from('a\r\nb\r\nc'));
    expect(p.lines).toEqual(['a', 'b', 'ca!', 'b!', 'b!!'].slice(0, p.lines.length));
    expect(p.lines).toEqual(['a', 'b', 'ca!', 'b!', 'b!!']);
  });

  it('LineReceiver does not keep a chunk for the few bytes left of it', () => {
    const [p] = connected(new Lines());
    const chunk = Buffer.from(`${'x'.repeat(1000)}\r\nrest`);
    p.dataReceived(chunk);
    chunk.fill('?');
    p.dataReceived(Buffer.from('\r\n'));
    expect(p.lines[1]).toBe('rest');
  });

  it('LineReceiver.clearLineBuffer returns bytes, in raw and in line mode', () => {
    const [p] = connected(new Lines());
    p.dataReceived(Buffer.from('one\r\ntw'));
    expect(p.clearLineBuffer()).toEqual(Buffer.from('tw'));
    expect(p.clearLineBuffer()).toEqual(Buffer.from(''));
    p.dataReceived(Buffer.from('o\r\n'));
    expect(p.lines).toEqual(['one', 'o']);
  });

  it('LineReceiver searches what it has kept again when the delimiter is changed between chunks', () => {
    const [p] = connected(new Lines());
    p.dataReceived(Buffer.from('a;b;c'));
    p.delimiter = ';';
    p.dataReceived(Buffer.from(';'));
    expect(p.lines).toEqual(['a', 'b', 'c']);
  });

  it('LineReceiver decodes the lines after a change of encoding in the new one', () => {
    class Upgrading extends Lines {
      override lineReceived(line: string): void {
        super.lineReceived(line);
        this.encoding = 'latin1';
      }
    }
    const [p] = connected(new Upgrading());
    p.dataReceived(Buffer.from('é\r\né\r\n'));
    expect(p.lines).toEqual(['é', 'Ã©']);
  });

  it('LineReceiver.rawDataReceived has to be written by who uses raw mode', () => {
    const [p] = connected(new Lines());
    p.setRawMode();
    expect(() => {
      p.dataReceived(Buffer.from('x'));
    }).toThrow(NotImplementedError);
  });

  it('LineReceiver.setLineMode takes text', () => {
    const [p] = connected(new Lines());
    p.setRawMode();
    p.setLineMode('é\r\n');
    expect(p.lines).toEqual(['é']);
  });

  it('LineReceiver.resumeProducing looks after the rejection of a line it delivers', async () => {
    const [p, transport] = connected(new Lines());
    p.pauseProducing();
    p.dataReceived(Buffer.from('a\r\n'));
    p.lineReceived = async () => {
      throw new RangeError('late');
    };
    const logged = collectLoggedErrors();
    p.resumeProducing();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(logged.flush(RangeError)).toHaveLength(1);
    logged.stop();
    expect(transport.calls).toContain('loseConnection');
  });

  it('LineReceiver works without a transport', () => {
    const p = new Lines();
    p.dataReceived(Buffer.from('a\r\n'));
    expect(p.lines).toEqual(['a']);
  });
});

describe('BytesLineReceiver', () => {
  it('BytesLineReceiver delivers Buffers that stay as they are', () => {
    const lines: Buffer[] = [];
    class Raw extends BytesLineReceiver {
      override lineReceived(line: Buffer): void {
        lines.push(line);
      }
    }
    const [p, transport] = connected(new Raw());
    for (const chunk of ['ab', 'c\r', '\nde\r\nf', 'g\r\n']) p.dataReceived(Buffer.from(chunk));
    expect(lines).toEqual(['abc', 'de', 'fg'].map((line) => Buffer.from(line)));
    p.sendLine('é');
    expect(transport.value).toEqual(Buffer.from('é\r\n'));
  });
});

describe('LineOnlyReceiver', () => {
  it('LineOnlyReceiver reports a line that is too long once, and goes on with the next', () => {
    const excess: string[] = [];
    class Tolerant extends OnlyLines {
      override lineLengthExceeded(line: string): void {
        excess.push(line);
      }
    }
    const [p] = connected(new Tolerant());
    p.MAX_LENGTH = 3;
    for (const byte of Buffer.from('12345678\r\r\nok\r\n')) p.dataReceived(Buffer.of(byte));
    expect(excess).toEqual(['1234']);
    expect(p.lines).toEqual(['ok']);
  });

  it('LineOnlyReceiver keeps bounded memory of an endless line', () => {
    const [p] = connected(new OnlyLines());
    const lengths: number[] = [];
    p.lineLengthExceeded = (line: string) => lengths.push(line.length);
    for (let i = 0; i < 100; i += 1) p.dataReceived(Buffer.alloc(16384, 'x'));
    expect(lengths).toEqual([32768]);
  });
});

describe('LineReceiver.borrowsData', () => {
  const raw: Buffer[] = [];
  class Mixed extends Lines {
    override lineReceived(line: string): unknown {
      if (line === 'pause') this.pauseProducing();
      if (line === 'raw') this.setRawMode();
      if (line === 'clear') raw.push(this.clearLineBuffer());
      if (line === 'nested') lend(this, Buffer.from('deep\r\n'));
      if (line === 'throw') throw new RangeError('boom');
      return super.lineReceived(line);
    }
    override rawDataReceived(data: Buffer): void {
      raw.push(data);
    }
  }
  const taken = (): string[] => raw.splice(0).map(String);

  it('is said by those that deliver text and receive as the class does', () => {
    class Keeping extends Lines {
      override dataReceived(data: Buffer): unknown {
        return super.dataReceived(data);
      }
    }
    class KeepingOnly extends OnlyLines {
      override dataReceived(data: Buffer): unknown {
        return super.dataReceived(data);
      }
    }
    const borrows = (p: { borrowsData: boolean }): boolean => p.borrowsData;
    expect([new Lines(), new OnlyLines()].map(borrows)).toEqual([true, true]);
    expect([new Keeping(), new KeepingOnly()].map(borrows)).toEqual([false, false]);
    expect([new BytesLineReceiver(), new BytesLineOnlyReceiver()].map(borrows)).toEqual([false, false]);
  });

  it('holds while delivery is paused: what is left is a copy', () => {
    const [p] = connected(new Mixed());
    lend(p, Buffer.from('a\r\npause\r\nb\r\nc'));
    lend(p, Buffer.from('d\r\n'));
    expect(p.lines).toEqual(['a', 'pause']);
    p.resumeProducing();
    expect(p.lines).toEqual(['a', 'pause', 'b', 'cd']);
  });

  it('holds for raw data, and what clearLineBuffer returns: they may be kept', () => {
    const [p] = connected(new Mixed());
    lend(p, Buffer.from('clear\r\nrest'));
    lend(p, Buffer.from('a\r\nraw\r\nfirst'));
    lend(p, Buffer.from('second'));
    expect(taken()).toEqual(['rest', 'first', 'second']);
  });

  it('holds for what is received from inside a callback', () => {
    const [p] = connected(new Mixed());
    lend(p, Buffer.from('nested\r\n'));
    lend(p, Buffer.from('nested\r\nafter\r\n'));
    expect(p.lines).toEqual(['nested', 'deep', 'nested', 'after', 'deep']);
  });

  it('holds when the lines of the rest of a chunk are bytes', () => {
    const [p] = connected(new Lines());
    const kept: unknown[] = [];
    p.lineReceived = (line) => {
      kept.push(line);
      // Not what the types allow.
      Object.assign(p, { encoding: null });
    };
    lend(p, Buffer.from('one\r\ntwo\r\n'));
    expect(kept).toEqual(['one', Buffer.from('two')]);
  });

  it('holds for what is left when lineReceived throws', () => {
    const [p] = connected(new Mixed());
    expect(() => lend(p, Buffer.from('throw\r\nkept\r\n'))).toThrow('boom');
    lend(p, Buffer.from('more\r\n'));
    expect(p.lines).toEqual(['kept', 'more']);
  });
});
