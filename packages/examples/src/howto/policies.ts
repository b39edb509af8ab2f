/** The listings of docs/howto/policies.md. */
import { Factory, Protocol } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';
import { HAProxyWrappingFactory } from '@skein/protocols/haproxy';
import {
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
  MinimumProgressFactory,
  type MinimumProgressProtocol,
  ProtocolWrapper,
  ThrottlingFactory,
  TimeoutFactory,
  TimeoutMixin,
  WrappingFactory,
} from '@skein/protocols/policies';
import type { Bytes, IProtocolFactory, IReactorTime } from '@skein/reactor/interfaces';

export class Shout extends LineReceiver {
  override lineReceived(line: string): void {
    this.sendLine(line.toUpperCase());
  }
}

// #region wrap
export function guarded(clock: IReactorTime): IProtocolFactory {
  const shouting = Factory.forProtocol(Shout);
  const limited = new LimitConnectionsByPeer(new TimeoutFactory(shouting, 600, { clock }));
  limited.maxConnectionsPerPeer = 10;
  return limited; // reactor.listenTCP(8000, limited)
}
// #endregion

// #region total
class Busy extends Protocol {
  override connectionMade(): void {
    this.transport.write('Come back later\r\n');
    this.transport.loseConnection();
  }
}

export class FewConnections extends LimitTotalConnectionsFactory {
  override protocol = Shout;
  override connectionLimit = 100;
  override overflowProtocol = Busy;
}
// #endregion

// #region mixin
export class Login extends TimeoutMixin(LineReceiver) {
  override connectionMade(): void {
    this.setTimeout(30); // seconds
    this.sendLine('name?');
  }

  override lineReceived(name: string): void {
    this.setTimeout(null); // said in time
    this.sendLine(`Hello, ${name}`);
  }

  override timeoutConnection(): void {
    this.sendLine('too late');
    this.transport.loseConnection();
  }
}
// #endregion

// #region progress
export function withoutIdlers(factory: IProtocolFactory, clock: IReactorTime): IProtocolFactory {
  return new MinimumProgressFactory(factory, { minimumBytes: 100, period: 10, closeWithin: 60, clock });
}

/** A line asks, and the answer takes a while. */
export class Asked extends LineReceiver {
  override connectionMade(): void {
    this.policy.setDeadline(20); // the whole line has to be here by then
  }

  override lineReceived(_question: string): void {
    this.policy.setDeadline(null);
    this.policy.requireProgress(false); // it is our turn
  }

  private get policy(): MinimumProgressProtocol {
    return this.transport as unknown as MinimumProgressProtocol;
  }
}
// #endregion

// #region throttle
export function throttled(factory: IProtocolFactory, clock: IReactorTime): IProtocolFactory {
  return new ThrottlingFactory(factory, { maxConnectionCount: 500, readLimit: 1_000_000, clock });
}
// #endregion

// #region proxy
export function behindAProxy(factory: IProtocolFactory): IProtocolFactory {
  return new HAProxyWrappingFactory(factory);
}
// #endregion

// #region own
class CountingProtocol extends ProtocolWrapper {
  declare factory: CountingFactory;

  override dataReceived(data: Buffer): unknown {
    this.factory.received += data.length;
    return super.dataReceived(data); // on to the wrapped protocol
  }

  override write(data: Bytes): void {
    this.factory.sent += Buffer.byteLength(data);
    super.write(data); // on to the transport
  }
}

export class CountingFactory extends WrappingFactory {
  override protocol = CountingProtocol as unknown as typeof ProtocolWrapper;
  received = 0;
  sent = 0;
}
// #endregion
