import { createNodeReactor } from '@skein/reactor';
import { IPv4Address } from '@skein/reactor/address';
import { RuntimeError } from '@skein/reactor/error';
import { Clock } from '@skein/reactor/task';
import { StringTransport } from '@skein/reactor/testing';

import { ClientFactory, Factory, Protocol } from '../src';
import {
  Bucket,
  FilterByHost,
  FilterByServer,
  HierarchicalBucketFilter,
  ShapedConsumer,
  ShapedProtocolFactory,
  ShapedTransport,
} from '../src/htb';
import { AccumulatingProtocol } from '../src/testing';

class SomeBucket extends Bucket {
  override maxburst: number | null = 100;
  override rate: number | null = 2;
}

/** A transport that asks a pull producer, as a real one does, whenever what was written is gone. */
class PullingTransport extends StringTransport {
  /** Sends everything, and asks for more, until nothing comes. */
  drain(): void {
    for (let before = -1; this.value().length !== before && this.producer !== null;) {
      before = this.value().length;
      this.producer.resumeProducing();
    }
  }
}

describe('Bucket', () => {
  // Twisted's own tests.
  it('Bucket.add puts in what fits, and more when it has drained', () => {
    const clock = new Clock();
    const bucket = new SomeBucket(null, { clock });
    expect(bucket.add(1000)).toBe(100);
    clock.advance(10);
    expect(bucket.add(1000)).toBe(20);
  });

  it('Bucket.drip says whether the bucket is empty', () => {
    const clock = new Clock();
    const bucket = new SomeBucket(null, { clock });
    bucket.add(20);
    clock.advance(9);
    expect(bucket.drip()).toBe(false);
    clock.advance(1);
    expect(bucket.drip()).toBe(true);
  });

  it('Bucket.add needs room in the parent as well', () => {
    const clock = new Clock();
    const parent = new SomeBucket(null, { clock });
    const [one, other] = [new SomeBucket(parent, { clock }), new SomeBucket(parent, { clock })];
    one.add(90);
    expect(other.add(90)).toBe(10);
  });

  it('Bucket.add waits for a parent that drains slower', () => {
    const clock = new Clock();
    const parent = new SomeBucket(null, { clock });
    const child = new SomeBucket(parent, { clock });
    parent.rate = 1;
    child.add(100);
    clock.advance(10);
    expect(child.add(100)).toBe(10);
  });

  it('Bucket.add gives whole tokens', () => {
    const clock = new Clock();
    const bucket = new SomeBucket(null, { clock });
    bucket.add(100);
    clock.advance(1.7);
    expect(bucket.add(1000)).toBe(3);
    expect(bucket.add(1000)).toBe(0);
  });

  it('Bucket has no limits by default', () => {
    const bucket = new Bucket(null, { clock: new Clock() });
    expect(bucket.add(1e9)).toBe(1e9);
    expect(bucket.drip()).toBe(true);
    expect(bucket.secondsUntil(1e9)).toBe(0);
  });

  it('Bucket.secondsUntil says when there will be room', () => {
    const clock = new Clock();
    const parent = new SomeBucket(null, { clock });
    const bucket = new SomeBucket(parent, { clock });
    expect(bucket.secondsUntil(100)).toBe(0);
    bucket.add(100);
    expect(bucket.secondsUntil(10)).toBe(5);
    expect(bucket.secondsUntil(1000)).toBe(50);
    parent.rate = 1;
    expect(bucket.secondsUntil(10)).toBe(10);
    bucket.rate = 0;
    expect(bucket.secondsUntil(10)).toBe(Infinity);
  });
});

describe('HierarchicalBucketFilter', () => {
  const from = (host: string, port = 80): StringTransport =>
    new StringTransport({
      peerAddress: new IPv4Address('TCP', host, 1),
      hostAddress: new IPv4Address('TCP', '10.0.0.1', port),
    });

  it('HierarchicalBucketFilter has one bucket, FilterByHost one a host, FilterByServer one a port', () => {
    const clock = new Clock();
    const one = new HierarchicalBucketFilter(null, { clock });
    expect(one.getBucketFor(from('1.1.1.1'))).toBe(one.getBucketFor(from('2.2.2.2')));
    const byHost = new FilterByHost(null, { clock });
    expect(byHost.getBucketFor(from('1.1.1.1'))).toBe(byHost.getBucketFor(from('1.1.1.1', 81)));
    expect(byHost.getBucketFor(from('1.1.1.1'))).not.toBe(byHost.getBucketFor(from('2.2.2.2')));
    const byServer = new FilterByServer(null, { clock });
    expect(byServer.getBucketFor(from('1.1.1.1'))).toBe(byServer.getBucketFor(from('2.2.2.2')));
    expect(byServer.getBucketFor(from('1.1.1.1'))).not.toBe(byServer.getBucketFor(from('1.1.1.1', 81)));
  });

  it('HierarchicalBucketFilter takes the parents of its buckets from its parent', () => {
    const clock = new Clock();
    const byServer = new FilterByServer(null, { clock });
    byServer.bucketFactory = SomeBucket;
    const byHost = new FilterByHost(byServer, { clock });
    byHost.bucketFactory = SomeBucket;
    const [one, other] = [byHost.getBucketFor(from('1.1.1.1')), byHost.getBucketFor(from('2.2.2.2'))];
    expect(one.parentBucket).toBe(byServer.getBucketFor(from('3.3.3.3')));
    one.add(90);
    expect(other.add(90)).toBe(10);
  });

  it('FilterByHost forgets empty buckets that shape nobody, after twenty minutes', () => {
    const clock = new Clock();
    const all = new HierarchicalBucketFilter(null, { clock });
    all.sweepInterval = 1;
    const filter = new FilterByHost(all, { clock });
    filter.bucketFactory = SomeBucket;
    const shaped = new ShapedTransport(from('1.1.1.1'), filter.getBucketFor(from('1.1.1.1')), { clock });
    filter.getBucketFor(from('2.2.2.2'));
    clock.advance(20 * 60 + 1);
    filter.getBucketFor(from('3.3.3.3'));
    expect([...filter.buckets.keys()]).toEqual(['1.1.1.1', '3.3.3.3']);
    // The bucket of all is still the parent of some.
    expect(all.buckets.size).toBe(1);
    shaped.loseConnection();
    filter.sweep();
    all.sweep();
    expect([filter.buckets.size, all.buckets.size]).toEqual([0, 0]);
  });
});

describe('ShapedConsumer', () => {
  // Twisted's own tests.
  it('ShapedConsumer lets through what its bucket has room for', () => {
    const clock = new Clock();
    const underlying = new StringTransport();
    const bucket = new SomeBucket(null, { clock });
    const shaped = new ShapedConsumer(underlying, bucket, { clock });
    bucket.add(100);
    shaped.write('x'.repeat(100));
    clock.advance(10);
    shaped.resumeProducing();
    expect(underlying.value()).toHaveLength(20);
    shaped.stopProducing();
  });

  it('ShapedConsumer counts as a user of its bucket until it is stopped', () => {
    const bucket = new SomeBucket(null, { clock: new Clock() });
    const shaped = new ShapedConsumer(new StringTransport(), bucket, { clock: new Clock() });
    expect(bucket.references).toBe(1);
    shaped.stopProducing();
    shaped.stopProducing();
    expect(bucket.references).toBe(0);
  });

  it('ShapedConsumer goes on by the clock when its bucket is full, at its rate, and leaves no call behind', () => {
    const clock = new Clock();
    const underlying = new PullingTransport();
    const bucket = new SomeBucket(null, { clock });
    bucket.maxburst = 1000;
    bucket.rate = 1000;
    const shaped = new ShapedConsumer(underlying, bucket, { clock });
    underlying.drain();
    shaped.write('x'.repeat(5000));
    underlying.drain();
    expect(underlying.value()).toHaveLength(1000);
    for (let tenths = 1; tenths <= 20; tenths += 1) {
      for (let i = 0; i < 10; i += 1) {
        clock.advance(0.01);
        underlying.drain();
      }
      const expected = 1000 + 100 * tenths;
      expect(Math.abs(underlying.value().length - expected)).toBeLessThanOrEqual(60);
    }
    for (let i = 0; i < 300; i += 1) {
      clock.advance(0.01);
      underlying.drain();
    }
    expect(underlying.value()).toHaveLength(5000);
    expect(clock.getDelayedCalls()).toEqual([]);
    shaped.write('y');
    shaped.stopProducing();
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});

describe('ShapedTransport', () => {
  function shaped(): [ShapedTransport, PullingTransport, Clock, SomeBucket] {
    const clock = new Clock();
    const transport = new PullingTransport();
    const bucket = new SomeBucket(null, { clock });
    return [new ShapedTransport(transport, bucket, { clock }), transport, clock, bucket];
  }

  it('ShapedTransport.loseConnection waits until everything is written', () => {
    const [p, transport, clock, bucket] = shaped();
    p.writeSequence(['x'.repeat(60), Buffer.from('y'.repeat(60))]);
    p.loseConnection();
    expect([p.disconnecting, transport.disconnecting, transport.producerState]).toEqual([true, false, 'paused']);
    transport.drain();
    expect(transport.value()).toHaveLength(100);
    for (let i = 0; i < 30; i += 1) {
      clock.advance(0.5);
      transport.drain();
    }
    expect(transport.value().toString()).toBe('x'.repeat(60) + 'y'.repeat(60));
    expect(transport.disconnecting).toBe(true);
    expect(transport.producer).toBeNull();
    expect(bucket.references).toBe(0);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  it('ShapedTransport.loseWriteConnection waits as well, and reading goes on', () => {
    const [p, transport] = shaped();
    p.write('x');
    p.loseWriteConnection();
    expect(transport.writeLost).toBe(false);
    transport.drain();
    expect([transport.writeLost, p.disconnecting]).toEqual([true, false]);
    p.write('too late');
    expect(transport.value().toString()).toBe('x');
    p.loseConnection();
    expect(transport.disconnecting).toBe(true);
  });

  it('ShapedTransport.loseConnection waits for a producer; what is written after one has gone is shaped, too', () => {
    const [p, transport] = shaped();
    const calls: string[] = [];
    const producer = {
      resumeProducing: () => void calls.push('resume'),
      pauseProducing: () => void calls.push('pause'),
      stopProducing: () => void calls.push('stop'),
    };
    p.registerProducer(producer, true);
    expect(() => p.registerProducer(producer, true)).toThrow(RuntimeError);
    p.write('x'.repeat(70_000));
    expect(calls).toEqual(['pause']);
    p.unregisterProducer();
    transport.drain();
    p.write('more');
    expect(transport.value()).toHaveLength(100);
    p.loseConnection();
    transport.producer?.stopProducing();
    expect(transport.disconnecting).toBe(false);
    p.registerProducer(producer, true);
    expect(calls).toEqual(['pause', 'stop']);
  });

  it('ShapedTransport passes everything else on', () => {
    const [p, transport] = shaped();
    p.pauseProducing();
    expect(transport.producerState).toBe('paused');
    p.resumeProducing();
    expect(transport.producerState).toBe('producing');
    p.setTcpNoDelay(false);
    p.setTcpKeepAlive(true);
    expect([p.getTcpNoDelay(), p.getTcpKeepAlive(), p.connected]).toEqual([false, true, true]);
    expect(p.getPeer()).toEqual(transport.getPeer());
    expect(p.getHost()).toEqual(transport.getHost());
    expect((p as unknown as StringTransport).value()).toHaveLength(0);
    p.abortConnection();
    expect(transport.disconnected).toBe(true);
  });
});

describe('ShapedProtocolFactory', () => {
  it('ShapedProtocolFactory shapes real connections, and they end', async () => {
    const reactor = createNodeReactor();
    const all = new HierarchicalBucketFilter(null, { clock: reactor });
    const bucket = new Bucket(null, { clock: reactor });
    bucket.maxburst = 20_000;
    bucket.rate = 200_000;
    all.buckets.set(null, bucket);
    class Talker extends Protocol {
      override connectionMade(): void {
        this.transport.write(Buffer.alloc(60_000, 'shaped '));
        this.transport.loseConnection();
      }
    }
    const server = Factory.forProtocol(ShapedProtocolFactory(Talker, all, { clock: reactor }));
    server.noisy = false;
    const port = reactor.listenTCP(0, server, { interface: '127.0.0.1' });
    const done = reactor.run({ installSignalHandlers: false });
    const began = reactor.seconds();
    const received = await new Promise<Buffer>((resolve) => {
      class Listener extends AccumulatingProtocol {
        override connectionLost(): void {
          resolve(this.data);
        }
      }
      const client = ClientFactory.forProtocol(Listener);
      client.noisy = false;
      reactor.connectTCP('127.0.0.1', (port.getHost() as IPv4Address).port, client);
    });
    const took = reactor.seconds() - began;
    await port.stopListening();
    reactor.stop();
    await done;
    expect(received.equals(Buffer.alloc(60_000, 'shaped '))).toBe(true);
    // 40,000 bytes more than fit at once, at 200,000 a second.
    expect(took).toBeGreaterThan(0.19);
    expect(bucket.references).toBe(0);
  });
});
