import type { IReactorTCP } from '@skein/reactor/interfaces';
import { forEachSeed, type Simulation } from '@skein/reactor/simulation';
import { ClientFactory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

import { main as chat } from '../../src/chat';

const USERS = 50;
const SPEAKERS = 10;
const MESSAGES = 10;

/** A user of the chat, who says a name and keeps what is said. */
class User extends LineReceiver {
  readonly name: string;
  ready = false;
  readonly heard: string[] = [];

  constructor(name: string) {
    super();
    this.name = name;
  }

  override lineReceived(line: string) {
    if (line === "What's your name?") this.sendLine(this.name);
    else if (line === `Welcome, ${this.name}!`) this.ready = true;
    else this.heard.push(line);
  }
}

function messagesOf(speaker: string): string[] {
  return Array.from({ length: MESSAGES }, (_, i) => `<${speaker}> message ${i}`);
}

async function scenario(sim: Simulation) {
  sim.host('server', (reactor) => {
    // The guide's chat listens on 127.0.0.1; this one is for everybody.
    const forAll: IReactorTCP = {
      listenTCP: (port, factory) => reactor.listenTCP(port, factory),
      connectTCP: (host, port, factory) => reactor.connectTCP(host, port, factory),
    };
    chat(forAll);
  });
  const users = Array.from({ length: USERS }, (_, i) => {
    const user = new User(`user${i}`);
    const factory = new ClientFactory();
    factory.noisy = false;
    factory.buildProtocol = () => user;
    const host = sim.host(user.name);
    host.reactor.connectTCP('server', 8123, factory);
    return { user, host };
  });
  await sim.runUntil(() => users.every(({ user }) => user.ready));

  for (const { user, host } of users.slice(0, SPEAKERS))
    for (let i = 0; i < MESSAGES; i++)
      host.reactor.callLater(60 * sim.random('says'), () => user.sendLine(`message ${said(user)}`));

  const world = sim.host('world').reactor;
  for (let i = 0; i < 10; i++) {
    const some = users.filter(() => sim.random('who') > 0.7).map(({ host }) => host);
    const begin = 60 * sim.random('when');
    world.callLater(begin, () => sim.partition('server', some));
    world.callLater(begin + 20 * sim.random('when'), () => sim.repair('server', some));
  }
  const crashed = users.slice(-5);
  for (const { host } of crashed) world.callLater(60 * sim.random('crash'), () => host.crash());
  await sim.advance(100);
  const left = users.slice(0, -5);
  sim.repair(
    'server',
    users.map(({ host }) => host),
  );
  await sim.advance(300);
  return left.map(({ user }) => user);
}

const counts = new WeakMap<User, number>();

function said(user: User): number {
  const count = counts.get(user) ?? 0;
  counts.set(user, count + 1);
  return count;
}

it('Chat: everyone who is left hears everything, in order and once, through partitions and crashes', async () => {
  let heard = 0;
  await forEachSeed(
    10,
    async (sim) => {
      const left = await scenario(sim);
      expect(left).toHaveLength(USERS - 5);
      for (const user of left)
        for (let i = 0; i < SPEAKERS; i++) {
          const speaker = `user${i}`;
          const wanted = speaker === user.name ? [] : messagesOf(speaker);
          expect(user.heard.filter((line) => line.startsWith(`<${speaker}>`))).toEqual(wanted);
          heard += wanted.length;
        }
    },
    { simulation: { link: { latency: 0.02, jitter: 0.1, lossRate: 0.01 }, tcp: { splitRate: 0.5 } }, checkEvery: 10 },
  );
  // Eleven runs: the first seed is run twice.
  expect(heard).toBe(11 * ((USERS - 5) * SPEAKERS - SPEAKERS) * MESSAGES);
});
