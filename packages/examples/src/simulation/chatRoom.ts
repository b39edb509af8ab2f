/**
 * The guide's chat with fifty users, a network that is cut ten times in a minute, and five users whose power goes. Whoever is left has
 * heard everything that was said, in order, once. Run it: `npm run example packages/examples/src/simulation/chatRoom.ts 7`.
 */
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Simulation } from '@skein/reactor/simulation';
import { ClientFactory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

import { main as chat } from '../chat';

export const USERS = 50;
export const SPEAKERS = 10;
export const MESSAGES = 10;
const CRASHES = 5;

/** A network on which every read is another piece, and a hundredth of what is sent has to be sent again. */
export const NETWORK = { link: { latency: 0.02, jitter: 0.1, lossRate: 0.01 }, tcp: { splitRate: 0.5 } };

// #region user
/** A user of the chat, who says a name and keeps what is said. */
export class User extends LineReceiver {
  readonly name: string;
  isReady = false;
  said = 0;
  readonly heard: string[] = [];

  constructor(name: string) {
    super();
    this.name = name;
  }

  override lineReceived(line: string) {
    if (line === "What's your name?") this.sendLine(this.name);
    else if (line === `Welcome, ${this.name}!`) this.isReady = true;
    else this.heard.push(line);
  }

  say() {
    this.sendLine(`message ${this.said++}`);
  }
}
// #endregion

/** What a user has to have heard of a speaker in the end. */
export function messagesOf(speaker: string): string[] {
  return Array.from({ length: MESSAGES }, (_, i) => `<${speaker}> message ${i}`);
}

// #region scenario
/** Lives through it all. Returns the users who are left. */
export async function chatRoom(sim: Simulation): Promise<User[]> {
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
  await sim.runUntil(() => users.every(({ user }) => user.isReady));

  for (const { user, host } of users.slice(0, SPEAKERS))
    for (let i = 0; i < MESSAGES; i++) host.reactor.callLater(60 * sim.random('says'), () => user.say());

  const world = sim.host('world').reactor;
  for (let i = 0; i < 10; i++) {
    const some = users.filter(() => sim.random('who') > 0.7).map(({ host }) => host);
    const begin = 60 * sim.random('when');
    world.callLater(begin, () => sim.partition('server', some));
    world.callLater(begin + 20 * sim.random('when'), () => sim.repair('server', some));
  }
  for (const { host } of users.slice(-CRASHES)) world.callLater(60 * sim.random('crash'), () => host.crash());

  await sim.advance(100);
  const everybody = users.map(({ host }) => host);
  sim.repair('server', everybody);
  await sim.advance(300);
  return users.slice(0, -CRASHES).map(({ user }) => user);
}
// #endregion

/** How many messages were heard, when each was heard in order, once. Throws when one was not. */
export function count(left: readonly User[]): number {
  let heard = 0;
  for (const user of left)
    for (let i = 0; i < SPEAKERS; i++) {
      const speaker = `user${i}`;
      const wanted = speaker === user.name ? [] : messagesOf(speaker);
      const got = user.heard.filter((line) => line.startsWith(`<${speaker}>`));
      if (got.join() !== wanted.join()) throw new Error(`${user.name} heard of ${speaker}: ${got.join(', ')}`);
      heard += wanted.length;
    }
  return heard;
}

if (require.main === module) {
  const sim = new Simulation({ ...NETWORK, seed: Number(process.argv[2] ?? 1) });
  void chatRoom(sim).then((left) => {
    const lost = sim.trace.text().split('\n').length;
    console.log(`${USERS} users came into a chat room. Ten times in a minute the network was cut somewhere, and then`);
    console.log(
      `${USERS - left.length} of them lost their power. In ${sim.seconds().toFixed(0)} seconds of their time:`,
    );
    console.log(`  ${sim.events} things happened, of which the last ${lost} are in the trace ${sim.trace.hash};`);
    console.log(
      `  ${count(left)} messages were heard by the ${left.length} who are left: all of them, in order, and each once.`,
    );
  });
}
