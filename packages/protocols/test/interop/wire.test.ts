/**
 * The small services beside Twisted's: each is given the same, and does the same.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import type { IPullProducer } from '@skein/reactor/interfaces';

import type { Protocol } from '../../src';
import * as wire from '../../src/wire';
import { RecordingTransport } from '../recordingTransport';
import { describeWithTwisted, PYTHON } from '../withTwisted';

/** What a protocol did. */
interface Seen {
  /** Hexadecimal. */
  readonly sent: string;
  readonly producer: 'push' | 'pull' | null;
  readonly disconnecting: boolean;
  /** What Twisted's threw, and what it was about to send. */
  readonly raised?: string;
  readonly meant?: string;
}

const RECEIVED = ['hello', '\0\xff\r\n', 'x'.repeat(1000)].map((text) => Buffer.from(text, 'latin1'));
const NOW = 1_700_000_000.9;
/** From 1900 to 1970, in seconds: RFC 868 counts from 1900, Twisted does not. */
const SINCE_1900 = 2_208_988_800;

class Daytime extends wire.Daytime {
  override seconds = (): number => NOW;
}
class Time extends wire.Time {
  override seconds = (): number => NOW;
}

class ProducerTransport extends RecordingTransport {
  kind: Seen['producer'] = null;
  override registerProducer(producer: IPullProducer, streaming: boolean): void {
    super.registerProducer(producer, streaming);
    this.kind = streaming ? 'push' : 'pull';
  }
}

function observe(protocol: Protocol): Seen {
  const transport = new ProducerTransport();
  protocol.makeConnection(transport);
  if (!transport.disconnecting) {
    for (const data of RECEIVED) protocol.dataReceived(data);
    for (let i = 0; i < 3; i++) transport.producer?.resumeProducing();
  }
  return { sent: transport.value.toString('hex'), producer: transport.kind, disconnecting: transport.disconnecting };
}

describeWithTwisted('wire', () => {
  let twisted: Readonly<Record<string, Seen>> = {};
  beforeAll(() => {
    const said = execFileSync(PYTHON, [path.join(__dirname, 'wirePeer.py')], { encoding: 'utf8' });
    twisted = JSON.parse(said) as Record<string, Seen>;
  });

  it('wire has the protocols that Twisted has', () => {
    const names = Object.keys(wire).sort();
    expect(names).toEqual(Object.keys(twisted).sort());
  });

  it.each(['Echo', 'Discard', 'Chargen', 'QOTD', 'Who'] as const)('%s does what Twisted does', (name) => {
    expect(observe(new wire[name]())).toEqual(twisted[name]);
  });

  it("Daytime says what Twisted's means to say, and fails to on Python 3", () => {
    const { raised, meant } = twisted['Daytime']!;
    expect(raised).toBe('TypeError');
    expect(observe(new Daytime())).toEqual({ sent: meant, producer: null, disconnecting: true });
  });

  it("Time tells the time of Twisted's, in seconds since 1900", () => {
    const { sent, ...rest } = twisted['Time']!;
    const since1900 = (parseInt(sent, 16) + SINCE_1900) % 2 ** 32;
    expect(observe(new Time())).toEqual({ ...rest, sent: since1900.toString(16).padStart(8, '0') });
  });
});
