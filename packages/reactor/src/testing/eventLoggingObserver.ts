/**
 * `EventLoggingObserver`: a log observer that keeps the events.
 *
 * @twisted twisted.internet.testing.EventLoggingObserver
 *
 * A class of Twisted that is called; here `observe` is what a publisher is given, and `observing` is `createWithCleanup`.
 */
import type { LogEvent, LogObserver, LogPublisher } from '../logger';

/**
 * Keeps events, in order.
 *
 * @example
 * const logged = EventLoggingObserver.observing(globalLogPublisher, (clean) => afterEachOnce(clean));
 */
export class EventLoggingObserver implements Iterable<LogEvent> {
  /** The events, oldest first. */
  readonly events: LogEvent[] = [];

  /** The observer to add to a publisher. */
  readonly observe: LogObserver = (event) => {
    this.events.push(event);
  };

  /** One that observes `publisher`, until what is given to `addCleanup` is called. */
  static observing(publisher: LogPublisher, addCleanup: (cleanup: () => void) => unknown): EventLoggingObserver {
    const observer = new EventLoggingObserver();
    publisher.addObserver(observer.observe);
    addCleanup(() => publisher.removeObserver(observer.observe));
    return observer;
  }

  get length(): number {
    return this.events.length;
  }

  /** The event at an index; negative ones count from the end. */
  at(index: number): LogEvent | undefined {
    return this.events.at(index);
  }

  [Symbol.iterator](): Iterator<LogEvent> {
    return this.events[Symbol.iterator]();
  }
}
