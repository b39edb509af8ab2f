import { AssertionError } from '@skein/reactor/error';
import type { Bytes, IPullProducer, IPushProducer } from '@skein/reactor/interfaces';

import { BasicProducerConsumerProxy, type FinishableConsumer, ProducerConsumerProxy } from '../src/pcp';

class Producer implements IPushProducer {
  resumed = false;
  paused = false;
  stopped = false;
  resumeProducing(): void {
    this.resumed = true;
    this.paused = false;
  }
  pauseProducing(): void {
    this.paused = true;
  }
  stopProducing(): void {
    this.stopped = true;
  }
}

class Consumer implements FinishableConsumer {
  readonly writes: string[] = [];
  producer: readonly [IPushProducer | IPullProducer, boolean] | null = null;
  finished = false;
  unregistered = false;
  get value(): string {
    return this.writes.join('');
  }
  write(data: Bytes): void {
    this.writes.push(Buffer.from(data as Uint8Array).toString());
  }
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.producer = [producer, streaming];
    if (!streaming) this.#pull = producer;
  }
  unregisterProducer(): void {
    this.unregistered = true;
  }
  finish(): void {
    this.finished = true;
  }
  pull(): void {
    this.#pull?.resumeProducing();
  }
  #pull: IPullProducer | null = null;
}

const pulled = <B extends typeof BasicProducerConsumerProxy>(base: B) =>
  class extends (base as typeof BasicProducerConsumerProxy) {
    override get iAmStreaming(): boolean {
      return false;
    }
  };

// Twisted's own tests, for both classes.
describe.each([
  ['BasicProducerConsumerProxy', BasicProducerConsumerProxy],
  ['ProducerConsumerProxy', ProducerConsumerProxy],
])('%s', (name, proxyClass) => {
  function proxied(): [BasicProducerConsumerProxy, Consumer] {
    const consumer = new Consumer();
    return [new proxyClass(consumer), consumer];
  }

  it(`${name} registers with its consumer, and writes through`, () => {
    const [proxy, consumer] = proxied();
    expect(consumer.producer).toEqual([proxy, true]);
    proxy.write('some bytes');
    expect(consumer.value).toBe('some bytes');
  });

  it(`${name}.registerProducer does not resume a push producer`, () => {
    const [proxy] = proxied();
    const producer = new Producer();
    proxy.registerProducer(producer, true);
    expect(producer.resumed).toBe(false);
  });

  it.each(['unregisterProducer', 'finish'] as const)(`${name}.%s forgets the producer`, (method) => {
    const [proxy, consumer] = proxied();
    const producer = new Producer();
    proxy.registerProducer(producer, false);
    proxy[method]();
    producer.resumed = false;
    proxy.resumeProducing();
    expect(producer.resumed).toBe(false);
    expect(consumer.unregistered).toBe(true);
    expect(consumer.finished).toBe(method === 'finish');
  });

  it(`${name}.pauseProducing keeps what is written until it is resumed`, () => {
    const [proxy, consumer] = proxied();
    proxy.pauseProducing();
    proxy.write('buffer ');
    proxy.write(Buffer.from('this'));
    expect(consumer.writes).toEqual([]);
    proxy.resumeProducing();
    expect(consumer.writes).toEqual(['buffer this']);
    proxy.pauseProducing();
    proxy.resumeProducing();
    proxy.write('!');
    expect(consumer.writes).toEqual(['buffer this', '!']);
  });

  it(`${name}.stopProducing stops the producer, and nothing more is written`, () => {
    const [proxy, consumer] = proxied();
    const producer = new Producer();
    proxy.registerProducer(producer, true);
    proxy.stopProducing();
    proxy.write('yakkity yak');
    expect(producer.stopped).toBe(true);
    expect(consumer.writes).toEqual([]);
  });

  it(`${name} that is not streaming writes when it is asked, all as one, or as soon as there is something`, () => {
    const consumer = new Consumer();
    const proxy = new (pulled(proxyClass))(consumer);
    proxy.registerProducer(new Producer(), true);
    proxy.write('hello ');
    proxy.write('sunshine');
    expect(consumer.writes).toEqual([]);
    consumer.pull();
    expect(consumer.writes).toEqual(['hello sunshine']);
    consumer.pull();
    proxy.write('late');
    proxy.write('later');
    expect(consumer.writes).toEqual(['hello sunshine', 'late']);
  });

  it(`${name} without a consumer relays to its producer`, () => {
    const proxy = new proxyClass(null);
    const producer = new Producer();
    proxy.registerProducer(producer, true);
    proxy.stopProducing();
    expect(producer.stopped).toBe(true);
  });

  it(`${name}.write takes bytes and text only`, () => {
    const [proxy] = proxied();
    expect(() => proxy.write(5 as unknown as string)).toThrow(TypeError);
  });
});

describe('ProducerConsumerProxy', () => {
  function buffered(): [ProducerConsumerProxy, Producer, Consumer] {
    const consumer = new Consumer();
    const proxy = new ProducerConsumerProxy(consumer);
    proxy.bufferSize = 100;
    const producer = new Producer();
    proxy.registerProducer(producer, true);
    return [proxy, producer, consumer];
  }

  it('ProducerConsumerProxy.registerProducer asks a pull producer at once', () => {
    const [proxy, producer] = buffered();
    proxy.registerProducer(producer, false);
    expect(producer.resumed).toBe(true);
  });

  it('ProducerConsumerProxy keeps pauses to itself', () => {
    const [proxy, producer] = buffered();
    proxy.pauseProducing();
    expect(producer.paused).toBe(false);
    proxy.resumeProducing();
    expect(producer.resumed).toBe(false);
  });

  it('ProducerConsumerProxy pauses its producer when its buffer is full, and resumes it when it is not', () => {
    const [proxy, producer] = buffered();
    proxy.pauseProducing();
    proxy.write('x'.repeat(51));
    expect(producer.paused).toBe(false);
    proxy.write('x'.repeat(51));
    expect(producer.paused).toBe(true);
    expect(proxy.bytesBuffered).toBe(102);
    proxy.resumeProducing();
    expect(producer.paused).toBe(false);
    expect(proxy.producerPaused).toBe(false);
    expect(proxy.bytesBuffered).toBe(0);
  });

  it('ProducerConsumerProxy.unregisterProducer tells the consumer when everything is written', () => {
    const [proxy, , consumer] = buffered();
    proxy.pauseProducing();
    proxy.write('last words');
    proxy.unregisterProducer();
    expect(consumer.unregistered).toBe(false);
    proxy.resumeProducing();
    expect(consumer.writes).toEqual(['last words']);
    expect(consumer.unregistered).toBe(true);
  });

  class Partly extends ProducerConsumerProxy {
    override get iAmStreaming(): boolean {
      return false;
    }
    protected override writeSomeData(data: Buffer): number {
      return super.writeSomeData(data.subarray(0, 100));
    }
  }

  it('ProducerConsumerProxy.writeSomeData may write a part; the rest stays, in order', () => {
    const consumer = new Consumer();
    const proxy = new Partly(consumer);
    const producer = new Producer();
    proxy.registerProducer(producer, false);
    producer.resumed = false;
    consumer.pull();
    expect(producer.resumed).toBe(true);
    proxy.write('datum'.repeat(21));
    expect(consumer.value).toBe('datum'.repeat(20));
    proxy.write('more');
    consumer.pull();
    expect(consumer.value).toBe(`${'datum'.repeat(21)}more`);
  });

  it('ProducerConsumerProxy that is streaming has to write all', () => {
    class Wrong extends ProducerConsumerProxy {
      protected override writeSomeData(): number {
        return 0;
      }
    }
    expect(() => new Wrong(new Consumer()).write('x')).toThrow(AssertionError);
  });
});
