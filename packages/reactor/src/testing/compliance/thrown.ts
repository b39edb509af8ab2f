import { claimEqual } from './claims';

/**
 * Throws unless `act` throws an error whose class is called `name`.
 *
 * @throws ComplianceError
 */
export function claimThrows(name: string, act: () => unknown): void {
  let thrown: unknown = null;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  claimEqual((thrown as Error | null)?.name ?? null, name, 'what was thrown');
}
