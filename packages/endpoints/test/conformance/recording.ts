/** What the recordings have in common: cases, scripted errors, comparison. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ConnectingCancelledError } from '@skein/reactor/error';
import type { IPv4Address } from '@skein/reactor/address';
import { HostnameAddress, IPv6Address } from '@skein/reactor/address';
import type { IAddress } from '@skein/reactor/interfaces';

/** A recorded scenario; its inputs vary by area and kind. */
export interface RecordedCase {
  readonly name: string;
  readonly expect: unknown;
  readonly [input: string]: unknown;
}

/** What is done in a scenario. */
export function kindOf(scenario: RecordedCase): string {
  return scenario['kind'] as string;
}

/** A file of scenarios, those of them that are this package's, and how to replay one. */
export interface Area {
  readonly name: string;
  covers(scenario: RecordedCase): boolean;
  /** Replays a scenario and returns what was observed, in the form of its `expect`. */
  observe(scenario: RecordedCase): unknown;
  /** Deliberate differences, by reason. */
  readonly differences: readonly { readonly reason: string; readonly cases: readonly string[] }[];
}

/** `[verb, argument, …]`, in a script. */
export type Operation = readonly [verb: string, ...args: unknown[]];

/** `[name, argument, …]`, in a log. */
export type Event = unknown[];

/** The cases of a file in the folder of the recordings: the repository's own, or that of `SKEIN_CONFORMANCE`. */
export function loadCases(area: string): readonly RecordedCase[] {
  const folder = process.env['SKEIN_CONFORMANCE'] ?? join(__dirname, '../../../../conformance');
  const file = JSON.parse(readFileSync(join(folder, `${area}.json`), 'utf8')) as { cases: readonly RecordedCase[] };
  return file.cases;
}

class ErrA extends Error {
  override name = 'ErrA';
}
class ErrB extends Error {
  override name = 'ErrB';
}
class ErrC extends ErrA {
  override name = 'ErrC';
}

/** An application's error, as scripts throw it. */
export function scriptedError(type: string, message: string): Error {
  const errorClass = { ErrA, ErrB, ErrC }[type];
  if (errorClass === undefined) throw new Error(`no error "${type}" to throw`);
  return new errorClass(message);
}

/** An error as it stands in a log. */
export function renderError(error: Error): Event {
  if (error instanceof ConnectingCancelledError) return [error.name, renderAddress(error.address)];
  return [error.name, error.message];
}

/** An address as it stands in a log. */
export function renderAddress(address: IAddress): Event {
  if (address instanceof HostnameAddress) return ['Hostname', address.hostname, address.port];
  const { host, port } = address as IPv4Address | IPv6Address;
  return [address instanceof IPv6Address ? 'IPv6' : 'IPv4', host, port];
}

/** The error that a replay made out of what was observed: Python's own errors have no counterpart but that there is one. */
export function renderParseError(error: unknown, expected: unknown): unknown {
  if (!(error instanceof Error)) throw error;
  const { language } = (expected as { error?: { language?: boolean } }).error ?? {};
  return { error: language === true ? (expected as { error: unknown }).error : { type: error.name, message: error.message } };
}
