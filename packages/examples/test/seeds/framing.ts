/** Lines, raw data between them, and strings with their lengths: what was sent is what is received, piece by piece. */
import type { Simulation } from '@skein/reactor/simulation';
import { ClientFactory, Factory, type Protocol } from '@skein/protocols';
import { Int16StringReceiver, Int8StringReceiver, LineReceiver, NetstringReceiver } from '@skein/protocols/basic';

import { between, flaps, holds } from './rough';

const ITEMS = 30;
const ALPHABET = ['a', 'b', ' ', '\r', '\n ', 'é', '€', '😀'];

function text(sim: Simulation, longest: number): string {
  const length = between(sim, 'length', 0, longest);
  return Array.from({ length }, () => ALPHABET[between(sim, 'letter', 0, ALPHABET.length - 1)]).join('');
}

/** A line, or bytes announced by one. */
type Item = { readonly line: string } | { readonly raw: Buffer };

class Lines extends LineReceiver {
  readonly wanted: readonly Item[];
  readonly pauses: () => number | null;
  readonly callLater: (seconds: number, f: () => void) => unknown;
  at = 0;
  rest: Buffer | null = null;

  constructor(wanted: readonly Item[], pauses: () => number | null, callLater: Lines['callLater']) {
    super();
    this.wanted = wanted;
    this.pauses = pauses;
    this.callLater = callLater;
  }

  override lineReceived(line: string) {
    holds(!this.paused, 'a line was received while paused');
    const item = this.wanted[this.at];
    if (item !== undefined && 'raw' in item) {
      holds(line === `raw ${String(item.raw.length)}`, `received '${line}', wanted what announces raw data`);
      if (item.raw.length === 0) this.at += 1;
      else {
        this.rest = item.raw;
        this.setRawMode();
      }
      return;
    }
    holds(item?.line === line, `received '${line}', wanted '${String(item?.line)}'`);
    this.at += 1;
    const seconds = this.pauses();
    if (seconds === null) return;
    this.pauseProducing();
    this.callLater(seconds, () => this.resumeProducing());
  }

  override rawDataReceived(data: Buffer) {
    const rest = this.rest ?? Buffer.alloc(0);
    const mine = data.subarray(0, rest.length);
    holds(mine.equals(rest.subarray(0, mine.length)), 'received other raw data than was sent');
    this.rest = rest.subarray(mine.length);
    if (this.rest.length > 0) return;
    this.at += 1;
    this.setLineMode(data.subarray(mine.length));
  }
}

export function lines(sim: Simulation): void {
  const items = Array.from({ length: ITEMS }, (): Item => {
    if (sim.random('kind') < 0.8) return { line: text(sim, 120).replaceAll('\r\n', '') };
    return { raw: Buffer.from(text(sim, 300)) };
  });
  let receiver: Lines | null = null;
  const server = sim.host('server', (reactor) => {
    const factory = new Factory();
    factory.buildProtocol = () => {
      const pauses = () => (sim.random('pause') > 0.8 ? sim.random('pause') : null);
      receiver = new Lines(items, pauses, (seconds, f) => reactor.callLater(seconds, f));
      return receiver;
    };
    reactor.listenTCP(80, factory);
  });
  const client = sim.host('client');
  const factory = new ClientFactory();
  factory.buildProtocol = () => {
    const sender = new LineReceiver();
    const sendNext = () => {
      const item = items[sent++];
      if (item === undefined) return;
      if ('line' in item) sender.sendLine(item.line);
      else {
        sender.sendLine(`raw ${String(item.raw.length)}`);
        sender.transport.write(item.raw);
      }
      client.reactor.callLater(0.1 * sim.random('gap'), sendNext);
    };
    client.reactor.callLater(0, sendNext);
    return sender;
  };
  let sent = 0;
  client.reactor.connectTCP('server', 80, factory);
  flaps(sim, client, server, 2, 3);
  sim.runUntilSync(() => receiver?.at === ITEMS, { limit: 600 });
}

/** The longest string that a receiver of strings takes here. */
const LONGEST = 200;

/** What they have in common. */
type Strings = new () => Protocol & {
  MAX_LENGTH: number;
  sendString(string: Buffer): void;
  stringReceived(string: Buffer): void;
};

const KINDS: readonly Strings[] = [Int8StringReceiver, Int16StringReceiver, NetstringReceiver];

export function strings(sim: Simulation): void {
  const Kind = KINDS[between(sim, 'kind', 0, KINDS.length - 1)]!;
  const wanted = Array.from({ length: ITEMS }, () => {
    // The longest that is allowed is as likely as all others together.
    const length = sim.random('edge') > 0.5 ? LONGEST : between(sim, 'length', 0, LONGEST);
    return Buffer.alloc(length, between(sim, 'byte', 0, 255));
  });
  let at = 0;
  class Receiver extends Kind {
    override MAX_LENGTH = LONGEST;

    override stringReceived(string: Buffer) {
      holds(wanted[at]?.equals(string) === true, `string ${String(at)} is not what was sent`);
      at += 1;
    }
  }
  const server = sim.host('server', (reactor) => void reactor.listenTCP(80, Factory.forProtocol(Receiver)));
  const client = sim.host('client');
  const factory = new ClientFactory();
  factory.buildProtocol = () => {
    const sender = new Kind();
    client.reactor.callLater(0, () => {
      for (const string of wanted) sender.sendString(string);
    });
    return sender;
  };
  client.reactor.connectTCP('server', 80, factory);
  flaps(sim, client, server, 2, 1);
  sim.runUntilSync(() => at === ITEMS, { limit: 600 });
}
