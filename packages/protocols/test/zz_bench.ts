import { LineReceiver, LineOnlyReceiver, BytesLineReceiver, NetstringReceiver, Int16StringReceiver } from '/work/main/packages/protocols/src/basic';
const transport: any = { disconnecting: false, write() {}, writeSequence() {}, loseConnection() {} };
let n = 0;
class L extends LineReceiver { override lineReceived(line: string) { n += 1; void line; } }
class LO extends LineOnlyReceiver { override lineReceived() { n += 1; } }
class LB extends BytesLineReceiver { override lineReceived() { n += 1; } }
class N extends NetstringReceiver { override stringReceived() { n += 1; } }
class I extends Int16StringReceiver { override stringReceived() { n += 1; } }
function run(name: string, make: () => any, unit: Buffer, chunkSize: number, total: number) {
  const big = Buffer.concat(Array.from({ length: Math.ceil(4e6 / unit.length) }, () => unit));
  const chunks: Buffer[] = [];
  for (let i = 0; i < big.length; i += chunkSize) chunks.push(big.subarray(i, i + chunkSize));
  const p = make(); p.makeConnection(transport);
  let best = 0;
  for (let r = 0; r < 5; r++) {
    n = 0; const t = process.hrtime.bigint(); let k = 0;
    while (n < total) p.dataReceived(chunks[k++ % chunks.length]!);
    const s = Number(process.hrtime.bigint() - t) / 1e9; best = Math.max(best, n / s);
  }
  console.log(name.padEnd(40), (best / 1e6).toFixed(2), 'M/s');
}
const line = Buffer.from('hello world 12\r\n');
const mixed = Buffer.from('héllo world 12\r\n');
for (const c of [65536, 1000, 16, 7]) {
  run(`LineReceiver ascii ${c}`, () => new L(), line, c, 1e6);
  run(`LineOnlyReceiver ascii ${c}`, () => new LO(), line, c, 1e6);
  run(`BytesLineReceiver ${c}`, () => new LB(), line, c, 1e6);
}
run(`LineReceiver non-ascii`, () => new L(), mixed, 65536, 1e6);
run(`Netstring 64K`, () => new N(), Buffer.from('14:hello world 12,'), 65536, 1e6);
run(`Int16 64K`, () => new I(), Buffer.from('\0\x0ehello world 12'), 65536, 1e6);
run(`Netstring 7`, () => new N(), Buffer.from('14:hello world 12,'), 7, 3e5);
run(`Int16 7`, () => new I(), Buffer.from('\0\x0ehello world 12'), 7, 3e5);
{ // Buffer.indexOf alone
  const big = Buffer.concat(Array.from({ length: 4096 }, () => line)); let best = 0;
  for (let r = 0; r < 5; r++) { let k = 0; const t = process.hrtime.bigint(); for (let j = 0; j < 100; j++) { let p = 0; for (;;) { const i = big.indexOf('\r\n', p); if (i < 0) break; k++; p = i + 2; } } best = Math.max(best, k / (Number(process.hrtime.bigint() - t) / 1e9)); }
  console.log('Buffer.indexOf alone', (best / 1e6).toFixed(2));
}
for (const size of [250_000, 1_000_000]) {
  for (const [name, make, data] of [['line', () => { const p = new L(); p.MAX_LENGTH = 1e9; return p; }, Buffer.from('x'.repeat(size) + '\r\n')], ['lineonly', () => { const p = new LO(); p.MAX_LENGTH = 1e9; return p; }, Buffer.from('x'.repeat(size) + '\r\n')],['net', () => { const p = new N(); p.MAX_LENGTH = 1e9; return p; }, Buffer.from(`${size}:` + 'x'.repeat(size) + ',')]] as const) {
    const p = make() as any; p.makeConnection(transport); n = 0; const t = process.hrtime.bigint();
    for (let i = 0; i < data.length; i++) p.dataReceived(data.subarray(i, i + 1));
    console.log(name, size, 'bytewise', n, (Number(process.hrtime.bigint() - t) / 1e6).toFixed(0), 'ms');
  }
}
