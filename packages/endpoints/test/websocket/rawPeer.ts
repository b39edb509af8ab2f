/** A peer that speaks in bytes, on a simulated host: for requests and frames that no WebSocket library sends. */
import { Simulation } from '@skein/reactor/simulation';
import { ClientFactory, type Protocol } from '@skein/protocols';
import { AccumulatingProtocol } from '@skein/protocols/testing';

import { TCP4ServerEndpoint } from '../../src';
import { WebSocketServerEndpoint, type WebSocketServerOptions } from '../../src/websocket';

import { Recorder, RecorderFactory } from './recorder';

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** The lines of a good request, and others instead of or beside them; null takes one away. */
export function request(changes: Record<string, string | null> = {}, line = 'GET /chat HTTP/1.1'): string {
  const fields: Record<string, string | null> = {
    Host: 'server:8124',
    Upgrade: 'websocket',
    Connection: 'keep-alive, Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** A frame as a client sends it. */
export function frame(opcode: number, payload: Buffer | string, { fin = true, mask = true, rsv = 0 } = {}): Buffer {
  const data = Buffer.from(payload);
  const key = Buffer.from([1, 2, 3, 4]);
  const long = data.length > 65535 ? 8 : data.length > 125 ? 2 : 0;
  const head = Buffer.alloc(2 + long);
  head[0] = (fin ? 0x80 : 0) | rsv | opcode;
  head[1] = (mask ? 0x80 : 0) | (long === 8 ? 127 : long === 2 ? 126 : data.length);
  if (long === 2) head.writeUInt16BE(data.length, 2);
  if (long === 8) head.writeBigUInt64BE(BigInt(data.length), 2);
  return mask ? Buffer.concat([head, key, data.map((byte, i) => byte ^ key[i % 4]!)]) : Buffer.concat([head, data]);
}

export interface RawWorld<P extends Protocol> {
  readonly sim: Simulation;
  readonly raw: AccumulatingProtocol;
  readonly served: RecorderFactory<P>;
}

/** A raw connection to a server. */
export async function rawPeer<P extends Protocol = Recorder>(
  options: WebSocketServerOptions = {},
  make: () => P = () => new Recorder() as never,
): Promise<RawWorld<P>> {
  const sim = new Simulation();
  const served = new RecorderFactory<P>(make);
  sim.host('server', (reactor) => {
    const endpoint = new WebSocketServerEndpoint(reactor, new TCP4ServerEndpoint(reactor, 8124), options);
    void endpoint.listen(served);
  });
  const raw = new AccumulatingProtocol();
  const factory = new ClientFactory();
  factory.noisy = false;
  factory.buildProtocol = () => raw;
  sim.host('client').reactor.connectTCP('server', 8124, factory);
  await sim.runUntil(() => raw.made);
  return { sim, raw, served };
}
