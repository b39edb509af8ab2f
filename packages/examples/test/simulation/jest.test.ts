/** The listings of docs/howto/testing.md about `@skein/reactor/testing/jest`. */
import { createNodeReactor, type IListeningPort } from '@skein/reactor';
import { Deferred, fail } from '@skein/reactor/defer';
import { TimeoutError } from '@skein/reactor/error';
import { Clock } from '@skein/reactor/task';
import { StringTransport } from '@skein/reactor/testing';
import { extendExpect, flushLoggedErrors, leaveNothingBehind } from '@skein/reactor/testing/jest';
import { Factory, Protocol } from '@skein/protocols';

import { PatientClient } from '../../src/simulation/lateReply';

// #region matchers
extendExpect();

test('a request fails two seconds after it was made', () => {
  const clock = new Clock({ stepwise: true });
  const client = new PatientClient(clock);
  client.makeConnection(new StringTransport());
  const [first, second] = [client.request('one'), client.request('two')];

  client.dataReceived(Buffer.from('re: one\r\n'));
  expect(first).toHaveSucceededWith('re: one');
  expect(second).toHaveNoResult();

  clock.advance(2);
  expect(second).toHaveFailedWith(TimeoutError);
});
// #endregion

// #region nothing
const reactor = createNodeReactor();
const ports: IListeningPort[] = [];

function serve(): IListeningPort {
  const port = reactor.listenTCP(0, Factory.forProtocol(Protocol), { interface: '127.0.0.1' });
  ports.push(port);
  return port;
}

beforeAll(() => void reactor.run({ installSignalHandlers: false }));
afterAll(() => reactor.stop());

afterEach(async () => {
  for (const port of ports.splice(0)) await port.stopListening();
});
leaveNothingBehind(); // after the hook above, which is to clear away first

test('a server listens', () => {
  expect(serve().getHost()).toMatchObject({ host: '127.0.0.1' });
});

test('an error in the log is expected', () => {
  new Deferred((d) => d.errback(new RangeError('nobody listens'))).cancel();
  expect(flushLoggedErrors(RangeError)).toHaveLength(1); // without this line, the test fails
});
// #endregion

// #region awaited
test('a Deferred is awaited, and rejects with its error', async () => {
  await expect(fail(new TimeoutError())).rejects.toThrow(TimeoutError);
});
// #endregion
