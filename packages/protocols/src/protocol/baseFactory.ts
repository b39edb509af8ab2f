import type { IAddress, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

/**
 * What every factory has in common, whatever its protocols are made by: being started and stopped.
 *
 * Twisted has it all in `Factory`. Here a class of its own leaves it to subclasses what `protocol` is, because the protocols of
 * wrapping factories are made with arguments.
 *
 * @twisted twisted.internet.protocol.Factory (less `buildProtocol`)
 */
export abstract class BaseFactory implements IProtocolFactory {
  /** What makes the protocols; null for nothing. Subclasses say what type it has. */
  protocol: unknown = null;

  /** How many ports and connectors use this factory now. */
  numPorts = 0;

  /** Whether starting and stopping are logged. */
  noisy = true;

  /** What log messages about this factory begin with: the name of its class. */
  logPrefix(): string {
    return this.constructor.name;
  }

  /** Called by each port and connector that begins to use the factory; the first time it calls `startFactory`. */
  doStart(): void {
    if (this.numPorts === 0) {
      if (this.noisy) this.#log('Starting factory {name}');
      this.startFactory();
    }
    this.numPorts += 1;
  }

  /** Called by each port and connector that has ceased to use the factory; the last time it calls `stopFactory`. */
  doStop(): void {
    // Twisted's word on this: it should not happen, does sometimes, and ignoring it beats failing.
    if (this.numPorts === 0) return;
    this.numPorts -= 1;
    if (this.numPorts === 0) {
      if (this.noisy) this.#log('Stopping factory {name}');
      this.stopFactory();
    }
  }

  /** The factory comes into use: called once, before its first port listens or its first connector connects. Open files here. */
  startFactory(): void {}

  /** The factory is out of use: called once its last port and connector are done. Close files here. */
  stopFactory(): void {}

  /** A protocol for a connection from (server) or to (client) `addr`; null closes the connection. */
  abstract buildProtocol(addr: IAddress): IProtocol | null;

  #log(format: string): void {
    new Logger({ namespace: 'skein.protocols', source: this }).info(format, { factory: this, name: this.logPrefix() });
  }
}
