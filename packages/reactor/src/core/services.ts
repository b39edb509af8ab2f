import type { IDriver } from '../driver';
import type { Failure } from '../failure';

import type { Dispatch } from './dispatch';
import type { OpenThings } from './openThings';
import type { ReactorEvents } from './reactorEvents';
import type { Turn } from './turn';

/** Something open that ends when the reactor does. */
export interface Disconnectable {
  /** Ends it now, and tells its protocol or factory. Twisted's name for it. */
  connectionLost(reason: Failure): void;
}

/** What the parts of one reactor share. */
export interface CoreServices {
  readonly driver: IDriver;
  readonly dispatch: Dispatch;
  readonly turn: Turn;
  readonly events: ReactorEvents;
  /** All that is open: connections, attempts to connect, listening ports. */
  readonly open: OpenThings;
}
