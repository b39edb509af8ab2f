/** A protocol and a factory that write down what happens to them. */
import type { Failure } from '@skein/reactor/failure';
import type { IProtocol } from '@skein/reactor/interfaces';
import { ClientFactory, Protocol } from '@skein/protocols';

export class RecordingProtocol extends Protocol {
  readonly log: string[];

  constructor(log: string[] = []) {
    super();
    this.log = log;
  }

  override connectionMade(): void {
    this.log.push('connectionMade');
  }

  override dataReceived(data: Buffer): void {
    this.log.push(`dataReceived ${data.toString()}`);
  }

  override connectionLost(reason: Failure): void {
    this.log.push(`connectionLost ${reason.value.name}`);
  }
}

export class RecordingFactory extends ClientFactory {
  override noisy = false;
  readonly log: string[] = [];
  readonly #build: () => IProtocol | null;

  constructor(build: (log: string[]) => IProtocol | null = (log) => new RecordingProtocol(log)) {
    super();
    this.#build = () => build(this.log);
  }

  override startFactory(): void {
    this.log.push('startFactory');
  }

  override stopFactory(): void {
    this.log.push('stopFactory');
  }

  override buildProtocol(): IProtocol | null {
    this.log.push('buildProtocol');
    return this.#build();
  }

  override startedConnecting(): void {
    this.log.push('startedConnecting');
  }

  override clientConnectionFailed(): void {
    this.log.push('clientConnectionFailed');
  }

  override clientConnectionLost(): void {
    this.log.push('clientConnectionLost');
  }
}
