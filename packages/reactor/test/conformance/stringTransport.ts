/**
 * Replays the recorded scenarios of `StringTransport` (a kind of the area `pumps`).
 */
import { StringTransport } from '../../src/testing';

import type { Area } from './area';
import { decodeBytes, type Event, type Operation, type RecordedCase } from './load';

type Bytes = Parameters<typeof decodeBytes>[0];

function observe(scenario: RecordedCase): { readonly log: Event[] } {
  const log: Event[] = [];
  const transport = new StringTransport({ lenient: scenario['lenient'] === true });
  for (const operation of scenario['ops'] as readonly Operation[]) {
    log.push(['op']);
    try {
      perform(transport, operation, log);
    } catch (error) {
      log.push(['raised', (error as Error).name, (error as Error).message]);
    }
  }
  return { log };
}

function perform(transport: StringTransport, [verb, argument]: Operation, log: Event[]): void {
  switch (verb) {
    case 'write':
      return transport.write(decodeBytes(argument as Bytes));
    case 'writeSequence':
      return transport.writeSequence((argument as Bytes[]).map(decodeBytes));
    case 'value':
      log.push(['value', transport.value().toString('latin1')]);
      return;
    case 'state': {
      const { disconnecting, disconnected, connected, producerState, streaming, producer } = transport;
      log.push([
        'state',
        { disconnecting, disconnected, connected, producerState, streaming, producer: producer !== null },
      ]);
      return;
    }
    case 'registerProducer':
      return transport.registerProducer(
        { pauseProducing() {}, resumeProducing() {}, stopProducing() {} },
        argument as boolean,
      );
    case 'clear':
    case 'loseConnection':
    case 'abortConnection':
    case 'pauseProducing':
    case 'resumeProducing':
    case 'stopProducing':
    case 'unregisterProducer':
      return transport[verb]();
    default:
      throw new Error(`no such operation: ${verb}`);
  }
}

/** The area `pumps`, as far as it is about `StringTransport`. */
export const stringTransport: Area = {
  name: 'pumps',
  part: 'StringTransport',
  covers: ({ kind }) => kind === 'stringTransport',
  observe,
};
