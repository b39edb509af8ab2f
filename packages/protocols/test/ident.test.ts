import { Deferred, fail } from '@skein/reactor/defer';
import { ConnectionLost, NotImplementedError, RuntimeError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';
import { failureResultOf, StringTransport, successResultOf } from '@skein/reactor/testing';

import {
  HiddenUser,
  type IdentAnswer,
  IdentClient,
  IdentError,
  IdentServer,
  InvalidPort,
  NoUser,
  ProcServerMixin,
} from '../src/ident';
import { everyChunking } from '../src/testing';

function client(): [IdentClient, StringTransport] {
  const transport = new StringTransport();
  const p = new IdentClient();
  p.makeConnection(transport);
  return [p, transport];
}

class Answering extends IdentServer {
  answer: () => IdentAnswer | Deferred<IdentAnswer> = () => ['SYS', 'USER'];
  readonly asked: unknown[] = [];
  override lookup(...addresses: Parameters<IdentServer['lookup']>): IdentAnswer | Deferred<IdentAnswer> {
    this.asked.push(addresses);
    return this.answer();
  }
}

function server(): [Answering, StringTransport] {
  const transport = new StringTransport();
  const p = new Answering();
  p.makeConnection(transport);
  return [p, transport];
}

/** What a query is answered with. */
function answerTo(query: string, answer?: Answering['answer']): string {
  const [p, transport] = server();
  if (answer !== undefined) p.answer = answer;
  p.dataReceived(Buffer.from(`${query}\r\n`));
  return transport.value().toString();
}

describe('IdentClient', () => {
  // Twisted's own tests.
  it.each([
    ['123, 456 : ERROR : UNKNOWN-ERROR', IdentError],
    ['234, 456 : ERROR : NO-USER', NoUser],
    ['345, 567 :  ERROR : INVALID-PORT', InvalidPort],
    ['567, 789 : ERROR : HIDDEN-USER', HiddenUser],
    ['567, 789 : ERROR : X-OTHER', IdentError],
    ['nothing of the kind', IdentError],
    ['1 : 2', IdentError],
  ])('IdentClient.lookup fails for the answer %j', (line, errorClass) => {
    const [p] = client();
    const d = p.lookup(1, 2);
    p.lineReceived(line);
    const { value } = failureResultOf(d);
    expect(value.constructor).toBe(errorClass);
    expect(value.message).toBe(errorClass.identDescription);
    expect(value.cause).toBe(line);
  });

  it('IdentClient.lookup gives the type and the rest, in any chunks', () => {
    everyChunking('6193, 23 : USERID : UNIX : a:b c\r\n', (chunks) => {
      const [p, transport] = client();
      const d = p.lookup(6193, 23);
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(successResultOf(d)).toEqual(['USERID', 'UNIX : a:b c']);
      expect(transport.value().toString()).toBe('6193, 23\r\n');
    });
  });

  it('IdentClient.lookup asks the next question when the one before is answered', () => {
    const [p, transport] = client();
    const first = p.lookup(1, 2);
    const second = p.lookup(3, 4);
    expect(transport.value().toString()).toBe('1, 2\r\n');
    // Asked from inside a callback, with nothing else to ask: once.
    const third = second.addCallback((answer) => p.lookup(5, 6).addCallback((next) => [answer, next]));
    p.dataReceived(Buffer.from('1, 2 : USERID : UNIX : ada\r\n3, 4 : USERID : UNIX : bob\r\n'));
    expect(transport.value().toString()).toBe('1, 2\r\n3, 4\r\n5, 6\r\n');
    p.dataReceived(Buffer.from('5, 6 : USERID : UNIX : eve\r\n'));
    expect(successResultOf(first)).toEqual(['USERID', 'UNIX : ada']);
    expect(successResultOf(third)).toEqual([
      ['USERID', 'UNIX : bob'],
      ['USERID', 'UNIX : eve'],
    ]);
  });

  it('IdentClient.lookup fails when the connection is lost, and afterwards', () => {
    const [p] = client();
    const waiting = [p.lookup(1, 2), p.lookup(3, 4)];
    const reason = new Failure(new ConnectionLost());
    p.connectionLost(reason);
    for (const d of [...waiting, p.lookup(5, 6)]) {
      const { value } = failureResultOf(d);
      expect(value).toBeInstanceOf(IdentError);
      expect(value.cause).toBe(reason.value);
    }
  });

  it('IdentClient passes over an answer to nothing, and loses the connection after one that is too long', () => {
    const [p, transport] = client();
    p.dataReceived(Buffer.from('1, 2 : USERID : UNIX : ada\r\n'));
    expect(transport.disconnecting).toBe(false);
    p.dataReceived(Buffer.alloc(1100, 'x'));
    expect(transport.disconnecting).toBe(true);
  });
});

describe('IdentServer', () => {
  it('IdentServer answers with the system and the user, in any chunks', () => {
    everyChunking(' 123 , 456\r\n', (chunks) => {
      const [p, transport] = server();
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(transport.value().toString()).toBe('123, 456 : USERID : SYS : USER\r\n');
      expect(p.asked).toEqual([
        [
          ['10.0.0.1', 123],
          ['192.168.1.1', 456],
        ],
      ]);
    });
  });

  it.each([
    [IdentError, 'UNKNOWN-ERROR'],
    [NoUser, 'NO-USER'],
    [InvalidPort, 'INVALID-PORT'],
    [HiddenUser, 'HIDDEN-USER'],
  ])('IdentServer answers %p with its word, thrown or failed with', (errorClass, word) => {
    const thrown = answerTo('123, 345', () => {
      throw new errorClass();
    });
    const failed = answerTo('123, 345', () => fail(new errorClass()));
    expect([thrown, failed]).toEqual(Array(2).fill(`123, 345 : ERROR : ${word}\r\n`));
  });

  it.each(['-1', '0', '65536', '65537', '99999999999999999999999'])('IdentServer finds the port %s invalid', (port) => {
    expect(answerTo(`${port}, 5`)).toBe(`${port}, 5 : ERROR : INVALID-PORT\r\n`);
    expect(answerTo(`5, ${port}`)).toBe(`5, ${port} : ERROR : INVALID-PORT\r\n`);
  });

  it('IdentServer takes the lowest and the highest port', () => {
    expect(answerTo('1, 65535')).toBe('1, 65535 : USERID : SYS : USER\r\n');
  });

  it.each(['', '1', '1, 2, 3', 'a, 2', '1.5, 2', '1, 2 x', '1 2', ',', '0x10, 2', '1e3, 2'])(
    'IdentServer loses the connection after %j',
    (query) => {
      const [p, transport] = server();
      p.dataReceived(Buffer.from(`${query}\r\n`));
      expect(transport.disconnecting).toBe(true);
      expect(transport.value()).toHaveLength(0);
    },
  );

  it('IdentServer logs other errors, and names that would end the line, and answers UNKNOWN-ERROR', () => {
    const logged = collectLoggedErrors();
    const thrown = answerTo('987, 789', () => {
      throw new RuntimeError('new');
    });
    const injected = answerTo('987, 789', () => ['UNIX', 'ada\r\n1, 2 : USERID : UNIX : root']);
    expect([thrown, injected]).toEqual(Array(2).fill('987, 789 : ERROR : UNKNOWN-ERROR\r\n'));
    expect(flushLoggedErrors().map(({ value }) => value.name)).toEqual(['RuntimeError', 'ValueError']);
    logged.stop();
  });

  it('IdentServer without a lookup names nobody', () => {
    const transport = new StringTransport();
    const p = new IdentServer();
    p.makeConnection(transport);
    p.dataReceived(Buffer.from('1, 2\r\n'));
    expect(transport.value().toString()).toBe('1, 2 : ERROR : UNKNOWN-ERROR\r\n');
  });

  it('IdentServer reads no more while 64 lookups are under way', () => {
    const [p, transport] = server();
    const lookups: Deferred<IdentAnswer>[] = [];
    p.answer = () => {
      const d = new Deferred<IdentAnswer>();
      lookups.push(d);
      return d;
    };
    p.dataReceived(Buffer.from('1, 2\r\n'.repeat(63)));
    expect(transport.producerState).toBe('producing');
    p.dataReceived(Buffer.from('1, 2\r\n'.repeat(3)));
    expect(transport.producerState).toBe('paused');
    for (const d of lookups) d.callback(['UNIX', 'ada']);
    expect(transport.producerState).toBe('producing');
    expect(transport.value().toString()).toBe('1, 2 : USERID : UNIX : ada\r\n'.repeat(66));
  });
});

describe('ProcServerMixin', () => {
  const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  const [LOCAL, REMOTE] = isLittleEndian ? ['0100007F', '04030201'] : ['7F000001', '01020304'];
  const LINE =
    `   4: ${LOCAL}:0019 ${REMOTE}:02FA 0A 00000000:00000000 00:00000000 00000000` +
    '     0        0 10927 1 f72a5b80 3000 0 0 2 -1';

  class Proc extends ProcServerMixin(IdentServer) {
    readonly uids: number[] = [];
    override entries = () => [LINE];
    override getUsername = (uid: number) => {
      this.uids.push(uid);
      return 'root';
    };
  }

  it('ProcServerMixin reads the lines of the table', () => {
    const p = new Proc();
    expect(p.dottedQuadFromHexString(LOCAL)).toBe('127.0.0.1');
    expect(p.unpackAddress(`${LOCAL}:0277`)).toEqual(['127.0.0.1', 631]);
    expect(p.parseLine(LINE)).toEqual([['127.0.0.1', 25], ['1.2.3.4', 762], 0]);
  });

  it('ProcServerMixin finds the user of a connection', async () => {
    const p = new Proc();
    expect(await p.lookup(['127.0.0.1', 25], ['1.2.3.4', 762])).toEqual(['LINUX', 'root']);
    expect(p.uids).toEqual([0]);
  });

  it.each([
    [26, '1.2.3.4', 762],
    [25, '1.2.3.5', 762],
    [25, '1.2.3.4', 763],
  ])('ProcServerMixin finds nobody for %s and %s:%s', async (onServer, host, onClient) => {
    await expect(new Proc().lookup(['127.0.0.1', onServer], [host, onClient])).rejects.toThrow(NoUser);
  });

  it('ProcServerMixin passes over lines that are none', async () => {
    const p = new Proc();
    p.entries = () => ['', 'x', 'a b c d e f g h', LINE];
    expect(await p.lookup(['127.0.0.1', 25], ['1.2.3.4', 762])).toEqual(['LINUX', 'root']);
  });

  it('ProcServerMixin.entries and getUsername have to be written', async () => {
    const p = new (ProcServerMixin(IdentServer))();
    await expect(p.lookup(['', 0], ['', 0])).rejects.toThrow(NotImplementedError);
    p.entries = async () => [LINE];
    await expect(p.lookup(['127.0.0.1', 25], ['1.2.3.4', 762])).rejects.toThrow(IdentError);
  });
});
