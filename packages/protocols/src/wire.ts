/**
 * The small standard services: echo, discard, chargen, quote of the day, users, daytime, time.
 *
 * @twisted twisted.protocols.wire
 *
 * The core reads no clock that knows the date: `Daytime` and `Time` are told the time by a `seconds` method of yours.
 * `Time` sends what RFC 868 wants, seconds since 1900; Twisted's sends seconds since 1970.
 */
import { NotImplementedError } from '@skein/reactor/error';
import type { Bytes, IPullProducer } from '@skein/reactor/interfaces';

import { Protocol } from './protocol';

/** Writes back what it receives (RFC 862). */
export class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

/** Receives, and forgets (RFC 863). */
export class Discard extends Protocol {}

/** Sends noise as fast as it is taken (RFC 864). */
export class Chargen extends Protocol implements IPullProducer {
  noise: Bytes = '@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ !"#$%&?';

  override connectionMade(): void {
    this.transport.registerProducer(this, false);
  }

  resumeProducing(): void {
    this.transport.write(this.noise);
  }

  pauseProducing(): void {}

  stopProducing(): void {}
}

/** Sends a quote (RFC 865). */
export class QOTD extends Protocol {
  override connectionMade(): void {
    this.transport.write(this.getQuote());
    this.transport.loseConnection();
  }

  /** The quote. To be overridden. */
  getQuote(): Bytes {
    return 'An apple a day keeps the doctor away.\r\n';
  }
}

/** Sends the list of users (RFC 866). */
export class Who extends Protocol {
  override connectionMade(): void {
    this.transport.write(this.getUsers());
    this.transport.loseConnection();
  }

  /** The users, a line each. To be overridden. */
  getUsers(): Bytes {
    return 'root\r\n';
  }
}

/** Tells the time. */
class TimeTeller extends Protocol {
  /** The time in seconds since 1970. To be overridden, for example by `seconds() { return Date.now() / 1000; }`. */
  seconds(): number {
    throw new NotImplementedError(`"${this.logPrefix()}" does not know the time, wanted a seconds method`);
  }
}

/** Sends the date and time as text, in UTC: `Thu Jan  1 00:00:00 1970` (RFC 867). */
export class Daytime extends TimeTeller {
  override connectionMade(): void {
    const date = new Date(this.seconds() * 1000).toUTCString();
    const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date) ?? [];
    this.transport.write(`${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}\r\n`);
    this.transport.loseConnection();
  }
}

/** From 1900, when RFC 868's time begins, to 1970, in seconds. */
const SINCE_1900 = 2208988800;

/** Sends the time as 4 bytes: seconds since 1900, modulo 2 to the 32nd (RFC 868). */
export class Time extends TimeTeller {
  override connectionMade(): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((Math.floor(this.seconds()) + SINCE_1900) % 2 ** 32);
    this.transport.write(bytes);
    this.transport.loseConnection();
  }
}
