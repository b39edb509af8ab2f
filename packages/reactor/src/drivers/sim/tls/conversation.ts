/**
 * One end of a TLS connection without the connection: ciphertext in, ciphertext out, and what happens in between.
 *
 * Nothing happens by itself: `next()` takes records until something has happened that somebody wants to know, so that what
 * is not wanted yet stays undecrypted.
 */
import type { SecuredInfo, StartTLSOptions, TLSContext } from '../../../driver';

import { type AlertName, alertBytes, fault, heardAlert, isFarewell, TLSFault } from './alerts';
import { ClientHandshake } from './clientHandshake';
import { readContext } from './contexts';
import type { Handshake, HandshakeWire } from './handshake';
import { encode, MessageReader } from './messages';
import { Protection, RecordReader, toRecords } from './records';
import { ServerHandshake } from './serverHandshake';
import type { TLSSurroundings } from './surroundings';

/** What happens in a conversation. */
export type Happening =
  | { readonly kind: 'secured'; readonly info: SecuredInfo }
  | { readonly kind: 'session'; readonly session: Buffer }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'farewell' };

export class Conversation {
  readonly #send: (records: readonly Buffer[]) => void;
  readonly #records = new RecordReader();
  readonly #messages = new MessageReader();
  readonly #handshake: Handshake;
  #writing: Protection | null = null;
  #isSecured = false;
  #isOver = false;
  #happenings: Happening[] = [];

  /** @param send - takes ciphertext for the peer */
  constructor(
    context: TLSContext,
    options: StartTLSOptions,
    surroundings: TLSSurroundings,
    send: (records: readonly Buffer[]) => void,
  ) {
    this.#send = send;
    const own = readContext(context);
    const wire: HandshakeWire = {
      send: (...messages) => this.#sendRecords('handshake', Buffer.concat(messages.map(encode))),
      changeCipherSpec: () => this.#send(toRecords('changeCipherSpec', Buffer.from([1]), null)),
      protectWriting: (version) => {
        this.#writing = new Protection(version);
      },
      protectReading: (version) => {
        this.#records.protection = new Protection(version);
      },
      secured: (info) => {
        this.#isSecured = true;
        this.#happenings.push({ kind: 'secured', info });
      },
      session: (session) => this.#happenings.push({ kind: 'session', session }),
    };
    this.#handshake =
      options.role === 'client'
        ? new ClientHandshake(wire, own, options, surroundings)
        : new ServerHandshake(wire, own, options, surroundings);
  }

  /** Ciphertext has come from the peer. */
  feed(chunk: Buffer): void {
    this.#records.feed(chunk);
  }

  /**
   * What happens next, or null when that needs more from the peer. Throws a `TLSFault` when something is wrong, and a
   * `DriverError` when the peer says so.
   */
  next(): Happening | null {
    while (this.#happenings.length === 0) {
      if (this.#isOver) return null;
      const record = this.#records.next();
      if (record === null) return null;
      const { kind, bytes } = record;
      if (kind === 'handshake') this.#shake(bytes);
      else if (kind === 'changeCipherSpec') this.#handshake.changedCipherSpec();
      else if (kind === 'alert') this.#alerted(bytes);
      else if (!this.#isSecured) throw fault('unexpected_message', 'UNEXPECTED_RECORD');
      else if (bytes.length > 0) return { kind: 'data', bytes };
    }
    return this.#happenings.shift() ?? null;
  }

  /** Sends application data. Only when it is secured. */
  write(bytes: Uint8Array): void {
    this.#sendRecords('data', bytes);
  }

  /** Sends an alert; `close_notify` is the farewell. */
  alert(name: AlertName): void {
    this.#sendRecords('alert', alertBytes(name));
  }

  #shake(bytes: Buffer): void {
    this.#messages.feed(bytes);
    for (let message = this.#messages.next(); message !== null; message = this.#messages.next()) {
      try {
        this.#handshake.receive(message);
      } catch (error) {
        // Fields that are not there, or of another type: the message is none.
        throw error instanceof TLSFault ? error : fault('decode_error', 'LENGTH_MISMATCH');
      }
    }
  }

  #alerted(bytes: Buffer): void {
    if (!isFarewell(bytes)) throw heardAlert(bytes);
    this.#isOver = true;
    this.#happenings.push({ kind: 'farewell' });
  }

  #sendRecords(kind: 'handshake' | 'alert' | 'data', bytes: Uint8Array): void {
    this.#send(toRecords(kind, bytes, this.#writing));
  }
}
