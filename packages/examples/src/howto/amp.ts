/** The listings of docs/howto/amp.md. */
import { type Deferred, inlineCallbacks } from '@skein/reactor/defer';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import type { Certificate, PrivateCertificate } from '@skein/reactor/ssl';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
// #region import
import * as amp from '@skein/protocols/amp';
// #endregion

// #region commands
export class ZeroDivisionError extends Error {}

export class Sum extends amp.Command {
  static override readonly commandName = 'Sum';
  static override readonly arguments = { a: amp.Integer(), b: amp.Integer() };
  static override readonly response = { total: amp.Integer() };
}

export class Divide extends amp.Command {
  static override readonly commandName = 'Divide';
  static override readonly arguments = { numerator: amp.Float(), denominator: amp.Float() };
  static override readonly response = { result: amp.Float() };
  static override readonly errors = { ZERO_DIVISION: ZeroDivisionError };
}
// #endregion

// #region responders
export class Calculator extends amp.AMP {
  readonly sum = Sum.responder(this, ({ a, b }) => ({ total: a + b }));

  readonly divide = Divide.responder(this, ({ numerator, denominator }) => {
    if (denominator === 0) throw new ZeroDivisionError('division by zero');
    return { result: numerator / denominator };
  });
}
// #endregion

// #region server
export function serve(reactor: IReactorTCP, port: number) {
  return reactor.listenTCP(port, Factory.forProtocol(Calculator));
}
// #endregion

// #region call
export function average(calculator: amp.AMP, a: number, b: number): Deferred<number> {
  return calculator
    .callRemote(Sum, { a, b })
    .addCallback(({ total }) => calculator.callRemote(Divide, { numerator: total, denominator: 2 }))
    .addCallback(({ result }) => result);
}
// #endregion

// #region await
export const quotient = inlineCallbacks(function* (calculator: amp.AMP, numerator: number, denominator: number) {
  try {
    const { result } = yield* calculator.callRemote(Divide, { numerator, denominator });
    return String(result);
  } catch (error) {
    if (error instanceof ZeroDivisionError) return 'undefined';
    throw error;
  }
});
// #endregion

// #region both
export class Progress extends amp.Command {
  static override readonly commandName = 'Progress';
  static override readonly arguments = { percent: amp.Integer() };
  static override readonly requiresAnswer = false;
}

export class Work extends amp.Command {
  static override readonly commandName = 'Work';
}

export class Worker extends amp.AMP {
  readonly work = Work.responder(this, () => {
    for (const percent of [50, 100]) this.callRemote(Progress, { percent }); // returns null: no answer
    return {};
  });
}
// #endregion

// #region types
export class Register extends amp.Command {
  static override readonly commandName = 'Register';
  static override readonly arguments = {
    name: amp.Unicode(),
    picture: amp.String({ optional: true }), // bytes; null when it was left out
    born: amp.DateTime(),
    serial: amp.Integer({ bigint: true }), // of any size
    price: amp.Decimal(), // text: '1.50' stays '1.50'
    tags: amp.ListOf(amp.Unicode()),
    'known-as': amp.AmpList({ name: amp.Unicode(), since: amp.Integer({ optional: true }) }), // `known_as` in the program
  };
}
// #endregion

// #region argument
export class Colour extends amp.Argument<string> {
  override toBytes(colour: string): Buffer {
    return Buffer.from(colour.slice(1), 'hex');
  }

  override fromBytes(bytes: Buffer): string {
    return `#${bytes.toString('hex')}`;
  }
}
// #endregion

// #region switch
export class Upgrade extends amp.ProtocolSwitchCommand {
  static override readonly commandName = 'Upgrade';
}

export class Shout extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data.toString().toUpperCase());
  }
}

export class Upgradable extends amp.AMP {
  readonly upgrade = Upgrade.responder(this, () => new Shout());
}

export function upgrade(connection: amp.AMP, protocol: Protocol) {
  return connection.callRemote(
    Upgrade,
    ClientFactory.forProtocol(() => protocol),
  );
}
// #endregion

// #region tls
export class Secure extends amp.AMP {
  constructor(certificate: PrivateCertificate) {
    super();
    amp.StartTLS.responder(this, () => ({ tls_localCertificate: certificate }));
  }
}

export function secure(connection: amp.AMP, authority: Certificate): Deferred<object> {
  return connection.callRemote(amp.StartTLS, { tls_verifyAuthorities: [authority] });
}
// #endregion
