import { ConnectionRefusedError } from '@skein/reactor/error';

import { connectProtocol, TCP4ClientEndpoint } from '../src';

import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { RecordingProtocol } from './recordingProtocol';

describe('connectProtocol', () => {
  test('connectProtocol fires with the given protocol once it is connected', () => {
    const reactor = new FakeReactor();
    const protocol = new RecordingProtocol();
    const outcome = outcomeOf(connectProtocol(new TCP4ClientEndpoint(reactor, 'h', 1), protocol));
    expect(outcome.fired).toBe(false);
    reactor.connector().succeed();
    expect(outcome.result).toBe(protocol);
    expect(protocol.log).toEqual(['connectionMade']);
  });

  test('connectProtocol fails as connect does', () => {
    const reactor = new FakeReactor();
    const protocol = new RecordingProtocol();
    const outcome = outcomeOf(connectProtocol(new TCP4ClientEndpoint(reactor, 'h', 1), protocol));
    reactor.connector().fail(new ConnectionRefusedError());
    expect(outcome.error).toBeInstanceOf(ConnectionRefusedError);
    expect(protocol.log).toEqual([]);
  });
});
