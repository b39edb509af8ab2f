import type { ComplianceWorld } from './complianceWorld';
import type { NamesWorld } from './driverWorld';

/** Where the cases of `reactorSuite` take place: what a reactor's tests provide. The kind of stream does not matter. */
export interface ReactorWorld extends ComplianceWorld {
  /** Null where no names are resolved. */
  readonly names: NamesWorld | null;
}
