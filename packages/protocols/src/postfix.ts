/**
 * Postfix' TCP maps: answering its questions for the value of a key (`tcp_table(5)`).
 *
 * @twisted twisted.protocols.postfix
 *
 * Keys are text, values are bytes or text. Keys are unquoted before they are looked up, as Postfix quotes them; in Twisted a
 * key with a blank in it is never found.
 */
import { type Deferred, maybeDeferred, succeed } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { Bytes } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { LineReceiver } from './basic';
import { toBuffer } from './bytes';
import { TimeoutMixin } from './policies';
import { ServerFactory } from './protocol';

const log = new Logger({ namespace: 'skein.protocols' });

/** What is not quoted: letters, digits, and `/ _ . - ~`. */
const QUOTED = /[^A-Za-z0-9/_.~-]/g;

/** Quotes what is no letter, digit or one of `/_.-~` as `%` and two hexadecimal digits, a byte at a time. */
export function quote(s: Bytes): string {
  const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return toBuffer(s).toString('latin1').replace(QUOTED, hex);
}

/** The bytes that were quoted. A `%` without two digits stands for itself. */
export function unquote(s: Bytes): Buffer {
  const plain = toBuffer(s)
    .toString('latin1')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(plain, 'latin1');
}

/** What a map says of a key; null when it has none. */
export type MapValue = Bytes | null | undefined;

/** What a `PostfixTCPMapServer` asks. */
export interface IPostfixMap {
  get(key: string): MapValue | Deferred<MapValue> | PromiseLike<MapValue>;
}

/**
 * Answers `get KEY` by `200 VALUE`, or by `500` when there is none. It asks its factory's `get`.
 *
 * Further commands are methods that are called `do_` and the command's name.
 *
 * @twisted twisted.protocols.postfix.PostfixTCPMapServer
 */
export class PostfixTCPMapServer extends TimeoutMixin(LineReceiver) {
  /** The map. */
  declare factory: InstanceType<typeof LineReceiver>['factory'] & IPostfixMap;
  /** How long a connection may be idle, in seconds. */
  timeout = 600;
  override delimiter: Bytes = '\n';

  override connectionMade(): unknown {
    this.setTimeout(this.timeout);
    return undefined;
  }

  override connectionLost(_reason?: Failure): void {
    this.setTimeout(null);
  }

  /** Sends a code and a message, which is made one line. */
  sendCode(code: number, message = ''): void {
    this.sendLine(`${code} ${message.replace(/[\r\n]+/g, ' ')}`);
  }

  override lineReceived(line: string): unknown {
    this.resetTimeout();
    const [, request, params = null] = /^\s*(\S+)\s+(\S[^]*)$/.exec(line) ?? [null, line];
    const method = (this as unknown as Record<string, unknown>)[`do_${request}`];
    if (typeof method !== 'function') {
      this.sendCode(400, 'unknown command');
      return undefined;
    }
    try {
      (method as (params: string | null) => unknown).call(this, params);
    } catch (error) {
      this.sendCode(400, `Command ${request} failed: ${messageOf(error)}`);
    }
    return undefined;
  }

  do_get(key: string | null): void {
    if (key === null) {
      this.sendCode(400, "Command 'get' takes 1 parameters.");
      return;
    }
    maybeDeferred((): unknown => this.factory.get(unquote(key).toString()))
      .addCallbacks(
        (value) =>
          value === null || value === undefined ? this.sendCode(500) : this.sendCode(200, quote(value as Bytes)),
        (failure: Failure) => this.sendCode(400, failure.getErrorMessage()),
      )
      .addErrback((failure) => log.failure('while answering {key}', failure, { key }));
  }

  do_put(keyAndValue: string | null): void {
    if (keyAndValue === null || !/\S\s+\S/.test(keyAndValue)) {
      this.sendCode(400, "Command 'put' takes 2 parameters.");
    } else this.sendCode(500, 'put is not implemented yet.');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a dictionary's factory is made from. */
export type MapData = Iterable<readonly [key: string, value: Bytes]> | Readonly<Record<string, Bytes>>;

function toMap(data: MapData): Map<string, Bytes> {
  return new Map(Symbol.iterator in data ? (data as Iterable<readonly [string, Bytes]>) : Object.entries(data));
}

/**
 * Answers from a map in memory, `data`.
 *
 * @twisted twisted.protocols.postfix.PostfixTCPMapDictServerFactory
 *
 * @example
 * reactor.listenTCP(4242, new PostfixTCPMapDictServerFactory({ 'ada@example.org': 'ada' }));
 */
export class PostfixTCPMapDictServerFactory extends ServerFactory implements IPostfixMap {
  override protocol = PostfixTCPMapServer;
  readonly data: Map<string, Bytes>;

  constructor(data: MapData = {}) {
    super();
    this.data = toMap(data);
  }

  get(key: string): MapValue {
    return this.data.get(key) ?? null;
  }
}

/**
 * Answers from a map in memory, by Deferreds: a pattern for maps that have to ask somebody else.
 *
 * @twisted twisted.protocols.postfix.PostfixTCPMapDeferringDictServerFactory
 */
export class PostfixTCPMapDeferringDictServerFactory extends ServerFactory implements IPostfixMap {
  override protocol = PostfixTCPMapServer;
  readonly data: Map<string, Bytes>;

  constructor(data: MapData = {}) {
    super();
    this.data = toMap(data);
  }

  get(key: string): Deferred<MapValue> {
    return succeed<MapValue>(this.data.get(key) ?? null);
  }
}
