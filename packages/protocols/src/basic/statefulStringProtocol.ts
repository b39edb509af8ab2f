import { Logger } from '@skein/reactor/logger';

import type { Protocol } from '../protocol';

/** A protocol that receives strings: `NetstringReceiver`, `Int32StringReceiver` and their like. */
interface StringProtocol extends Protocol {
  stringReceived(string: Buffer): void;
}

/** What `StatefulStringProtocol` adds. */
export interface StringStates {
  /** The state: the next string goes to the method `proto_` + state. */
  state: string;
  stringReceived(string: Buffer): void;
}

/**
 * Makes a string protocol stateful: each string goes to the method named `proto_` and the state, which returns the next
 * state. The first state is `'init'`; one that returns `'done'` has the connection lost. A string that comes in a state
 * without a method is logged and dropped.
 *
 * A function that makes a class, where Twisted has a mixin.
 *
 * @twisted twisted.protocols.basic.StatefulStringProtocol
 *
 * @example
 * class Greeter extends StatefulStringProtocol(NetstringReceiver) {
 *   proto_init(name: Buffer) {
 *     this.sendString(`Hello, ${name.toString()}`);
 *     return 'done';
 *   }
 * }
 */
export function StatefulStringProtocol<B extends new () => StringProtocol>(
  base: B,
): new () => InstanceType<B> & StringStates {
  const stateful = class extends (base as new () => StringProtocol) implements StringStates {
    state = 'init';

    override stringReceived(string: Buffer): void {
      const handler = (this as unknown as Record<string, unknown>)[`proto_${this.state}`];
      if (typeof handler !== 'function') {
        const log = new Logger({ namespace: 'skein.protocols', source: this });
        log.info('callback {state} not found', { state: this.state });
        return;
      }
      this.state = handler.call(this, string) as string;
      if (this.state === 'done') this.transport.loseConnection();
    }
  };
  return stateful as unknown as new () => InstanceType<B> & StringStates;
}
