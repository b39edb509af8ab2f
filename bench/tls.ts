/** TLS: small echoes, bulk (64 KiB that go back and forth), and connections that are made for a single byte. */
import { race, twistedServer } from './socketBench';

export async function run(): Promise<void> {
  const contestants = [
    { name: 'Skein', server: 'skeinTLSEcho' },
    { name: 'node:tls by hand', server: 'nodeTLSEcho' },
    ...twistedServer('tlsEchoServer'),
  ];
  await race('Echoed messages of 64 bytes on 50 TLS connections', contestants, 'tlsEcho', [50, 2, 64]);
  await race('Echoed pieces of 64 KiB on 4 TLS connections', contestants, 'tlsEcho', [4, 2, 65536]);
  await race('TLS 1.3 connections made, for one byte each', contestants, 'tlsHandshakes', [2]);
}
