/**
 * Replays the recorded scenarios of `FileSender` (the kind `fileSender` of the area `pumps`).
 */
import type { Failure } from '@skein/reactor/failure';
import type { Bytes, IPullProducer } from '@skein/reactor/interfaces';

import type { Area } from '../../../reactor/test/conformance/area';
import {
  decodeText,
  type Event,
  type Operation,
  type RecordedCase,
  type RunLengthCoded,
} from '../../../reactor/test/conformance/load';
import { FileSender } from '../../src/basic';

import { latin1 } from './recording';

function observeFileSender(scenario: RecordedCase): { readonly log: Event[] } {
  const log: Event[] = [];
  const content = Buffer.from(decodeText(scenario['content'] as string | RunLengthCoded), 'latin1');
  let at = 0;
  const file = { read: (size: number) => content.subarray(at, (at += size)) };
  const consumer = {
    registerProducer: (_producer: IPullProducer, streaming: boolean) => void log.push(['registerProducer', streaming]),
    unregisterProducer: () => void log.push(['unregisterProducer']),
    write: (data: Bytes) => void log.push(['write', latin1(data)]),
  };
  const upper = (chunk: Bytes): Bytes =>
    Buffer.from(
      Buffer.from(chunk as Uint8Array)
        .toString('latin1')
        .toUpperCase(),
    );
  const sender = new FileSender();
  if (scenario['chunkSize'] !== undefined) sender.CHUNK_SIZE = scenario['chunkSize'] as number;
  const transform = scenario['transform'] === 'upper' ? upper : null;
  sender.beginFileTransfer(file, consumer, transform).addCallbacks(
    (last) => void log.push(['result', latin1(last)]),
    // JavaScript's Error is Python's Exception.
    (failure: Failure) => void log.push(['result', { err: ['Exception', failure.getErrorMessage()] }]),
  );
  for (const [verb] of scenario['ops'] as readonly Operation[]) {
    log.push(['op']);
    if (verb === 'resume') sender.resumeProducing();
    else if (verb === 'pause') sender.pauseProducing();
    else sender.stopProducing();
  }
  return { log };
}

/** The area `pumps`, as far as it is about `FileSender`. */
export const fileSender: Area = {
  name: 'pumps',
  part: 'FileSender',
  covers: ({ kind }) => kind === 'fileSender',
  observe: observeFileSender,
};
