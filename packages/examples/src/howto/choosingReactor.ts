/**
 * The listings of docs/howto/choosing-reactor.md. What it exports as `makeReactor` is for the command:
 *
 *     npx skein run ./chat.ts --listen tcp:8123 --reactor packages/examples/src/howto/choosingReactor.ts
 */
import { createNodeReactor, currentReactor, type IReactor, Reactor } from '@skein/reactor';
import type { IDriver } from '@skein/reactor/driver';
import { NodeDriver } from '@skein/reactor/drivers/node';
import type { IListeningPort, IReactorTCP, IReactorTime } from '@skein/reactor/interfaces';
import { Factory, Protocol } from '@skein/protocols';

// #region argument
export class Patient extends Protocol {
  readonly #clock: IReactorTime;

  constructor(clock: IReactorTime) {
    super();
    this.#clock = clock;
  }

  override connectionMade(): void {
    this.#clock.callLater(10, () => {
      this.transport.loseConnection();
    });
  }
}

export function main(reactor: IReactorTCP & IReactorTime, port = 8123): IListeningPort {
  return reactor.listenTCP(
    port,
    Factory.forProtocol(() => new Patient(reactor)),
    { interface: '127.0.0.1' },
  );
}
// #endregion

// #region default
export function listen(port: number, reactor: IReactorTCP & IReactorTime = currentReactor()): IListeningPort {
  return main(reactor, port);
}
// #endregion

// #region several
export function two(): [Reactor, Reactor] {
  return [createNodeReactor(), createNodeReactor()]; // each runs and stops by itself
}
// #endregion

// #region makeReactor
export function makeReactor(): IReactor {
  const driver: IDriver = new NodeDriver(); // or one of your own
  return new Reactor(driver);
}
// #endregion
