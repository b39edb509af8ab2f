import { createNodeReactor } from '@skein/reactor';
import { ConnectionDone } from '@skein/reactor/error';
import { Clock } from '@skein/reactor/task';

import { LineReceiver, Protocol } from '../src';
import { collapsingPumpPolicy, loopbackAsync, loopbackTCP, loopbackUNIX } from '../src/loopback';
import { AccumulatingProtocol } from '../src/testing';

class Answering extends LineReceiver {
  override lineReceived(line: string): void {
    this.sendLine(line.toUpperCase());
    if (line === 'bye') this.transport.loseConnection();
  }
}

class Asking extends AccumulatingProtocol {
  override connectionMade(): void {
    super.connectionMade();
    this.transport.write('hello\r\nbye\r\n');
  }
}

describe('loopbackAsync', () => {
  it('loopbackAsync carries a conversation to its end at once', () => {
    const client = new Asking();
    let done = false;
    loopbackAsync(new Answering(), client, collapsingPumpPolicy).addCallback(() => (done = true));
    expect([done, client.data.toString(), client.closed]).toEqual([true, 'HELLO\r\nBYE\r\n', true]);
  });

  it('loopbackAsync fails with what a protocol throws in a later turn', () => {
    class Throwing extends Protocol {
      override dataReceived(): void {
        throw new RangeError('no');
      }
    }
    const clock = new Clock();
    const client = new AccumulatingProtocol();
    const failures: unknown[] = [];
    loopbackAsync(new Throwing(), client, collapsingPumpPolicy, { clock }).addErrback(
      (f) => void failures.push(f.value),
    );
    client.transport.write('x');
    expect(failures).toEqual([]);
    clock.advance(0);
    expect(failures).toEqual([new RangeError('no')]);
  });
});

describe.each([
  ['loopbackTCP', loopbackTCP],
  ['loopbackUNIX', loopbackUNIX],
])('%s', (name, loopback) => {
  it(`${name} carries a conversation over a socket, and closes its port`, async () => {
    const reactor = createNodeReactor();
    const client = new Asking();
    let result: unknown = 'unfinished';
    reactor.callWhenRunning(() => {
      loopback(new Answering(), client, { reactor, noisy: false }).addBoth((value) => {
        result = value;
        reactor.stop();
      });
    });
    await reactor.run({ installSignalHandlers: false });
    expect(result).toBeNull();
    expect(client.data.toString()).toBe('HELLO\r\nBYE\r\n');
    expect(client.closedReason?.check(ConnectionDone)).toBe(ConnectionDone);
  });
});

describe('loopbackUNIX', () => {
  it('loopbackUNIX makes its socket where it is told', () => {
    const paths: string[] = [];
    const reactor = {
      listenUNIX: (path: string) => void paths.push(path) as never,
      connectUNIX: (path: string) => void paths.push(path) as never,
      random: () => 0.5,
    };
    loopbackUNIX(new Answering(), new Asking(), { reactor, path: '/run/socket' });
    loopbackUNIX(new Answering(), new Asking(), { reactor });
    expect(paths).toEqual(['/run/socket', '/run/socket', '/tmp/skein-loopback-i', '/tmp/skein-loopback-i']);
  });
});
