/** The compliance suites, on reactors that break a promise: each breach has to be found. */
import { ConnectionDone, ConnectionLost } from '../../src/error';
import { Failure } from '../../src/failure';
import type {
  IClientFactory,
  IDelayedCall,
  IListeningPort,
  IProtocol,
  IProtocolFactory,
  ITCPTransport,
  ITransport,
} from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';
import {
  ComplianceError,
  reactorSuite,
  type ReactorWorld,
  transportSuite,
  type TransportWorld,
} from '../../src/testing/compliance';

import { simTCP } from './worlds';

type Change = (protocol: IProtocol) => void;

/** A world whose listening reactors do something to the protocols before they are connected. */
function withProtocols(change: Change): TransportWorld {
  const world = simTCP({ link: {}, tcp: {} });
  return {
    ...world,
    listen(reactor, factory) {
      const changing: IProtocolFactory = {
        doStart: () => factory.doStart(),
        doStop: () => factory.doStop(),
        buildProtocol(address) {
          const protocol = factory.buildProtocol(address);
          if (protocol !== null) change(protocol);
          return protocol;
        },
      };
      return world.listen(reactor, changing);
    },
  };
}

/** A world whose listening reactors hand out transports with something changed. */
function withTransports(change: (transport: ITCPTransport, protocol: IProtocol) => void): TransportWorld {
  return withProtocols((protocol) => {
    const make = protocol.makeConnection.bind(protocol);
    protocol.makeConnection = (transport: ITransport) => {
      change(transport as ITCPTransport, protocol);
      make(transport);
    };
  });
}

function withData(deliver: (data: Buffer, dataReceived: (data: Buffer) => void) => void): TransportWorld {
  return withProtocols((protocol) => {
    const received = protocol.dataReceived.bind(protocol);
    protocol.dataReceived = (data) => deliver(data, received);
  });
}

function withEnd(end: (reason: Failure, protocol: IProtocol, lost: (reason: Failure) => void) => void): TransportWorld {
  return withProtocols((protocol) => {
    const lost = protocol.connectionLost.bind(protocol);
    protocol.connectionLost = (reason) => end(reason, protocol, lost);
  });
}

/** Every case of `suite` that applies, until one finds the breach; what it says. */
async function found<W>(
  suite: readonly { appliesTo(world: W): boolean; run(world: W): Promise<void> }[],
  world: W,
): Promise<unknown> {
  for (const each of suite.filter(({ appliesTo }) => appliesTo(world))) {
    try {
      await each.run(world);
    } catch (error) {
      return error;
    }
  }
  return null;
}

const TRANSPORT_BREACHES: Record<string, TransportWorld> = {
  'connectionMade comes twice': withProtocols((protocol) => {
    const make = protocol.makeConnection.bind(protocol);
    protocol.makeConnection = (transport) => {
      make(transport);
      make(transport);
    };
  }),
  'connectionMade never comes': withProtocols((protocol) => {
    protocol.makeConnection = () => undefined;
  }),
  'a byte is lost': withData((data, received) => received(data.subarray(1))),
  'a chunk comes twice': withData((data, received) => {
    received(data);
    received(data);
  }),
  'chunks are swapped': withData((data, received) => {
    received(data.subarray(data.length >> 1));
    received(data.subarray(0, data.length >> 1));
  }),
  'text is delivered': withData((data, received) => received(data.toString('latin1') as never)),
  'exceptions of dataReceived are swallowed': withData((data, received) => {
    try {
      received(data);
    } catch {
      // Nobody hears of it.
    }
  }),
  'connectionLost comes twice': withEnd((reason, _, lost) => {
    lost(reason);
    lost(reason);
  }),
  'connectionLost never comes': withEnd(() => undefined),
  'data come after connectionLost': withEnd((reason, protocol, lost) => {
    lost(reason);
    protocol.dataReceived(Buffer.from('late'));
  }),
  'every end is a lost connection': withEnd((_reason, _protocol, lost) => lost(new Failure(new ConnectionLost()))),
  'every end is clean': withEnd((_reason, _protocol, lost) => lost(new Failure(new ConnectionDone()))),
  'reasons are plain errors': withEnd((reason, _, lost) => lost(reason.value as never)),
  'loseConnection tells the protocol at once': withTransports((transport, protocol) => {
    const lose = transport.loseConnection.bind(transport);
    let isTold = false;
    const lost = protocol.connectionLost.bind(protocol);
    protocol.connectionLost = (reason) => {
      if (!isTold) lost(reason);
    };
    transport.loseConnection = () => {
      lose();
      protocol.connectionLost(new Failure(new ConnectionDone()));
      isTold = true;
    };
  }),
  'loseConnection drops what was written': withTransports((transport) => {
    transport.loseConnection = () => transport.abortConnection();
  }),
  'abortConnection is an orderly end': withTransports((transport) => {
    transport.abortConnection = () => transport.loseConnection();
  }),
  'loseWriteConnection ends both directions': withTransports((transport) => {
    transport.loseWriteConnection = () => transport.loseConnection();
  }),
  'pauseProducing does nothing': withTransports((transport) => {
    transport.pauseProducing = () => undefined;
  }),
  'resumeProducing does nothing': withTransports((transport) => {
    transport.resumeProducing = () => undefined;
  }),
  'the peer is taken for the host': withTransports((transport) => {
    transport.getPeer = () => transport.getHost();
  }),
};

const simulated = { ...simTCP({ link: {}, tcp: {} }), names: null };

/** A world whose reactors differ from the real one. */
function withReactors(change: (reactor: Reactor) => void): ReactorWorld {
  return {
    ...simulated,
    makeReactor() {
      const reactor = simulated.makeReactor() as Reactor;
      change(reactor);
      return reactor;
    },
    listen: (reactor: Reactor, factory: IProtocolFactory) => simulated.listen(reactor, factory),
    connect: (reactor: Reactor, port: IListeningPort, factory: IClientFactory) =>
      simulated.connect(reactor, port, factory),
  };
}

/** Makes `method` of a reactor another. */
function overriding<K extends keyof Reactor>(method: K, make: (original: Reactor[K], reactor: Reactor) => Reactor[K]) {
  return withReactors((reactor) => {
    const original = (reactor[method] as () => void).bind(reactor) as Reactor[K];
    Object.defineProperty(reactor, method, { value: make(original, reactor), configurable: true });
  });
}

const REACTOR_BREACHES: Record<string, ReactorWorld> = {
  'callLater(0) calls at once': overriding(
    'callLater',
    (callLater) =>
      ((delay: number, callable: () => void): IDelayedCall => {
        if (delay !== 0) return callLater(delay, callable);
        callable();
        return callLater(1e6, callable);
      }) as Reactor['callLater'],
  ),
  'callLater is early': overriding(
    'callLater',
    (callLater) => ((delay: number, callable: () => void) => callLater(delay * 0.9, callable)) as Reactor['callLater'],
  ),
  'callFromThread calls at once': overriding(
    'callFromThread',
    () =>
      ((callable: (...args: unknown[]) => void, ...args: unknown[]) => callable(...args)) as Reactor['callFromThread'],
  ),
  'callFromThread is a timed call': overriding(
    'callFromThread',
    (_, reactor) => ((callable: () => void) => reactor.callLater(0, callable)) as unknown as Reactor['callFromThread'],
  ),
  'getDelayedCalls is always empty': overriding('getDelayedCalls', () => () => []),
  'crash is stop': overriding('crash', (_, reactor) => () => reactor.stop()),
  'stop is crash': overriding('stop', (_, reactor) => () => reactor.crash()),
  'callWhenRunning waits for nothing': overriding(
    'callWhenRunning',
    () =>
      ((callable: (...args: unknown[]) => void, ...args: unknown[]) => {
        callable(...args);
        return null;
      }) as Reactor['callWhenRunning'],
  ),
  'triggers are all of one phase': overriding(
    'addSystemEventTrigger',
    (add) =>
      ((_phase: string, event: string, callable: (...all: never[]) => unknown, ...args: never[]) =>
        add('during', event, callable, ...args)) as Reactor['addSystemEventTrigger'],
  ),
};

describe('transportSuite', () => {
  it.each(Object.entries(TRANSPORT_BREACHES))('transportSuite finds it when %s', async (_, world) => {
    expect(await found(transportSuite, world)).toBeInstanceOf(ComplianceError);
  });
});

describe('reactorSuite', () => {
  it.each(Object.entries(REACTOR_BREACHES))('reactorSuite finds it when %s', async (_, world) => {
    expect(await found(reactorSuite, world)).toBeInstanceOf(ComplianceError);
  });
});
