import type {
  IClientFactory,
  IConnector,
  IListeningPort,
  IProtocolFactory,
  IReactorCore,
  IReactorFromThreads,
  IReactorTime,
} from '../../interfaces';

/** What the suites ask of every reactor. */
export interface ReactorUnderTest extends IReactorCore, IReactorTime, IReactorFromThreads {}

/**
 * Where the cases take place, as far as `transportSuite` and `reactorSuite` agree: reactors that reach each other.
 *
 * Every case is given the same world and asks it for new reactors, so that nothing is carried over. An implementation may
 * narrow the type of `reactor` in its parameters to that of what its `makeReactor` returns.
 */
export interface ComplianceWorld {
  /** A new reactor, not running. All reactors of a world reach each other, and keep the same time. */
  makeReactor(): ReactorUnderTest;
  /** Listens on an address of its own. */
  listen(reactor: ReactorUnderTest, factory: IProtocolFactory): IListeningPort;
  /** Connects to where `port` listens, or did. */
  connect(reactor: ReactorUnderTest, port: IListeningPort, factory: IClientFactory): IConnector;
  /**
   * Waits for `promise`: on a real reactor simply that; a simulated one advances its time until the promise settles.
   * Settles as `promise` does.
   */
  drive<T>(promise: Promise<T>): Promise<T>;
  /** Seconds in which all that is under way arrives; so long is waited before it is said that nothing comes. Default 0.02. */
  readonly lull?: number;
  /** Seconds that a case waits for what has to come. Default 6. */
  readonly patience?: number;
}
