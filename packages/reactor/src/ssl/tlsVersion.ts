/**
 * Versions of TLS.
 *
 * @twisted twisted.internet.ssl.TLSVersion
 *
 * SSL 3.0 is left out: no driver speaks it. 1.0 and 1.1 are only spoken where they are asked for, and where the platform's
 * OpenSSL still can.
 */
import type { TLSVersionName } from '../interfaces';

export const TLSVersion = Object.freeze({
  TLSv1_0: 'TLSv1',
  TLSv1_1: 'TLSv1.1',
  TLSv1_2: 'TLSv1.2',
  TLSv1_3: 'TLSv1.3',
} as const satisfies Record<string, TLSVersionName>);
export type TLSVersion = (typeof TLSVersion)[keyof typeof TLSVersion];

const ORDER: readonly TLSVersion[] = Object.values(TLSVersion);

/** Whether `a` is older than `b`. */
export function isOlder(a: TLSVersion, b: TLSVersion): boolean {
  return ORDER.indexOf(a) < ORDER.indexOf(b);
}
