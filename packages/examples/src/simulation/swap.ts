/**
 * The guide's chat, talked to by two users, on whatever reactor it is given: the installed one, with real sockets, or that of a
 * simulated host. Run it: `npm run example packages/examples/src/simulation/swap.ts`.
 */
import { reactor as installed } from '@skein/reactor';
import { Deferred } from '@skein/reactor/defer';
import type { IReactorTCP, IReactorTime } from '@skein/reactor/interfaces';
import { Simulation, WIDE_AREA } from '@skein/reactor/simulation';
import { ClientFactory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

import { main as chat } from '../chat';

// #region talk
/** Fires with all that two users of the chat were told, when they have talked. */
export function talk(reactor: IReactorTCP & IReactorTime): Deferred<string[]> {
  const port = chat(reactor, 0);
  const heard: string[] = [];
  const done = new Deferred<string[]>();

  class User extends LineReceiver {
    override lineReceived(line: string) {
      const { name, says } = this.factory as Users;
      heard.push(`${name} is told: ${line}`);
      if (line.endsWith('?')) this.sendLine(name);
      else if (line.startsWith('Welcome')) {
        if (name === 'alice') connect('bob', ['hello', 'bye']);
        for (const each of says) this.sendLine(each);
      } else if (line.endsWith('bye')) {
        this.transport.loseConnection();
        void port.stopListening();
        done.callback(heard);
      }
    }
  }
  class Users extends ClientFactory {
    override protocol = User;
    override noisy = false;
    name = '';
    says: readonly string[] = [];
  }
  const connect = (name: string, says: readonly string[]) => {
    const { port: number } = port.getHost() as unknown as { port: number };
    reactor.connectTCP('127.0.0.1', number, Object.assign(new Users(), { name, says }));
  };
  connect('alice', []);
  return done;
}
// #endregion

// #region swap
export async function real(): Promise<string[]> {
  const reactor = installed;
  const heard = talk(reactor).addCallback((lines) => {
    reactor.stop();
    return lines;
  });
  await reactor.run();
  return heard;
}

export async function simulated(): Promise<string[]> {
  const sim = new Simulation(WIDE_AREA);
  const { reactor } = sim.host('machine');
  return sim.runUntil(talk(reactor));
}
// #endregion

if (require.main === module) {
  void (async () => {
    console.log('On a simulated host:');
    for (const line of await simulated()) console.log(`  ${line}`);
    console.log('Over real sockets:');
    for (const line of await real()) console.log(`  ${line}`);
  })();
}
