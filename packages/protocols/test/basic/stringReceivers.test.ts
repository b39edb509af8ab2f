import { NotImplementedError, ValueError } from '@skein/reactor/error';

import {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  IntNStringReceiver,
  NetstringReceiver,
  StatefulStringProtocol,
  StringTooLongError,
} from '../../src/basic';
import { type SfulState, StatefulProtocol } from '../../src/stateful';
import { RecordingTransport } from '../recordingTransport';

type Receiver = NetstringReceiver | IntNStringReceiver;

function connected<P extends Receiver>(p: P): [P, RecordingTransport, string[]] {
  const transport = new RecordingTransport();
  const strings: string[] = [];
  p.stringReceived = (string: Buffer) => strings.push(string.toString('latin1'));
  p.makeConnection(transport);
  return [p, transport, strings];
}

describe.each([
  ['NetstringReceiver', NetstringReceiver, '3:abc,'],
  ['Int8StringReceiver', Int8StringReceiver, '\x03abc'],
  ['Int16StringReceiver', Int16StringReceiver, '\0\x03abc'],
  ['Int32StringReceiver', Int32StringReceiver, '\0\0\0\x03abc'],
])('%s', (name, receiverClass, framed) => {
  it(`${name}.sendString frames bytes and text alike, in one write`, () => {
    const [p, transport] = connected(new receiverClass());
    p.sendString('abc');
    p.sendString(Buffer.from('abc'));
    p.sendString(new Uint8Array([97, 98, 99]));
    expect(transport.writes.map((write) => write.toString('latin1'))).toEqual([framed, framed, framed]);
    expect(() => {
      p.sendString(7 as never);
    }).toThrow(TypeError);
  });

  it(`${name}.sendString counts the bytes of text`, () => {
    const [sender, transport] = connected(new receiverClass());
    const [receiver, , strings] = connected(new receiverClass());
    sender.sendString('é€');
    receiver.dataReceived(transport.value);
    expect(strings.map((string) => Buffer.from(string, 'latin1').toString())).toEqual(['é€']);
  });

  it(`${name} delivers Buffers that later data does not change`, () => {
    const transport = new RecordingTransport();
    const p = new receiverClass();
    const strings: Buffer[] = [];
    p.stringReceived = (string: Buffer) => strings.push(string);
    p.makeConnection(transport);
    const data = Buffer.from(framed.repeat(3), 'latin1');
    for (let at = 0; at < data.length; at += 2) p.dataReceived(Buffer.from(data.subarray(at, at + 2)));
    expect(strings.map(String)).toEqual(['abc', 'abc', 'abc']);
    expect(strings.every(Buffer.isBuffer)).toBe(true);
  });

  it(`${name}.stringReceived has to be written`, () => {
    const p = new receiverClass();
    p.makeConnection(new RecordingTransport());
    expect(() => {
      p.dataReceived(Buffer.from(framed, 'latin1'));
    }).toThrow(NotImplementedError);
  });

  it(`${name} delivers what a callback feeds to it once, after what is there or in its place`, () => {
    const [p, , strings] = connected(new receiverClass());
    p.stringReceived = (string: Buffer) => {
      strings.push(string.toString());
      if (strings.length === 1) p.dataReceived(Buffer.from(framed, 'latin1'));
    };
    p.dataReceived(Buffer.from(framed.repeat(2), 'latin1'));
    expect(strings).toEqual(['abc', 'abc', 'abc']);
  });
});

describe('NetstringReceiver', () => {
  it.each([
    ['a leading zero', '01:a,'],
    ['no digits', ':a,'],
    ['a sign', '+1:a,'],
    ['a blank', ' 1:a,'],
    ['a blank after the digits', '1 :a,'],
    ['a line feed after the digits', '1\n'],
    ['no comma', '1:ab'],
    ['too long a string', '6:'],
    ['too many digits', '10'],
    ['an endless number', '9'.repeat(1000)],
  ])('NetstringReceiver loses a peer that sends %s', (_what, data) => {
    const [p, transport, strings] = connected(new NetstringReceiver());
    p.MAX_LENGTH = 5;
    p.dataReceived(Buffer.from(`5:hello,${data}`));
    expect(strings).toEqual(['hello']);
    expect(p.brokenPeer).toBe(true);
    expect(transport.calls).toEqual(['loseConnection']);
  });

  it('NetstringReceiver loses the connection before it says that the peer is broken', () => {
    const [p, transport] = connected(new NetstringReceiver());
    const seen: boolean[] = [];
    transport.loseConnection = () => seen.push(p.brokenPeer);
    p.dataReceived(Buffer.from('x'));
    expect([...seen, p.brokenPeer]).toEqual([false, true]);
  });

  it.each([
    ['nothing', '1:ab', 1],
    ['bytes', '1:abc', 2],
  ])('NetstringReceiver loses the connection again as long as %s would be left to parse', (_what, data, times) => {
    const [p, transport] = connected(new NetstringReceiver());
    p.dataReceived(Buffer.from(data));
    p.dataReceived(Buffer.alloc(0));
    expect(transport.calls).toHaveLength(times);
    p.dataReceived(Buffer.from('1:a,'));
    expect(transport.calls).toHaveLength(times + 1);
  });

  it('NetstringReceiver.sendString writes lengths in decimal, without zeros in front', () => {
    const [sender, transport] = connected(new NetstringReceiver());
    const lengths = Array.from({ length: 1100 }, (_, length) => length);
    for (const length of lengths) sender.sendString(Buffer.alloc(length, 'x'));
    const sent = transport.writes.map((write) => write.toString());
    expect(sent).toEqual(lengths.map((length) => `${length}:${'x'.repeat(length)},`));
  });

  it('NetstringReceiver takes strings up to the limit, and the empty one', () => {
    const [p, transport, strings] = connected(new NetstringReceiver());
    p.MAX_LENGTH = 5;
    p.dataReceived(Buffer.from('0:,5:hello,'));
    expect(strings).toEqual(['', 'hello']);
    expect(transport.calls).toEqual([]);
  });

  it('NetstringReceiver does not reserve memory for what is only announced', () => {
    const [p] = connected(new NetstringReceiver());
    p.MAX_LENGTH = 2 ** 40;
    expect(() => {
      p.dataReceived(Buffer.from('1099511627776:x'));
    }).not.toThrow();
  });

  it('NetstringReceiver takes a long one a byte at a time', () => {
    const [p, , strings] = connected(new NetstringReceiver());
    p.MAX_LENGTH = 2 ** 17;
    const data = Buffer.concat([Buffer.from('131072:'), Buffer.alloc(2 ** 17, 'x'), Buffer.from(',')]);
    for (let at = 0; at < data.length; at += 1) p.dataReceived(data.subarray(at, at + 1));
    expect(strings.map((string) => string.length)).toEqual([2 ** 17]);
  });
});

describe('IntNStringReceiver', () => {
  it('IntNStringReceiver.sendString refuses what its prefix cannot say, and not what MAX_LENGTH forbids', () => {
    const [p, transport] = connected(new Int8StringReceiver());
    p.MAX_LENGTH = 1;
    p.sendString('x'.repeat(255));
    expect(transport.value).toHaveLength(256);
    expect(() => {
      p.sendString('x'.repeat(256));
    }).toThrow(new StringTooLongError('Try to send 256 bytes whereas maximum is 256'));
  });

  it('IntNStringReceiver can be told a little-endian prefix', () => {
    class Little extends IntNStringReceiver {
      override structFormat = '<H' as const;
      override prefixLength = 2;
    }
    const [p, transport, strings] = connected(new Little());
    p.sendString('hello');
    expect(transport.value.toString('latin1')).toBe('\x05\0hello');
    p.dataReceived(transport.value);
    expect(strings).toEqual(['hello']);
  });

  it('IntNStringReceiver without a format says what is wanted', () => {
    const [p] = connected(new IntNStringReceiver());
    expect(() => {
      p.dataReceived(Buffer.from('x'));
    }).toThrow(ValueError);
  });

  it('IntNStringReceiver keeps nothing after a string that is too long', () => {
    const [p, transport, strings] = connected(new Int32StringReceiver());
    const lengths: number[] = [];
    p.lengthLimitExceeded = (length) => lengths.push(length);
    p.dataReceived(Buffer.from([0, 0, 0, 1, 97, 0xff, 0xff, 0xff, 0xff, 1]));
    for (let i = 0; i < 3; i += 1) p.dataReceived(Buffer.alloc(65536));
    expect(strings).toEqual(['a']);
    expect(lengths).toEqual([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    expect(p.recvd).toHaveLength(0);
    expect(transport.calls).toEqual([]);
  });

  it('IntNStringReceiver delivers the strings after one whose callback threw, once', () => {
    const [p, , strings] = connected(new Int8StringReceiver());
    p.stringReceived = (string) => {
      strings.push(string.toString());
      if (strings.length === 2) throw new RangeError('second');
    };
    expect(() => {
      p.dataReceived(Buffer.from('\x01a\x01b\x01c'));
    }).toThrow(RangeError);
    p.dataReceived(Buffer.from('\x01d'));
    expect(strings).toEqual(['a', 'b', 'c', 'd']);
  });

  it('Int32StringReceiver takes a long one a byte at a time', () => {
    const [p, , strings] = connected(new Int32StringReceiver());
    p.MAX_LENGTH = 2 ** 17;
    const data = Buffer.concat([Buffer.from([0, 0x02, 0, 0]), Buffer.alloc(2 ** 17, 'x')]);
    for (let at = 0; at < data.length; at += 1) p.dataReceived(data.subarray(at, at + 1));
    expect(strings.map((string) => string.length)).toEqual([2 ** 17]);
  });
});

describe('StatefulStringProtocol', () => {
  it('StatefulStringProtocol passes each string to the method its state names', () => {
    class Login extends StatefulStringProtocol(NetstringReceiver) {
      readonly seen: string[] = [];
      proto_init(name: Buffer): string {
        this.seen.push(`name ${name.toString()}`);
        return 'password';
      }
      proto_password(password: Buffer): string {
        this.seen.push(`password ${password.toString()}`);
        this.sendString('bye');
        return 'done';
      }
    }
    const p = new Login();
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    p.dataReceived(Buffer.from('3:bob,4:1234,'));
    expect(p.seen).toEqual(['name bob', 'password 1234']);
    expect(transport.value.toString()).toBe('3:bye,');
    expect(transport.calls).toEqual(['loseConnection']);
  });
});

describe('StatefulProtocol', () => {
  class Records extends StatefulProtocol {
    readonly records: string[] = [];
    readonly head = (head: Buffer): SfulState => [this.body, head.readUInt8()];
    readonly body = (body: Buffer): SfulState => {
      this.records.push(body.toString());
      return [this.head, 1];
    };
    override getInitialState(): SfulState {
      return [this.head, 1];
    }
  }

  it('StatefulProtocol gives each state the bytes it wants, also none', () => {
    const p = new Records();
    p.makeConnection(new RecordingTransport());
    for (const byte of Buffer.from('\x03abc\0\x02de')) p.dataReceived(Buffer.of(byte));
    expect(p.records).toEqual(['abc', '', 'de']);
  });

  it('StatefulProtocol delivers every piece once, to a state that calls dataReceived or throws too', () => {
    class Pairs extends StatefulProtocol {
      readonly seen: string[] = [];
      override getInitialState(): SfulState {
        return [(pair) => this.take(pair.toString()), 2];
      }
      take(pair: string): null {
        this.seen.push(pair);
        if (pair === 'ab') this.dataReceived(Buffer.from('gh'));
        if (pair === 'cd') throw new Error('no');
        return null;
      }
    }
    const p = new Pairs();
    p.makeConnection(new RecordingTransport());
    expect(() => {
      p.dataReceived(Buffer.from('abcdef'));
    }).toThrow('no');
    p.dataReceived(Buffer.from('i'));
    p.dataReceived(Buffer.from('j'));
    expect(p.seen).toEqual(['ab', 'cd', 'ef', 'gh', 'ij']);
  });

  it('StatefulProtocol does not run forever in a state that wants nothing', () => {
    class Stuck extends StatefulProtocol {
      override getInitialState(): SfulState {
        return [() => null, 0];
      }
    }
    const p = new Stuck();
    p.makeConnection(new RecordingTransport());
    expect(() => {
      p.dataReceived(Buffer.from('x'));
    }).toThrow('cannot stay in a state that wants 0 bytes');
  });

  it('StatefulProtocol.getInitialState has to be written', () => {
    expect(() => {
      new StatefulProtocol().makeConnection(new RecordingTransport());
    }).toThrow(NotImplementedError);
  });
});
