import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import { IConsumer, IHalfCloseableProtocol, IProtocol } from '@skein/reactor/interfaces';

import { connectionDone, ConsumerToProtocolAdapter, Protocol, ProtocolToConsumerAdapter } from '../../src';
import { RecordingTransport } from '../recordingTransport';

describe('Protocol', () => {
  it('Protocol.makeConnection sets transport and connected before connectionMade', () => {
    const seen: unknown[] = [];
    class Greeter extends Protocol {
      override connectionMade(): void {
        seen.push(this.connected, this.transport);
      }
    }
    const p = new Greeter();
    expect([p.connected, p.transport, p.factory]).toEqual([false, null, null]);
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    expect(seen).toEqual([true, transport]);
  });

  it('Protocol provides IProtocol, and does nothing by itself', () => {
    const p = new Protocol();
    expect(IProtocol.providedBy(p)).toBe(true);
    expect(IHalfCloseableProtocol.providedBy(p)).toBe(false);
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    p.dataReceived(Buffer.from('x'));
    p.connectionLost();
    expect(transport.writes).toEqual([]);
    expect(transport.calls).toEqual([]);
    expect(p.logPrefix()).toBe('Protocol');
  });

  it('Protocol.factory can be narrowed by declare without being set back', () => {
    class Other extends Protocol {
      declare factory: null;
    }
    expect(Object.keys(new Other())).toEqual(Object.keys(new Protocol()));
  });

  it('connectionDone is a Failure of ConnectionDone', () => {
    expect(connectionDone).toBeInstanceOf(Failure);
    expect(connectionDone.check(ConnectionDone)).toBe(ConnectionDone);
  });
});

describe('ProtocolToConsumerAdapter', () => {
  it('ProtocolToConsumerAdapter.write delivers bytes and text as Buffers, and refuses anything else', () => {
    const received: unknown[] = [];
    class Sink extends Protocol {
      override dataReceived(data: Buffer): void {
        received.push(Buffer.isBuffer(data), data.toString());
      }
    }
    const consumer = new ProtocolToConsumerAdapter(new Sink());
    expect(IConsumer.providedBy(consumer)).toBe(true);
    consumer.write('héllo');
    consumer.write(new Uint8Array([65]));
    expect(received).toEqual([true, 'héllo', true, 'A']);
    expect(() => consumer.write(7 as never)).toThrow(TypeError);
  });
});

describe('ConsumerToProtocolAdapter', () => {
  it('ConsumerToProtocolAdapter.dataReceived writes to the consumer', () => {
    const transport = new RecordingTransport();
    const p = new ConsumerToProtocolAdapter(transport);
    expect(IProtocol.providedBy(p)).toBe(true);
    p.makeConnection(new RecordingTransport());
    p.connectionMade();
    p.dataReceived(Buffer.from('bytes'));
    p.connectionLost(connectionDone);
    expect(transport.value.toString()).toBe('bytes');
  });
});
