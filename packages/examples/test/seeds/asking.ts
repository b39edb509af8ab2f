/** AMP: every question is answered once, with its own answer, or fails with its connection. */
import { Deferred, logError } from '@skein/reactor/defer';
import type { Simulation } from '@skein/reactor/simulation';
import * as amp from '@skein/protocols/amp';
import { ClientFactory, Factory } from '@skein/protocols';

import { between, flaps, holds } from './rough';

class Twice extends amp.Command {
  static override readonly commandName = 'Twice';
  static override readonly arguments = { number: amp.Integer() };
  static override readonly response = { result: amp.Integer() };
}

const QUESTIONS = 25;

export function questions(sim: Simulation): void {
  const server = sim.host('server', (reactor) => {
    class Answering extends amp.AMP {
      readonly twice = Twice.responder(this, ({ number }) => {
        const answer = new Deferred<{ result: number }>();
        reactor.callLater(sim.random('thinks'), () => answer.callback({ result: 2 * number }));
        return answer;
      });
    }
    reactor.listenTCP(80, Factory.forProtocol(Answering));
  });
  const client = sim.host('client');
  const { reactor } = client;
  let settled = 0;
  let asked = 0;
  let isLost = false;
  class Asking extends amp.AMP {
    override connectionMade() {
      super.connectionMade();
      this.ask();
    }

    ask() {
      if (asked === QUESTIONS || isLost) return;
      const number = asked++;
      this.callRemote(Twice, { number })
        .addCallbacks(
          ({ result }) => {
            holds(result === 2 * number, `twice ${String(number)} is ${String(result)}`);
            settled += 1;
          },
          (failure) => {
            holds(isLost, `a question failed on a connection that is well: ${String(failure)}`);
            settled += 1;
          },
        )
        .addErrback(logError); // a logged error fails the simulation
      reactor.callLater(0.2 * sim.random('gap'), () => this.ask());
    }

    override connectionLost(reason: Parameters<amp.AMP['connectionLost']>[0]) {
      isLost = true;
      super.connectionLost(reason);
    }
  }
  const factory = ClientFactory.forProtocol(Asking);
  factory.noisy = false;
  reactor.connectTCP('server', 80, factory);
  flaps(sim, client, server, 1, 3);
  if (sim.random('dies') > 0.5) reactor.callLater(3 * sim.random('dies'), () => server.kill());
  if (between(sim, 'patience', 0, 3) === 3)
    reactor.callLater(3 * sim.random('patience'), () => {
      sim.hold(client, server);
      reactor.callLater(1, () => sim.release(client, server));
    });
  // It may be that the server dies before anybody is connected.
  sim.advanceSync(60);
  holds(isLost || asked === QUESTIONS || server.state === 'killed', 'not all was asked');
  holds(settled === asked, `${String(asked)} questions were asked, ${String(settled)} are settled`);
}
