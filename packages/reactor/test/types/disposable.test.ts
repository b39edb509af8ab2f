/** What `await using` takes, by its type: the compiler is the test, and the run shows that the code is there. */
import { createNodeReactor } from '../../src/default';
import type { IListeningPort, IReactor, ITLSTransport } from '../../src/interfaces';
import { WitnessFactory } from '../live/witness';

/** Takes what `await using` takes. */
function disposing(thing: AsyncDisposable): Promise<void> {
  return Promise.resolve(thing[Symbol.asyncDispose]());
}

describe('AsyncDisposable', () => {
  it('is what connections are, by the interface that protocols say they want', () => {
    const takes = (connection: ITLSTransport): AsyncDisposable => connection;
    expect(takes({ [Symbol.asyncDispose]: () => Promise.resolve() } as ITLSTransport)).toBeDefined();
  });

  it('is what ports and reactors are, by their interfaces', async () => {
    const reactor: IReactor = createNodeReactor();
    const over = reactor.run({ installSignalHandlers: false });
    const factory = new WitnessFactory();
    const port: IListeningPort = reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
    await disposing(port);
    expect([factory.events, port.stopListening()]).toEqual([['start', 'stop'], null]);
    await disposing(reactor);
    expect(reactor.running).toBe(false);
    await over;
  });
});
