/**
 * Replays the recorded scenarios of the area `haproxy`.
 */
import { IPv4Address, IPv6Address, UNIXAddress } from '@skein/reactor/address';
import type { IAddress } from '@skein/reactor/interfaces';

import { type Area, because } from '../../../reactor/test/conformance/area';
import {
  decodeBytes,
  type Event,
  type RecordedCase,
  type RunLengthCoded,
} from '../../../reactor/test/conformance/load';
import { Factory, Protocol } from '../../src';
import { HAProxyWrappingFactory, parseVersion1, parseVersion2, type ProxyInfo } from '../../src/haproxy';
import { RecordingTransport } from '../recordingTransport';

import { latin1 } from './recording';

type Bytes = string | RunLengthCoded;

function rendered(address: IAddress | null): unknown {
  if (address instanceof UNIXAddress) return ['UNIX', address.name];
  if (address instanceof IPv4Address) return ['IPv4', address.type, address.host, address.port];
  if (address instanceof IPv6Address) return ['IPv6', address.type, address.host, address.port];
  return null;
}

function observeParse(scenario: RecordedCase): unknown {
  const parse = scenario['version'] === 1 ? parseVersion1 : parseVersion2;
  let info: ProxyInfo;
  try {
    info = parse(decodeBytes(scenario['header'] as Bytes));
  } catch (error) {
    // Where Python raised an error of its own, any error will do.
    return scenario.language === true ? scenario.expect : { error: (error as Error).name };
  }
  return { source: rendered(info.source), destination: rendered(info.destination) };
}

function observeStream(chunks: readonly Bytes[]): unknown {
  const log: Event[] = [];
  class Transport extends RecordingTransport {
    override loseConnection(): void {
      log.push(['loseConnection']);
    }
    override getPeer(): IPv4Address {
      return new IPv4Address('TCP', '192.0.2.1', 1111);
    }
    override getHost(): IPv4Address {
      return new IPv4Address('TCP', '192.0.2.2', 2222);
    }
  }
  class Wrapped extends Protocol {
    override connectionMade(): void {
      log.push(['connectionMade', ...ends(this)]);
    }
    override dataReceived(data: Buffer): void {
      log.push(['data', latin1(data), ...ends(this)]);
    }
  }
  const ends = (p: Wrapped) => [rendered(p.transport.getPeer()), rendered(p.transport.getHost())];
  const wrapped = new Wrapped();
  const p = new HAProxyWrappingFactory(Factory.forProtocol(() => wrapped)).buildProtocol(new UNIXAddress(null));
  p?.makeConnection(new Transport());
  for (const chunk of chunks) {
    log.push(['in']);
    p?.dataReceived(decodeBytes(chunk));
  }
  const [peer, host] = ends(wrapped);
  return { log, peer, host };
}

/** The area `haproxy`. */
export const haproxy: Area = {
  name: 'haproxy',
  observe: (scenario) =>
    scenario.kind === 'parse' ? observeParse(scenario) : observeStream(scenario['chunks'] as readonly Bytes[]),
  differences: {
    ...because(
      'a header may come in any pieces; Twisted decides its version by the first chunk alone, which must be long enough',
      'stream-v1-first-chunk-1',
      'stream-v1-first-chunk-4',
      'stream-v1-first-chunk-6',
      'stream-v1-first-chunk-7',
      'stream-v1-bytewise',
      'stream-v2-first-chunk-12',
      'stream-v2-first-chunk-13',
      'gen-12',
    ),
    ...because(
      '"PROXY UNKNOWN" is a whole header of version 1; Twisted wants something after it',
      'parse1-unknown',
      'stream-v1-unknown',
    ),
    ...because(
      'headers are checked as the specification says: words, addresses, ports, the limit of 107 bytes, and the lengths of the ' +
        'further fields; Twisted takes any text for an address, and more',
      'parse1-extra',
      'parse1-not-an-address',
      'parse1-v6-in-tcp4',
      'parse1-leading-zero-port',
      'stream-v1-long-with-newline',
      'gen-39',
    ),
    ...because(
      'a port that is no number loses the connection, as any bad header does; in Twisted it throws out of dataReceived',
      'stream-v1-bad-port',
    ),
    ...because(
      'after a bad header every chunk loses the connection again; Twisted looks for another header in it',
      'gen-8',
      'gen-69',
      'gen-85',
    ),
  },
};
