import { MemoryReactorClock } from '@skein/reactor/testing';

import { AccumulatingProtocol, ConnectionCompleter, connectedServerAndClient } from '../../src/testing';

describe('IOPump', () => {
  it('IOPump.pump moves nothing when only empty strings were written, and delivers none', () => {
    const received: Buffer[] = [];
    class Receiver extends AccumulatingProtocol {
      override dataReceived(data: Buffer): void {
        received.push(data);
      }
    }
    const { client, pump } = connectedServerAndClient(
      () => new Receiver(),
      () => new AccumulatingProtocol(),
    );
    client.transport.write('');
    client.transport.writeSequence(['', '']);
    expect([pump.pump(), received]).toEqual([false, []]);
    client.transport.write('x');
    expect([pump.pump(), received.map(String)]).toEqual([true, ['x']]);
  });
});

describe('ConnectionCompleter', () => {
  it('ConnectionCompleter.failOnce throws when nobody is connecting', () => {
    const completer = new ConnectionCompleter(new MemoryReactorClock());
    expect(() => completer.failOnce()).toThrow('Cannot fail an attempt to connect, none is under way');
  });
});
