import { CancelledError, Deferred } from '@skein/reactor/defer';
import { ConnectionDone, ConnectionLost, PeerVerifyError, RuntimeError, ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { ClientContextSource } from '@skein/reactor/interfaces';
import { collectLoggedErrors, flushLoggedErrors, type LoggedErrors } from '@skein/reactor/logger';

import { ClientFactory, Protocol } from '../../src';
import * as amp from '../../src/amp';
import { RecordingTransport } from '../recordingTransport';

import { End, Pair, watched } from './pair';

class Sum extends amp.Command {
  static override readonly arguments = { a: amp.Integer(), b: amp.Integer() };
  static override readonly response = { total: amp.Integer() };
}

class Oops extends Error {}
class WorseOops extends Oops {}
class Other extends Error {}
class Risky extends amp.Command {
  static override readonly errors = { OOPS: Oops, OTHERS: [Other, RangeError] };
}

class Calculator extends amp.AMP {
  readonly sum = Sum.responder(this, ({ a, b }) => ({ total: a + b }));
}

let logged: LoggedErrors;
beforeEach(() => {
  logged = collectLoggedErrors();
});
afterEach(() => {
  const left = flushLoggedErrors().map(({ value }) => value.message);
  logged.stop();
  // eslint-disable-next-line jest/no-standalone-expect -- no test logs errors that it does not expect
  expect(left).toEqual([]);
});

describe('AMP.callRemote', () => {
  it('AMP.callRemote fires with what the responder returned', () => {
    const pair = new Pair(new amp.AMP(), new Calculator());
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.pump();
    expect(called.result).toEqual({ total: 3 });
  });

  it('AMP.callRemote takes what a promise or a Deferred comes to', async () => {
    const deferred = new Deferred<{ total: number }>();
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    Sum.responder(pair.b, ({ a }) => (a === 0 ? deferred : Promise.resolve({ total: a })));
    const first = watched(pair.a.callRemote(Sum, { a: 0, b: 0 }));
    const second = watched(pair.a.callRemote(Sum, { a: 5, b: 0 }));
    pair.pump();
    deferred.callback({ total: 4 });
    await Promise.resolve();
    await Promise.resolve();
    pair.pump();
    expect(first.result).toEqual({ total: 4 });
    expect(second.result).toEqual({ total: 5 });
  });

  it('AMP.callRemote fails for an argument that was forgotten, and throws for one too many or of a wrong type', () => {
    const { a } = new Pair(new amp.AMP(), new amp.AMP());
    expect(watched(a.callRemote(Sum, { a: 1 } as never)).result).toMatchObject({
      name: 'InvalidSignature',
      message: 'forgot b for Sum',
    });
    expect(() => a.callRemote(Sum, { a: 1, b: 2, c: 3 } as never)).toThrow('c is not a valid argument');
    expect(() => a.callRemote(Sum, { a: 1, b: 'x' } as never)).toThrow(ValueError);
  });

  it('AMP.callRemote fails with the reason of the end of the connection, then and later', () => {
    const pair = new Pair(new amp.AMP(), new Calculator());
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.lose(new ConnectionLost());
    expect(called.result).toBeInstanceOf(ConnectionLost);
    expect(watched(pair.a.callRemote(Sum, { a: 1, b: 2 })).result).toBeInstanceOf(ConnectionLost);
    expect(() => pair.a.sendBox(new amp.AmpBox())).toThrow(ConnectionLost);
  });

  it('AMP.callRemote throws before there is a connection', () => {
    expect(() => new amp.AMP().callRemote(Sum, { a: 1, b: 2 })).toThrow(RuntimeError);
  });

  it('AMP.callRemote can be cancelled: the answer is dropped', () => {
    const pair = new Pair(new amp.AMP(), new Calculator());
    const deferred = pair.a.callRemote(Sum, { a: 1, b: 2 });
    const called = watched(deferred);
    deferred.cancel();
    expect(called.result).toBeInstanceOf(CancelledError);
    pair.pump();
    expect(pair.aEnd.calls).toEqual([]);
  });

  it.each([
    [new WorseOops('worse'), Oops],
    [new RangeError('range'), Other],
    [new TypeError('secret'), amp.UnknownRemoteError],
  ])('AMP.callRemote gets %s as the error that the command lists for it', (error, errorClass) => {
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    Risky.responder(pair.b, () => {
      throw error;
    });
    const called = watched(pair.a.callRemote(Risky));
    pair.pump();
    const result = called.result as Error;
    expect(result.constructor).toBe(errorClass);
    const isKnown = errorClass !== amp.UnknownRemoteError;
    expect(result.message).toBe(isKnown ? error.message : 'Code<UNKNOWN>: Unknown Error');
    expect(flushLoggedErrors(TypeError)).toHaveLength(isKnown ? 0 : 1);
    expect(pair.bEnd.disconnecting).toBe(!isKnown);
  });

  it('AMP.callRemote whose error nobody handles loses the connection', () => {
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    pair.a.callRemote(Sum, { a: 1, b: 2 });
    pair.pump();
    expect(pair.aEnd.disconnecting).toBe(true);
    expect(flushLoggedErrors(amp.UnhandledCommand)).toHaveLength(1);
  });

  it('AMP says what a responder returned that cannot be sent', () => {
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    Sum.responder(pair.b, () => ({ total: 'three' }) as never);
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.pump();
    expect(called.result).toBeInstanceOf(amp.UnknownRemoteError);
    const [failure] = flushLoggedErrors(amp.BadLocalReturn);
    expect(failure?.value.message).toBe(
      "the responder of Sum returned { total: 'three' }, which cannot be sent: " +
        'cannot send "three" as an Integer, wanted a safe integer or a bigint',
    );
  });

  it('AMP drops an answer that comes when the connection is gone', () => {
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    const deferred = new Deferred<{ total: number }>();
    Sum.responder(pair.b, () => deferred);
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.pump();
    pair.lose();
    deferred.callback({ total: 3 });
    expect(called.result).toBeInstanceOf(ConnectionDone);
    expect(pair.bEnd.writes).toEqual([]);
  });
});

describe('responders', () => {
  it('Command.responder of a subclass takes the place of its base class', () => {
    class Pessimist extends Calculator {
      override readonly sum = Sum.responder(this, () => ({ total: -1 }));
    }
    const pair = new Pair(new amp.AMP(), new Pessimist());
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.pump();
    expect(called.result).toEqual({ total: -1 });
  });

  it('AMP takes another locator, and another receiver of boxes', () => {
    const locator = new amp.CommandLocator();
    Sum.responder(locator, ({ a, b }) => ({ total: a * b }));
    const pair = new Pair(new amp.AMP(), new amp.AMP({ locator }));
    const called = watched(pair.a.callRemote(Sum, { a: 3, b: 4 }));
    pair.pump();
    expect(called.result).toEqual({ total: 12 });

    const boxes: amp.AmpBox[] = [];
    const boxReceiver: amp.IBoxReceiver = {
      startReceivingBoxes: () => undefined,
      ampBoxReceived: (box) => void boxes.push(box),
      stopReceivingBoxes: () => undefined,
    };
    expect(amp.IBoxReceiver.providedBy(boxReceiver)).toBe(true);
    const other = new Pair(new amp.AMP(), new amp.AMP({ boxReceiver }));
    other.a.sendBox(new amp.AmpBox({ hello: 'there' }));
    other.pump();
    expect(boxes).toEqual([new amp.AmpBox({ hello: 'there' })]);
  });

  it('BoxDispatcher and SimpleStringLocator make a peer with any sender of boxes', () => {
    class Named extends amp.SimpleStringLocator {
      amp_HELLO(box: amp.AmpBox): amp.AmpBox {
        return new amp.AmpBox({ hello: box.get('name')! });
      }
    }
    const sent: amp.AmpBox[] = [];
    const dispatcher = new amp.BoxDispatcher(new Named());
    dispatcher.startReceivingBoxes({ sendBox: (box) => void sent.push(box), unhandledError: () => undefined });
    dispatcher.ampBoxReceived(new amp.AmpBox({ _command: 'hello', _ask: 'x', name: 'you' }));
    expect(sent).toEqual([new amp.AmpBox({ _answer: 'x', hello: 'you' })]);
    const called = watched(dispatcher.callRemote(Sum, { a: 1, b: 2 }));
    dispatcher.ampBoxReceived(new amp.AmpBox({ _answer: '1', total: '3' }));
    expect(called.result).toEqual({ total: 3 });
  });

  it('AMP takes a name outside ASCII for a command that nobody responds to', () => {
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    const called = watched(pair.a.callRemoteString('\xff\n'));
    pair.pump();
    expect(called.result).toMatchObject({ message: "Unhandled Command: b'\\xff\\n'" });
  });
});

describe('boxes that mean nothing', () => {
  const named = (name: string): Error => expect.objectContaining({ name }) as Error;
  const errorsLogged = (): Error[] => flushLoggedErrors().map(({ value }) => value);

  it.each([
    ['nothing', {}, 'NoEmptyBoxes'],
    ['no known key', { hello: 'there' }, 'NoEmptyBoxes'],
    ['an answer to nothing', { _answer: '7' }, 'MalformedAmpBox'],
    ['an error to nothing', { _error: '7', _error_code: 'X', _error_description: '' }, 'MalformedAmpBox'],
    ['an error without a code', { _error: '1' }, 'MalformedAmpBox'],
  ])('AMP.dataReceived loses the connection for %s, and calls that wait fail with that', (_what, contents, name) => {
    const pair = new Pair(new Calculator(), new amp.AMP());
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 1 }));
    const written = pair.aEnd.value.length;
    // What came together with such a box, and after it, is dropped.
    const command = new amp.AmpBox({ _command: 'Sum', _ask: '1', a: '1', b: '1' }).serialize();
    pair.a.dataReceived(Buffer.concat([new amp.AmpBox(contents).serialize(), command]));
    expect(pair.aEnd.disconnecting).toBe(true);
    pair.a.dataReceived(command);
    expect(pair.aEnd.value).toHaveLength(written);
    expect(errorsLogged()).toEqual([named(name)]);
    pair.lose();
    expect(called.result).toEqual(named(name));
  });

  it('AMP.dataReceived loses the connection for a second answer', () => {
    const pair = new Pair(new amp.AMP(), new Calculator());
    const called = watched(pair.a.callRemote(Sum, { a: 1, b: 1 }));
    pair.pump();
    expect(called.result).toEqual({ total: 2 });
    pair.a.dataReceived(new amp.AmpBox({ _answer: '1', total: '2' }).serialize());
    expect(pair.aEnd.disconnecting).toBe(true);
    expect(errorsLogged()).toEqual([named('MalformedAmpBox')]);
  });

  it('BinaryBoxProtocol.dataReceived throws what else its receiver throws', () => {
    const mistake = new TypeError('a mistake of the receiver');
    const p = new amp.BinaryBoxProtocol({
      startReceivingBoxes: () => {},
      ampBoxReceived: () => {
        throw mistake;
      },
      stopReceivingBoxes: () => {},
    });
    p.makeConnection(new End());
    expect(() => p.dataReceived(new amp.AmpBox({ k: 'v' }).serialize())).toThrow(mistake);
    expect(errorsLogged()).toEqual([]);
  });
});

describe('ProtocolSwitchCommand', () => {
  class Switch extends amp.ProtocolSwitchCommand {
    static override readonly arguments = { to: amp.Unicode() };
  }
  class Inner extends Protocol {
    readonly received: string[] = [];
    reason: Error | null = null;
    override connectionMade(): void {
      this.transport.write('hi');
    }
    override dataReceived(data: Buffer): void {
      this.received.push(data.toString());
    }
    override connectionLost(reason: Failure): void {
      this.reason = reason.value;
    }
  }
  class InnerFactory extends ClientFactory {
    readonly inner = new Inner();
    readonly failed: string[] = [];
    override buildProtocol(): Inner {
      return this.inner;
    }
    override clientConnectionFailed(_connector: unknown, reason: Failure): void {
      this.failed.push(reason.value.name);
    }
    override clientConnectionLost(_connector: unknown, reason: Failure): void {
      this.failed.push(reason.value.name);
    }
  }

  it('ProtocolSwitchCommand gives both ends to other protocols, with what follows the last box', () => {
    const there = new Inner();
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    Switch.responder(pair.b, ({ to }) => {
      expect(to).toBe('inner');
      return there;
    });
    const factory = new InnerFactory();
    const called = watched(pair.a.callRemote(Switch, factory, { to: 'inner' }));
    expect(() => pair.a.callRemote(Sum, { a: 1, b: 2 })).toThrow(amp.ProtocolSwitched);
    pair.pump();
    expect(called.result).toEqual({});
    expect([factory.inner.received, there.received]).toEqual([['hi'], ['hi']]);
    expect(() => pair.b.sendBox(new amp.AmpBox())).toThrow(amp.ProtocolSwitched);
    expect(() => pair.b.unlockFromSwitch()).toThrow(amp.ProtocolSwitched);
    pair.lose();
    expect([factory.inner.reason?.name, there.reason?.name]).toEqual(['ConnectionDone', 'ConnectionDone']);
    expect(factory.failed).toEqual(['ConnectionDone']);
  });

  it('ProtocolSwitchCommand that fails leaves the connection to AMP', () => {
    const pair = new Pair(new amp.AMP(), new Calculator());
    const factory = new InnerFactory();
    const called = watched(pair.a.callRemote(Switch, factory, { to: 'inner' }));
    pair.pump();
    expect(called.result).toBeInstanceOf(amp.UnhandledCommand);
    expect(factory.failed).toEqual(['ConnectionLost']);
    const sum = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.pump();
    expect(sum.result).toEqual({ total: 3 });
  });

  it('ProtocolSwitchCommand whose responder returns no protocol is an error', () => {
    const pair = new Pair(new amp.AMP(), new amp.AMP());
    Switch.responder(pair.b, () => null as never);
    const called = watched(pair.a.callRemote(Switch, new InnerFactory(), { to: 'nothing' }));
    pair.pump();
    expect(called.result).toBeInstanceOf(amp.UnknownRemoteError);
    expect(flushLoggedErrors(amp.BadLocalReturn)).toHaveLength(1);
  });
});

describe('StartTLS', () => {
  /** A transport that says when TLS was started: what is secured has a mark in front. */
  class TLSEnd extends End {
    startTLS(_contextFactory: ClientContextSource): void {
      this.write('<TLS>');
    }
  }
  const started = (p: amp.AMP): TLSEnd => {
    const end = new TLSEnd();
    p.makeConnection(end);
    return end;
  };
  const answer = new amp.AmpBox({ _answer: '1' }).serialize();

  it('StartTLS starts TLS behind the answer, and keeps boxes back until then', () => {
    const p = new amp.AMP();
    const end = started(p);
    const called = watched(p.callRemote(amp.StartTLS));
    const question = end.take().toString();
    expect(question).toBe('\0\x04_ask\0\x011\0\x08_command\0\x08StartTLS\0\0');
    p.callRemoteString('NEXT', {}, false);
    expect(end.take()).toHaveLength(0);
    // What follows the answer in plain is nobody's: it may have been put in on the way.
    p.dataReceived(Buffer.concat([answer, new amp.AmpBox({ _command: 'INJECTED', _ask: '1' }).serialize()]));
    expect(called.result).toEqual({});
    expect(end.take().toString()).toBe('<TLS>\0\x08_command\0\x04NEXT\0\0');
  });

  it('StartTLS starts TLS on the answering side when the answer is sent', () => {
    const p = new amp.AMP();
    amp.StartTLS.responder(p, () => ({}));
    const end = started(p);
    p.dataReceived(new amp.AmpBox({ _command: 'StartTLS', _ask: '1' }).serialize());
    expect(end.take().toString()).toBe(`${answer.toString()}<TLS>`);
    expect(p.hostCertificate).not.toBeNull();
  });

  it('StartTLS that nobody responds to sends what was kept back', () => {
    const pair = new Pair(new amp.AMP(), new Calculator());
    const called = watched(pair.a.callRemote(amp.StartTLS));
    const sum = watched(pair.a.callRemote(Sum, { a: 1, b: 2 }));
    pair.pump();
    expect(called.result).toBeInstanceOf(amp.UnhandledCommand);
    expect(sum.result).toEqual({ total: 3 });
  });

  it('StartTLS can be called once', () => {
    const p = new amp.AMP();
    const end = started(p);
    p.callRemote(amp.StartTLS);
    p.dataReceived(answer);
    end.take();
    expect(() => p.callRemote(amp.StartTLS)).toThrow(amp.OnlyOneTLS);
  });

  it('StartTLS on a transport without TLS is an error', () => {
    const p = new amp.AMP();
    p.makeConnection(new RecordingTransport());
    const called = watched(p.callRemote(amp.StartTLS));
    p.dataReceived(answer);
    expect(called.result).toMatchObject({ name: 'ValueError' });
  });

  it('StartTLS is blamed when the peer is gone before it said anything', () => {
    const p = new amp.AMP();
    started(p);
    p.callRemote(amp.StartTLS);
    p.dataReceived(answer);
    const called = watched(p.callRemote(Sum, { a: 1, b: 2 }));
    p.connectionLost(new Failure(new ConnectionDone()));
    expect(called.result).toBeInstanceOf(PeerVerifyError);
  });
});
