import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';

import { createNodeReactor } from '../../src/default';
import { CannotListenError, ConnectError, UnsupportedAddressFamily } from '../../src/error';
import type { AddressFamily } from '../../src/interfaces';
import { Program } from '../live/program';
import { whileRunning } from '../live/running';
import { Witness, WitnessFactory } from '../live/witness';
import { inDirectory } from '../unix/directory';

const at = inDirectory();

/** Runs a child of this folder that inherits, as descriptor 3, the socket `s` which a line of Python makes. */
function heirOf(python: string, child: string, ...args: string[]): Program {
  const script = [
    'import os, socket, sys',
    python,
    's.set_inheritable(True)',
    'os.dup2(s.fileno(), 3)',
    'os.execvp(sys.argv[1], sys.argv[1:])',
  ].join('\n');
  const node = [process.execPath, '-C', '@skein/source', '-r', 'ts-node/register', join(__dirname, 'children', child)];
  return new Program('/usr/bin/python3', ['-c', script, ...node, ...args]);
}

async function talk(socket: net.Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write('stranger');
  await once(socket, 'end');
  socket.destroy();
  return Buffer.concat(chunks).toString();
}

describe('Reactor.adoptStreamPort', () => {
  it.each([
    ['INET', '127.0.0.1'],
    ['INET6', '::1'],
  ] as const)('listens on a TCP socket that a parent process has bound: %s', async (family, host) => {
    const made = `s = socket.socket(socket.AF_${family}); s.bind(("${host}", 0)); s.listen(5)`;
    const heir = heirOf(made, 'heir.ts', family);
    const line = await heir.line();
    expect(line).toContain(family === 'INET' ? `listening on IPv4Address(type='TCP', host='${host}'` : 'IPv6Address');
    const port = Number(/port=(\d+)/.exec(line ?? '')?.[1]);
    expect(await talk(net.connect(port, host))).toBe('welcome stranger');
    expect(await heir.line()).toBe('ConnectionDone');
    expect(await heir.line()).toBe('stopped');
    expect(await heir.ended()).toBe(0);
  });

  it('listens on a UNIX socket that a parent process has bound, and leaves its file alone', async () => {
    const path = at('inherited');
    const made = `s = socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(path)}); s.listen(5)`;
    const heir = heirOf(made, 'heir.ts', 'UNIX');
    expect(await heir.line()).toBe('listening on UNIXAddress(None)');
    expect(await talk(net.connect(path))).toBe('welcome stranger');
    expect(await heir.line()).toBe('ConnectionDone');
    expect(await heir.line()).toBe('stopped');
    expect(await heir.ended()).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  it('refuses what is no socket, no descriptor, and no listening socket', async () => {
    await whileRunning(async (reactor) => {
      const file = openSync('/dev/null', 'r');
      const factory = new WitnessFactory();
      const refusal = (descriptor: number): unknown => {
        try {
          return reactor.adoptStreamPort(descriptor, 'INET', factory);
        } catch (error) {
          return error;
        }
      };
      expect(refusal(file)).toMatchObject({ name: 'CannotListenError', code: 'ENOTSOCK' });
      closeSync(file);
      expect(refusal(file)).toBeInstanceOf(CannotListenError);
      expect(refusal(file)).toMatchObject({ code: 'EBADF' });
      expect(factory.events).toEqual([]);
    });
  });

  it('refuses another address family, and what is no factory', () => {
    const reactor = createNodeReactor();
    const adopt = (family: unknown, factory: unknown): void => {
      reactor.adoptStreamPort(3, family as AddressFamily, factory as WitnessFactory);
    };
    expect(() => adopt('IPX', new WitnessFactory())).toThrow(UnsupportedAddressFamily);
    expect(() => adopt('INET', {})).toThrow(TypeError);
  });
});

describe('Reactor.adoptStreamConnection', () => {
  it('runs a protocol on a connected socket, and neither starts nor stops the factory', async () => {
    await whileRunning(async (reactor) => {
      const server = new Witness();
      const port = reactor.listenTCP(0, new WitnessFactory(server), { interface: '127.0.0.1' });
      const { port: number } = port.getHost() as unknown as { port: number };
      const child = heirOf(`s = socket.create_connection(("127.0.0.1", ${number}))`, 'adopter.ts');
      expect(await child.line()).toBe(`IPv4Address(type='TCP', host='127.0.0.1', port=${number})`);
      await server.made;
      server.transport.write('hello');
      expect(await server.received(5)).toBe('HELLO');
      server.transport.loseConnection();
      await server.lost;
      expect(await child.line()).toBe('ConnectionDone, factory: none');
      expect(await child.ended()).toBe(0);
      await port.stopListening();
    });
  });

  it('refuses what is no socket, and a socket that is not connected', async () => {
    const reactor = createNodeReactor();
    const refusal = (descriptor: number): unknown => {
      try {
        reactor.adoptStreamConnection(descriptor, 'INET', new WitnessFactory(new Witness()));
        return null;
      } catch (error) {
        return error;
      }
    };
    const file = openSync('/dev/null', 'r');
    expect(refusal(file)).toBeInstanceOf(ConnectError);
    expect(refusal(file)).toMatchObject({ code: 'ENOTSOCK' });
    closeSync(file);
    expect(refusal(file)).toMatchObject({ code: 'EBADF' });
    expect(() => reactor.adoptStreamConnection(3, 'IPX' as AddressFamily, new WitnessFactory())).toThrow(
      UnsupportedAddressFamily,
    );
  });
});
