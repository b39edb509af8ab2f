/**
 * A reactor's life: run, stop, crash; system events; and names.
 */
import { Deferred } from '../../../defer/deferred';
import type { Failure } from '../../../failure';
import { claim, claimEqual } from '../claims';
import type { ReactorUnderTest } from '../complianceWorld';
import { Peer } from '../peer';
import { PeerFactory } from '../peerFactory';
import { reactorCase } from '../reactorCase';
import type { ReactorWorld } from '../reactorWorld';
import type { Stage } from '../stage';
import { claimThrows } from '../thrown';

import { Journal } from './journal';

const PHASES = ['before', 'during', 'after'] as const;

/** Notes every phase of an event, and what `running` is in it. */
function notePhases(reactor: ReactorUnderTest, event: string, journal: Journal): void {
  for (const phase of PHASES)
    reactor.addSystemEventTrigger(phase, event, () => journal.note([phase, event, reactor.running]));
}

/** Stops a reactor, and waits for the end of its run. */
async function stopped(stage: Stage, reactor: ReactorUnderTest): Promise<void> {
  reactor.stop();
  await stage.isOver(reactor);
}

const hasNames = ({ names }: ReactorWorld): boolean => names !== null;

export const lifeCases = [
  reactorCase('life', 'IReactorCore.run fires startup, and running is true from its second phase on', async (stage) => {
    const reactor = stage.world.makeReactor();
    const journal = new Journal(stage);
    notePhases(reactor, 'startup', journal);
    reactor.callWhenRunning((...args: unknown[]) => journal.note(args), 'when', 'running');
    claimEqual([journal.entries, reactor.running], [[], false], 'before run');
    stage.run(reactor);
    await journal.has(4);
    claimEqual(
      journal.entries,
      [
        ['before', 'startup', false],
        ['during', 'startup', true],
        ['after', 'startup', true],
        ['when', 'running'],
      ],
      'events',
    );
    claim(reactor.running, 'running is false while it runs');
  }),

  reactorCase('life', 'IReactorCore.stop fires shutdown later, and run ends after its last trigger', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    notePhases(reactor, 'shutdown', journal);
    reactor.callLater(0, () => {
      reactor.stop();
      journal.note(['stopped', reactor.running]);
    });
    await stage.isOver(reactor);
    claimEqual(
      journal.entries,
      [
        ['stopped', true],
        ['before', 'shutdown', true],
        ['during', 'shutdown', false],
        ['after', 'shutdown', false],
      ],
      'events',
    );
    claim(!reactor.running, 'running is true when it has ended');
  }),

  reactorCase('life', 'IReactorCore.stop lets the calls that are due with it be made', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    reactor.addSystemEventTrigger('before', 'shutdown', () => journal.note('shutdown'));
    reactor.callLater(0, () => reactor.stop());
    reactor.callLater(0, () => journal.note('due as well'));
    await stage.isOver(reactor);
    claimEqual(journal.entries, ['due as well', 'shutdown'], 'order');
  }),

  reactorCase(
    'life',
    'IReactorCore.stop throws ReactorNotRunning before run, twice, and after the end',
    async (stage) => {
      const idle = stage.world.makeReactor();
      claimThrows('ReactorNotRunning', () => idle.stop());
      const reactor = stage.reactor();
      reactor.stop();
      claimThrows('ReactorNotRunning', () => reactor.stop());
      await stage.isOver(reactor);
      claimThrows('ReactorNotRunning', () => reactor.stop());
    },
  ),

  reactorCase(
    'life',
    'IReactorCore.run throws ReactorAlreadyRunning, and ReactorNotRestartable after a stop',
    async (stage) => {
      const reactor = stage.reactor();
      claimThrows('ReactorAlreadyRunning', () => reactor.run());
      await stopped(stage, reactor);
      claimThrows('ReactorNotRestartable', () => reactor.run());
    },
  ),

  reactorCase('life', 'IReactorCore.stop inside callWhenRunning stops it', async (stage) => {
    const reactor = stage.world.makeReactor();
    const journal = new Journal(stage);
    reactor.callWhenRunning(() => reactor.stop());
    reactor.addSystemEventTrigger('after', 'shutdown', () => journal.note('shut down'));
    stage.run(reactor);
    await stage.isOver(reactor);
    claimEqual(journal.entries, ['shut down'], 'events');
  }),

  reactorCase('life', 'IReactorCore.crash ends the run without shutdown, and it can be run again', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    notePhases(reactor, 'shutdown', journal);
    await stage.look();
    reactor.crash();
    await stage.isOver(reactor);
    claimEqual([journal.entries, reactor.running], [[], false], 'what was fired, and running');
    reactor.callLater(0, () => journal.note('called'));
    stage.run(reactor);
    await journal.has(1);
    claim(reactor.running, 'running is false when it runs again');
    await stopped(stage, reactor);
    claimEqual(journal.entries.length, 4, 'number of events');
  }),

  reactorCase('life', 'IReactorCore.crash leaves what is due for the next run', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    // From inside a call: it is not due in the same turn, however late that is.
    reactor.callLater(0, () => {
      reactor.callLater(0.005, () => journal.note('called'));
      reactor.crash();
    });
    await stage.isOver(reactor);
    await stage.look();
    claimEqual(journal.entries, [], 'calls while it does not run');
    stage.run(reactor);
    await journal.has(1);
  }),

  reactorCase(
    'life',
    'IReactorCore.callWhenRunning calls in order at the start, and at once while it runs',
    async (stage) => {
      const reactor = stage.world.makeReactor();
      const journal = new Journal(stage);
      for (const name of ['a', 'b', 'c']) reactor.callWhenRunning(() => journal.note(name));
      const taken = reactor.callWhenRunning(() => journal.note('taken back'));
      claim(taken !== null, 'it gave no name to take it back by');
      reactor.removeSystemEventTrigger(taken);
      stage.run(reactor);
      await journal.has(3);
      const result = reactor.callWhenRunning(() => journal.note('at once'));
      claimEqual([result, journal.entries], [null, ['a', 'b', 'c', 'at once']], 'calls');
    },
  ),

  reactorCase(
    'life',
    'IReactorCore.stop ends connections, attempts and ports, before the triggers of "during"',
    async (stage) => {
      const [server, client] = [stage.reactor(), stage.reactor()];
      const journal = new Journal(stage);
      const peers = [new Peer('server', stage), new Peer('client', stage)] as const;
      const serverFactory = new PeerFactory('server factory', stage, peers[0]);
      const factory = new PeerFactory('client factory', stage, peers[1]);
      const port = stage.world.listen(server, serverFactory);
      stage.world.connect(client, port, factory);
      for (const peer of peers) await peer.has('made');
      for (const [reactor, peer] of [[client, peers[1]] as const, [server, peers[0]] as const]) {
        reactor.addSystemEventTrigger('before', 'shutdown', () => journal.note(peer.isLost));
        reactor.addSystemEventTrigger('during', 'shutdown', () => journal.note(peer.isLost));
      }
      const attempt = new PeerFactory('another client factory', stage);
      client.addSystemEventTrigger('before', 'shutdown', () => void stage.world.connect(client, port, attempt));
      await stopped(stage, client);
      await peers[1].losesFor('ConnectionLost');
      claimEqual(journal.entries.slice(0, 2), [false, true], 'whether it was lost before and during shutdown');
      claimEqual(factory.events.slice(-2), ['lost(ConnectionLost)', 'doStop'], 'the end of the factory');
      claimEqual(attempt.events.at(-1), 'doStop', 'the end of the attempt');
      await peers[0].losesFor('ConnectionDone', 'ConnectionLost');
      await stopped(stage, server);
      claimEqual(serverFactory.events.at(-1), 'doStop', 'the end of the port');
    },
  ),

  reactorCase('life', 'IReactorCore.run serves two reactors side by side', async (stage) => {
    const [one, other] = [stage.reactor(), stage.reactor()];
    const journal = new Journal(stage);
    one.callLater(0.002, () => journal.note('one'));
    await stopped(stage, other);
    await journal.has(1);
    claim(one.running && !other.running, 'one reactor stopped another');
  }),

  reactorCase(
    'triggers',
    'IReactorCore.addSystemEventTrigger calls in phases, in order, with the arguments',
    async (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      for (const phase of ['after', 'during', 'before'] as const)
        for (const i of [1, 2])
          reactor.addSystemEventTrigger(phase, 'party', (...args: unknown[]) => journal.note(args), phase, i);
      reactor.fireSystemEvent('party');
      claimEqual(
        journal.entries,
        PHASES.flatMap((phase) => [
          [phase, 1],
          [phase, 2],
        ]),
        'calls',
      );
      reactor.fireSystemEvent('party');
      claimEqual(journal.entries.length, 6, 'calls when it is fired again');
      reactor.fireSystemEvent('nobody cares');
    },
  ),

  reactorCase(
    'triggers',
    'IReactorCore.fireSystemEvent waits for the Deferreds of "before", failed or not',
    (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      const results = [new Deferred(), new Deferred()] as const;
      for (const result of results) reactor.addSystemEventTrigger('before', 'party', () => result);
      reactor.addSystemEventTrigger('before', 'party', () => journal.note('last of before'));
      reactor.addSystemEventTrigger('during', 'party', () => journal.note('during'));
      reactor.fireSystemEvent('party');
      claimEqual(journal.entries, ['last of before'], 'calls while both are waited for');
      results[1].errback(new RangeError('a trigger failed'));
      claimEqual(journal.entries, ['last of before'], 'calls while one is waited for');
      results[0].callback(null);
      claimEqual(journal.entries, ['last of before', 'during'], 'calls');
      results[1].addErrback(() => null);
    },
  ),

  reactorCase('triggers', 'IReactorCore.stop goes on with timed calls while "before" is waited for', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    reactor.addSystemEventTrigger('before', 'shutdown', () => {
      const ready = new Deferred<null>();
      reactor.callLater(0.005, () => {
        journal.note(['timed', reactor.running]);
        ready.callback(null);
      });
      return ready;
    });
    reactor.addSystemEventTrigger('during', 'shutdown', () => journal.note(['during', reactor.running]));
    await stopped(stage, reactor);
    claimEqual(
      journal.entries,
      [
        ['timed', true],
        ['during', false],
      ],
      'events',
    );
  }),

  reactorCase('triggers', 'IReactorCore.fireSystemEvent logs what a trigger throws, and goes on', (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    for (const phase of PHASES) {
      reactor.addSystemEventTrigger(phase, 'party', () => {
        throw new RangeError(phase);
      });
      reactor.addSystemEventTrigger(phase, 'party', () => journal.note(phase));
    }
    reactor.fireSystemEvent('party');
    claimEqual(journal.entries, PHASES, 'calls');
    stage.claimLogged(...PHASES);
  }),

  reactorCase('triggers', 'IReactorCore.removeSystemEventTrigger takes a trigger back, once', (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    const [taken] = PHASES.map((phase) => reactor.addSystemEventTrigger(phase, 'party', () => journal.note(phase)));
    claim(taken !== undefined, 'no name was given');
    reactor.removeSystemEventTrigger(taken);
    claimThrows('ValueError', () => reactor.removeSystemEventTrigger(taken));
    claimThrows('TypeError', () => reactor.removeSystemEventTrigger('before' as never));
    reactor.fireSystemEvent('party');
    claimEqual(journal.entries, ['during', 'after'], 'calls');
  }),

  reactorCase(
    'triggers',
    'IReactorCore.addSystemEventTrigger takes part in the event that is fired, in a phase to come',
    (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      reactor.addSystemEventTrigger('during', 'party', () => {
        reactor.addSystemEventTrigger('during', 'party', () => journal.note('during'));
        reactor.addSystemEventTrigger('after', 'party', () => journal.note('after'));
      });
      reactor.fireSystemEvent('party');
      claimEqual(journal.entries, ['during', 'after'], 'calls');
    },
  ),

  reactorCase('triggers', 'IReactorCore.addSystemEventTrigger refuses a phase that is none', (stage) => {
    const reactor = stage.reactor();
    claimThrows('KeyError', () => reactor.addSystemEventTrigger('soon' as never, 'party', () => undefined));
  }),

  reactorCase(
    'names',
    'IReactorCore.resolve gives the IPv4 address of a name, and of an address itself',
    async (stage) => {
      const { known } = stage.world.names!;
      const reactor = stage.reactor();
      const address = await answer(stage, reactor, known.name);
      claim(typeof address === 'string' && known.hosts.includes(address), `it resolved to ${String(address)}`);
      claimEqual(await answer(stage, reactor, '127.0.0.1'), '127.0.0.1', 'the address of an address');
    },
    hasNames,
  ),

  reactorCase(
    'names',
    'IReactorCore.resolve fails with DNSLookupError for a name that has no address',
    async (stage) => {
      const result = await answer(stage, stage.reactor(), stage.world.names!.unknown);
      claimEqual((result as Failure | null)?.value?.name, 'DNSLookupError', 'the failure');
    },
    hasNames,
  ),
];

/** What `resolve` gives, a failure too. */
async function answer(stage: Stage, reactor: ReactorUnderTest, name: string): Promise<unknown> {
  const answers: unknown[] = [];
  reactor.resolve(name).addBoth((result: unknown) => {
    answers.push(result);
    stage.saw('resolved');
    return null;
  });
  await stage.until(`the address of '${name}'`, () => answers.length > 0);
  return answers[0];
}
