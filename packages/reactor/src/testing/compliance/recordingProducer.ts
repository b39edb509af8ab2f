import type { IPushProducer } from '../../interfaces';

import type { Peer } from './peer';

/** A producer, push or pull, that writes down what it is told among the events of its consumer. */
export class RecordingProducer implements IPushProducer {
  /** What it does when it is told to go on. */
  readonly #produce: () => void;
  readonly #peer: Peer;

  constructor(peer: Peer, produce: () => void = () => undefined) {
    this.#peer = peer;
    this.#produce = produce;
  }

  pauseProducing(): void {
    this.#peer.note('pause');
  }

  resumeProducing(): void {
    this.#peer.note('resume');
    this.#produce();
  }

  stopProducing(): void {
    this.#peer.note('stop');
  }
}
