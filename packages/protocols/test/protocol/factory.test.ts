import { createNodeReactor } from '@skein/reactor';
import { IPv4Address } from '@skein/reactor/address';
import { Deferred } from '@skein/reactor/defer';
import { AssertionError } from '@skein/reactor/error';
import { IClientFactory, IProtocolFactory } from '@skein/reactor/interfaces';
import { capturedLogs, formatEvent } from '@skein/reactor/logger';

import { ClientCreator, ClientFactory, Factory, LineReceiver, Protocol, ServerFactory } from '../../src';
import { RecordingTransport } from '../recordingTransport';

const HERE = new IPv4Address('TCP', '127.0.0.1', 1);

class QOTD extends Protocol {
  declare factory: QOTDFactory;
  override connectionMade(): void {
    this.transport.write(`${this.factory.quote}\r\n`);
    this.transport.loseConnection();
  }
}

class QOTDFactory extends Factory {
  override protocol = QOTD;
  readonly quote: string;
  constructor(quote = 'An apple a day keeps the doctor away') {
    super();
    this.quote = quote;
  }
}

class Chat extends LineReceiver {
  declare factory: ChatFactory;
  readonly users: Map<string, Chat>;
  name: string | null = null;
  constructor(users: Map<string, Chat>) {
    super();
    this.users = users;
  }
  override lineReceived(line: string): void {
    this.name = line;
    this.users.set(line, this);
    this.sendLine(`Welcome, ${line}!`);
  }
}

class ChatFactory extends Factory {
  readonly users = new Map<string, Chat>();
  override buildProtocol(): Chat {
    return new Chat(this.users);
  }
}

describe('Factory.buildProtocol', () => {
  it('Factory.buildProtocol makes one of its protocol, and tells it the factory', () => {
    const factory = new QOTDFactory('Carpe diem');
    const p = factory.buildProtocol(HERE);
    expect(p).toBeInstanceOf(QOTD);
    expect((p as QOTD).factory).toBe(factory);
    const transport = new RecordingTransport();
    p?.makeConnection(transport);
    expect(transport.value.toString()).toBe('Carpe diem\r\n');
    expect(transport.calls).toEqual(['loseConnection']);
  });

  it('Factory.buildProtocol calls a protocol that is a function', () => {
    const made = new Protocol();
    const factory = Factory.forProtocol(() => made);
    expect(factory.buildProtocol(HERE)).toBe(made);
    expect(made.factory).toBe(factory);
  });

  it('Factory.buildProtocol without a protocol says what to do', () => {
    class Bare extends Factory {}
    expect(() => new Bare().buildProtocol(HERE)).toThrow(AssertionError);
    expect(() => new Bare().buildProtocol(HERE)).toThrow(
      'cannot build a protocol in "Bare": its protocol is null, wanted a protocol class (set it, or override buildProtocol)',
    );
  });

  it('Factory.buildProtocol can be overridden to pass arguments, as the chat of the guide does', () => {
    const factory = new ChatFactory();
    const p = factory.buildProtocol();
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    p.dataReceived(Buffer.from('bob\r\n'));
    expect(transport.value.toString()).toBe('Welcome, bob!\r\n');
    expect(factory.users.get('bob')).toBe(p);
    // Nobody but Factory's own sets it.
    expect(p.factory).toBeNull();
  });
});

describe('Factory.forProtocol', () => {
  it('Factory.forProtocol makes a factory of the class it is called on', () => {
    const factory = QOTDFactory.forProtocol(QOTD, 'Memento mori');
    expect(factory).toBeInstanceOf(QOTDFactory);
    expect(factory.quote).toBe('Memento mori');
    expect(factory.protocol).toBe(QOTD);
    expect(ServerFactory.forProtocol(Protocol).buildProtocol(HERE)).toBeInstanceOf(Protocol);
  });

  it('Factory.forProtocol of a client factory is one, by type too', () => {
    const factory: IClientFactory = ClientFactory.forProtocol(Protocol);
    expect(factory).toBeInstanceOf(ClientFactory);
  });

  it('Factory.forProtocol does not touch the class', () => {
    Factory.forProtocol(QOTD);
    expect(new Factory().protocol).toBeNull();
  });
});

describe('Factory.doStart', () => {
  class Counting extends Factory {
    readonly log: string[] = [];
    override startFactory(): void {
      this.log.push(`start with ${this.numPorts}`);
    }
    override stopFactory(): void {
      this.log.push(`stop with ${this.numPorts}`);
    }
  }

  it('Factory.doStart starts the factory once, Factory.doStop stops it after the last port', () => {
    const factory = new Counting();
    factory.noisy = false;
    factory.doStart();
    factory.doStart();
    factory.doStop();
    expect(factory.log).toEqual(['start with 0']);
    expect(factory.numPorts).toBe(1);
    factory.doStop();
    expect(factory.log).toEqual(['start with 0', 'stop with 0']);
    factory.doStart();
    expect(factory.log).toHaveLength(3);
  });

  it('Factory.doStop comes with the last of three ports, whoever is connected still', async () => {
    const reactor = createNodeReactor();
    const factory = new Counting();
    factory.noisy = false;
    const [accepted, closed] = [new Deferred(), new Deferred()];
    factory.protocol = class extends Protocol {
      override connectionMade(): void {
        accepted.callback(null);
      }
      override connectionLost(): void {
        closed.callback(null);
      }
    };
    const ports = [0, 0, 0].map((port) => reactor.listenTCP(port, factory, { interface: '127.0.0.1' }));
    const running = reactor.run();
    const client = await new ClientCreator(reactor, Protocol).connectTCP(
      '127.0.0.1',
      (ports[0]!.getHost() as IPv4Address).port,
    );
    await accepted;
    const counts: number[] = [];
    for (const port of ports) {
      expect(factory.log).toEqual(['start with 0']);
      await port.stopListening();
      counts.push(factory.numPorts);
    }
    expect(counts).toEqual([2, 1, 0]);
    expect(factory.log).toEqual(['start with 0', 'stop with 0']);
    expect(client.transport.connected).toBe(true);
    client.transport.loseConnection();
    await closed;
    reactor.stop();
    await running;
  });

  it('Factory.doStop of a factory out of use does nothing', () => {
    const factory = new Counting();
    factory.doStop();
    expect(factory.numPorts).toBe(0);
    expect(factory.log).toEqual([]);
  });

  it.each([
    [true, ['Starting factory Counting', 'Stopping factory Counting']],
    [false, []],
  ])('Factory.noisy %p decides what is logged', (noisy, messages) => {
    const events = capturedLogs(() => {
      const factory = new Counting();
      factory.noisy = noisy;
      factory.doStart();
      factory.doStop();
    });
    expect(events.map(formatEvent)).toEqual(messages);
  });

  it('Factory.doStart that fails to start leaves the factory out of use', () => {
    class Failing extends Factory {
      override noisy = false;
      override startFactory(): void {
        throw new Error('no disk');
      }
    }
    const factory = new Failing();
    expect(() => factory.doStart()).toThrow('no disk');
    expect(factory.numPorts).toBe(0);
  });
});

describe('ClientFactory', () => {
  it('ClientFactory provides IClientFactory, Factory only IProtocolFactory', () => {
    expect(IClientFactory.providedBy(new ClientFactory())).toBe(true);
    expect(IClientFactory.providedBy(new Factory())).toBe(false);
    expect(IProtocolFactory.providedBy(new Factory())).toBe(true);
  });

  it('ClientFactory.logPrefix is the name of the class', () => {
    class Dialler extends ClientFactory {}
    expect(new Dialler().logPrefix()).toBe('Dialler');
  });
});
