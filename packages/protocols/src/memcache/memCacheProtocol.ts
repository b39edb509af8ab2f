import { type Deferred, fail, TimeoutError } from '@skein/reactor/defer';
import { RuntimeError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { Bytes } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { type LineEncoding, LineReceiver } from '../basic';
import { PartialFrame } from '../basic/partialFrame';
import { TimeoutMixin } from '../policies';
import { connectionDone } from '../protocol';

import { CommandQueue } from './commandQueue';
import { Arithmetic, type Command, Get, type Got, Simple, Stats, Version } from './commands';
import { ClientError, NoSuchCommand, ServerError } from './errors';
import { wireKey, wireNumber, wireValue, wireWords } from './wire';

/** The port that memcached listens on. */
export const DEFAULT_PORT = 11211;

/** What `get` gives: the flags, and the value, or null when there is none. */
export type Item = readonly [flags: number, value: Buffer | null];
/** What `get` gives with an identifier: the flags, the identifier for `checkAndSet` (`''` when there is no value), the value. */
export type IdentifiedItem = readonly [flags: number, cas: string, value: Buffer | null];

/** Options of the commands that store a value. */
export interface StoreOptions {
  /** A number of 32 bits, which is kept with the value (default 0). */
  readonly flags?: number;
  /** In how many seconds the key is forgotten; 0 (the default) for when there is no room left; a time since 1970 if it is more than 30 days. */
  readonly expireTime?: number;
}

const STORE_ANSWERS = { STORED: true, NOT_STORED: false, EXISTS: false, NOT_FOUND: false };
const LINE_END = Buffer.from('\r\n');

/**
 * A client of a memcached server. Commands may follow each other without waiting; they are answered in order.
 *
 * Keys and values are bytes, or text in UTF-8; values come back as `Buffer`s. Every command fails with `ClientError` for a key that is too
 * long or has blanks or control characters in it, with `ServerError` and `NoSuchCommand` when the server says so, with
 * `TimeoutError` when nothing has come for too long, with what ended the connection, and with `RuntimeError` on a connection that is
 * lost already. An answer that answers nothing, or a value longer than `MAX_VALUE_LENGTH`, fails all commands that wait with
 * `RuntimeError` and loses the connection.
 *
 * @twisted twisted.protocols.memcache.MemCacheProtocol
 *
 * @example
 * const proto = await new ClientCreator(reactor, MemCacheProtocol).connectTCP('localhost', DEFAULT_PORT);
 * await proto.set('greeting', 'hello');
 * const [flags, value] = await proto.get('greeting');
 */
export class MemCacheProtocol extends TimeoutMixin(LineReceiver) {
  /** How long a key may be, in bytes. */
  MAX_KEY_LENGTH = 250;
  /** How long a value that the server sends may be, in bytes: what one command may fill the memory with. */
  MAX_VALUE_LENGTH = 64 * 1024 * 1024;
  /** How long to wait for an answer, or for the next piece of it, in seconds. */
  persistentTimeOut: number;
  // Every byte a character, both ways.
  override encoding: LineEncoding = 'latin1';
  readonly #current = new CommandQueue<Command<unknown>>();
  /** The value that is coming, with its line's end. */
  readonly #value = new PartialFrame();
  /** How long that is. */
  #valueLength = 0;
  #disconnected = false;

  /** @param timeOut - how long to wait for an answer before the connection is given up, in seconds */
  constructor(timeOut = 60) {
    super();
    this.persistentTimeOut = timeOut;
    this.timeOut = timeOut;
  }

  /** Adds to a number; fires with the new one, or with false when there is no such key. Wraps around at 2**64; fails with `ValueError` above 2**53 - 1. */
  increment(key: Bytes, val = 1): Deferred<number | false> {
    return this.#send(new Arithmetic(), () => `incr ${wireKey(key, this.MAX_KEY_LENGTH)} ${wireNumber(val)}`);
  }

  /** Takes from a number, down to 0; fires with the new one, or with false when there is no such key. */
  decrement(key: Bytes, val = 1): Deferred<number | false> {
    return this.#send(new Arithmetic(), () => `decr ${wireKey(key, this.MAX_KEY_LENGTH)} ${wireNumber(val)}`);
  }

  /** Sets the value of a key that has one; fires with whether it had. */
  replace(key: Bytes, val: Bytes, options: StoreOptions = {}): Deferred<boolean> {
    return this.#store('replace', key, val, options);
  }

  /** Sets the value of a key that has none; fires with whether it had none. */
  add(key: Bytes, val: Bytes, options: StoreOptions = {}): Deferred<boolean> {
    return this.#store('add', key, val, options);
  }

  /** Sets the value of a key; fires with true. */
  set(key: Bytes, val: Bytes, options: StoreOptions = {}): Deferred<boolean> {
    return this.#store('set', key, val, options);
  }

  /** Sets the value of a key if it has not changed since `get(key, true)` gave `cas`; fires with whether that is so. */
  checkAndSet(key: Bytes, val: Bytes, cas: string, options: StoreOptions = {}): Deferred<boolean> {
    return this.#store('cas', key, val, options, cas);
  }

  /** Adds to the end of a key's value; fires with whether it has one. */
  append(key: Bytes, val: Bytes): Deferred<boolean> {
    return this.#store('append', key, val, {});
  }

  /** Adds to the begin of a key's value; fires with whether it has one. */
  prepend(key: Bytes, val: Bytes): Deferred<boolean> {
    return this.#store('prepend', key, val, {});
  }

  /** Gets the value of a key; `[0, null]` (or `[0, '', null]`) when it has none. */
  get(key: Bytes, withIdentifier?: false): Deferred<Item>;
  get(key: Bytes, withIdentifier: true): Deferred<IdentifiedItem>;
  get(key: Bytes, withIdentifier = false): Deferred<Item> | Deferred<IdentifiedItem> {
    return withIdentifier
      ? this.#get([key], true, ([got]) => identified(got!))
      : this.#get([key], false, ([got]) => item(got!));
  }

  /** Gets the values of keys, each by the key as it was given; `[0, null]` (or `[0, '', null]`) for those that have none. */
  getMultiple<K extends Bytes>(keys: Iterable<K>, withIdentifier?: false): Deferred<Map<K, Item>>;
  getMultiple<K extends Bytes>(keys: Iterable<K>, withIdentifier: true): Deferred<Map<K, IdentifiedItem>>;
  getMultiple<K extends Bytes>(
    keys: Iterable<K>,
    withIdentifier = false,
  ): Deferred<Map<K, Item>> | Deferred<Map<K, IdentifiedItem>> {
    const list = [...keys];
    return withIdentifier
      ? this.#get(list, true, (gots) => new Map(list.map((key, i) => [key, identified(gots[i]!)])))
      : this.#get(list, false, (gots) => new Map(list.map((key, i) => [key, item(gots[i]!)])));
  }

  /** The server's statistics, by name. What `arg` means is the server's business. */
  stats(arg: string | null = null): Deferred<Map<string, string>> {
    return this.#send(new Stats(this.MAX_VALUE_LENGTH), () => (arg === null ? 'stats' : `stats ${wireWords(arg)}`));
  }

  /** The server's version. */
  version(): Deferred<string> {
    return this.#send(new Version(), () => 'version');
  }

  /** Removes a key; fires with whether it was there. */
  delete(key: Bytes): Deferred<boolean> {
    return this.#send(
      new Simple({ DELETED: true, NOT_FOUND: false }),
      () => `delete ${wireKey(key, this.MAX_KEY_LENGTH)}`,
    );
  }

  /** Removes everything; fires with true. */
  flushAll(): Deferred<boolean> {
    return this.#send(new Simple({ OK: true }), () => 'flush_all');
  }

  /** The time is up: what waits fails, and the connection is lost. */
  override timeoutConnection(): void {
    this.#cancelCommands(new Failure(new TimeoutError('Connection timeout')));
    this.transport.loseConnection();
  }

  override connectionLost(reason: Failure = connectionDone): void {
    this.#disconnected = true;
    this.setTimeout(null);
    this.#value.take();
    this.#cancelCommands(reason);
  }

  override sendLine(line: Bytes): void {
    if (this.#current.length === 0) this.setTimeout(this.persistentTimeOut);
    super.sendLine(line);
  }

  override lineReceived(line: string): void {
    if (this.#disconnected) return;
    this.resetTimeout();
    const command = this.#current.first;
    try {
      if (command === undefined) throw new RuntimeError('Unexpected answer, to no command.');
      const error = errorOf(this, line);
      const taken = error === null ? command.lineReceived(line) : null;
      if (taken === null || taken.is === 'last') {
        this.#current.shift();
        if (this.#current.length === 0) this.setTimeout(null);
        // Last: what hears of it may send the next command.
        if (taken === null) command.deferred.errback(error);
        else taken.fire();
      } else if (taken.is === 'before a value') {
        this.#valueLength = taken.length + LINE_END.length;
        this.setRawMode();
      }
    } catch (error) {
      this.#giveUp(error);
    }
  }

  override rawDataReceived(data: Buffer): void {
    if (this.#disconnected) return;
    this.resetTimeout();
    const mine = Math.min(data.length, this.#valueLength - this.#value.length);
    this.#value.append(data, 0, mine);
    if (this.#value.length < this.#valueLength) return;
    const value = this.#value.take();
    const end = value.length - LINE_END.length;
    if (!value.subarray(end).equals(LINE_END)) {
      this.#giveUp(new RuntimeError('Unexpected end of a value.'));
      return;
    }
    this.#current.first?.valueReceived(value.subarray(0, end));
    this.setLineMode(data.subarray(mine));
  }

  #store(name: string, key: Bytes, val: Bytes, options: StoreOptions, cas = ''): Deferred<boolean> {
    const { flags = 0, expireTime = 0 } = options;
    return this.#send(
      new Simple(STORE_ANSWERS),
      (length) => {
        const numbers = `${wireNumber(flags)} ${wireNumber(expireTime)} ${length}`;
        return `${name} ${wireKey(key, this.MAX_KEY_LENGTH)} ${numbers}${cas === '' ? '' : ` ${wireWords(cas)}`}`;
      },
      val,
    );
  }

  #get<T>(keys: readonly Bytes[], withIdentifier: boolean, result: (gots: readonly Got[]) => T): Deferred<T> {
    // The same key, given twice, has the same value.
    const byKey = new Map<string, Got>();
    const gots: Got[] = [];
    const command = new Get(byKey, withIdentifier, this.MAX_VALUE_LENGTH, () => result(gots));
    return this.#send(command, () => {
      for (const key of keys) {
        const text = wireKey(key, this.MAX_KEY_LENGTH);
        const got = byKey.get(text) ?? { flags: 0, cas: '', value: null };
        byKey.set(text, got);
        gots.push(got);
      }
      return [withIdentifier ? 'gets' : 'get', ...byKey.keys()].join(' ');
    });
  }

  /** Sends a command, or fails with what is wrong with it. */
  #send<T>(command: Command<T>, line: (length: number) => string, value: Bytes | null = null): Deferred<T> {
    if (this.#disconnected) return fail(new RuntimeError('not connected'));
    try {
      const bytes = value === null ? null : wireValue(value);
      this.sendLine(line(bytes?.length ?? 0));
      if (bytes !== null) this.sendLine(bytes);
    } catch (error) {
      return fail(error);
    }
    this.#current.push(command);
    return command.deferred;
  }

  /** The server's answer makes no sense: none that follows can be trusted. */
  #giveUp(error: unknown): void {
    this.#disconnected = true;
    this.setTimeout(null);
    this.#cancelCommands(new Failure(error));
    this.transport.loseConnection();
  }

  #cancelCommands(reason: Failure): void {
    for (let command = this.#current.first; command !== undefined; command = this.#current.first) {
      this.#current.shift();
      command.deferred.errback(reason);
    }
  }
}

function item({ flags, value }: Got): Item {
  return [flags, value];
}

function identified({ flags, cas, value }: Got): IdentifiedItem {
  return [flags, cas, value];
}

/** The error that a line tells of; null for any other line. */
function errorOf(source: object, line: string): Error | null {
  const [, word, text = ''] = /^(ERROR|CLIENT_ERROR|SERVER_ERROR)(?: (.*))?$/.exec(line) ?? [];
  if (word === undefined) return null;
  const log = new Logger({ namespace: 'skein.protocols', source });
  if (word === 'ERROR') {
    log.error('Non-existent command sent.');
    return new NoSuchCommand(text);
  }
  log.error(word === 'CLIENT_ERROR' ? 'Invalid input: {text}' : 'Server error: {text}', { text });
  return word === 'CLIENT_ERROR' ? new ClientError(text) : new ServerError(text);
}
