import { existsSync, lstatSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';

import { createNodeReactor } from '../../src/default';
import { CannotListenError, ConnectError } from '../../src/error';
import { Program } from '../live/program';
import { whileRunning } from '../live/running';
import { Witness, WitnessClientFactory, WitnessFactory } from '../live/witness';

import { inDirectory } from './directory';

const at = inDirectory();

/** What `listenUNIX` throws, which must be a CannotListenError. */
function refusal(path: string, options = {}): CannotListenError {
  const factory = new WitnessFactory();
  let thrown: unknown = null;
  try {
    createNodeReactor().listenUNIX(path, factory, options);
  } catch (error) {
    thrown = error;
  }
  expect(factory.events).toEqual([]);
  expect(thrown).toBeInstanceOf(CannotListenError);
  return thrown as CannotListenError;
}

function modeOf(path: string): number {
  return lstatSync(path).mode & 0o777;
}

describe('Reactor.listenUNIX', () => {
  it('listenUNIX has bound when it returns, and says where', async () => {
    await whileRunning(async (reactor) => {
      const path = at('bound');
      const port = reactor.listenUNIX(path, new WitnessFactory());
      expect(lstatSync(path).isSocket()).toBe(true);
      expect(String(port.getHost())).toBe(`UNIXAddress('${path}')`);
      await port.stopListening();
      expect(existsSync(path)).toBe(false);
    });
  });

  it('listenUNIX lets everybody connect unless a mode says otherwise', async () => {
    await whileRunning(async (reactor) => {
      const open = reactor.listenUNIX(at('open'), new WitnessFactory());
      const shut = reactor.listenUNIX(at('shut'), new WitnessFactory(), { mode: 0o600 });
      expect([modeOf(at('open')), modeOf(at('shut'))]).toEqual([0o666, 0o600]);
      await Promise.all([open.stopListening(), shut.stopListening()]);
    });
  });

  it('listenUNIX accepts with the smallest backlog, one connection after the other', async () => {
    await whileRunning(async (reactor) => {
      const servers = [new Witness(), new Witness(), new Witness()];
      const port = reactor.listenUNIX(at('narrow'), new WitnessFactory(...servers), { backlog: 1 });
      for (const server of servers) {
        const client = new Witness();
        reactor.connectUNIX(at('narrow'), new WitnessClientFactory(client));
        await Promise.all([client.made, server.made]);
        client.transport.loseConnection();
        await server.lost;
      }
      await port.stopListening();
      expect(servers.map(({ events }) => events)).toEqual(Array(3).fill(['made', 'lost ConnectionDone']));
    });
  });

  it('listenUNIX listens again on its path after stopListening', async () => {
    await whileRunning(async (reactor) => {
      const factory = new WitnessFactory();
      const port = reactor.listenUNIX(at('again'), factory, { wantPID: true });
      await port.stopListening();
      port.startListening();
      expect(existsSync(at('again'))).toBe(true);
      await port.stopListening();
      expect(factory.events).toEqual(['start', 'stop', 'start', 'stop']);
    });
  });

  it('listenUNIX listens on an abstract name, which leaves no file', async () => {
    await whileRunning(async (reactor) => {
      const name = `\0skein-${process.pid}-abstract`;
      const [server, client] = [new Witness(), new Witness()];
      const port = reactor.listenUNIX(name, new WitnessFactory(server), { wantPID: true, mode: 0o600 });
      expect(String(port.getHost())).toBe(`UNIXAddress('\\x00${name.slice(1)}')`);
      reactor.connectUNIX(name, new WitnessClientFactory(client));
      (await client.made).transport.write('hello');
      expect(await server.received(5)).toBe('hello');
      client.transport.loseConnection();
      await Promise.all([client.lost, server.lost, port.stopListening()]);
      expect(existsSync(`${name.slice(1)}.lock`)).toBe(false);
    });
  });

  it('listenUNIX refuses an abstract name that is in use', async () => {
    await whileRunning(async (reactor) => {
      const name = `\0skein-${process.pid}-taken`;
      const port = reactor.listenUNIX(name, new WitnessFactory());
      expect(refusal(name).code).toBe('EADDRINUSE');
      await port.stopListening();
    });
  });

  it('listenUNIX refuses a path that does not fit into an address, and leaves nothing behind', () => {
    const path = at('x'.repeat(108));
    const error = refusal(path, { wantPID: true });
    expect(error.code).toBe('ENAMETOOLONG');
    expect(error.message).toBe(`Couldn't listen on any:${path}: bind ENAMETOOLONG ${path}.`);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('listenUNIX takes the longest path that fits, counted in bytes', async () => {
    const longest = process.platform === 'linux' ? 107 : 103;
    const fill = longest - Buffer.byteLength(at('x')) + 1;
    const path = at('é'.repeat(Math.floor(fill / 2)) + 'x'.repeat(fill % 2));
    expect(Buffer.byteLength(path)).toBe(longest);
    await whileRunning(async (reactor) => {
      const port = reactor.listenUNIX(path, new WitnessFactory());
      expect(existsSync(path)).toBe(true);
      await port.stopListening();
    });
    expect(refusal(`${path}x`).code).toBe('ENAMETOOLONG');
  });

  it('listenUNIX refuses a path in a folder that does not exist', () => {
    expect(refusal(at('nowhere/socket')).code).toBe('ENOENT');
    expect(refusal(at('nowhere/socket'), { wantPID: true }).code).toBe('ENOENT');
  });

  it('listenUNIX refuses an address that is no path', () => {
    const reactor = createNodeReactor();
    for (const address of ['', 7, null, Buffer.from('/x')]) {
      expect(() => reactor.listenUNIX(address as string, new WitnessFactory())).toThrow(TypeError);
    }
  });

  it.each([{ wantPID: false }, { wantPID: true }])(
    'listenUNIX leaves a file that is no socket alone: %j',
    (options) => {
      const path = at(`document${String(options.wantPID)}`);
      writeFileSync(path, 'precious');
      // An owner that died is recorded, too.
      if (options.wantPID) symlinkSync(deadProcess(), `${path}.lock`);
      expect(refusal(path, options).code).toBe('EADDRINUSE');
      expect(lstatSync(path).isFile()).toBe(true);
      expect(existsSync(`${path}.lock`)).toBe(false);
    },
  );

  it('listenUNIX refuses a path that a live owner listens on, lock or not', async () => {
    await whileRunning(async (reactor) => {
      const path = at('live');
      const [server, client] = [new Witness(), new Witness()];
      const port = reactor.listenUNIX(path, new WitnessFactory(server), { wantPID: true });
      expect(refusal(path).code).toBe('EADDRINUSE');
      const error = refusal(path, { wantPID: true });
      expect(error.message).toBe(`Couldn't listen on any:${path}: Cannot acquire lock '${path}.lock'.`);
      expect(readlinkSync(`${path}.lock`)).toBe(String(process.pid));
      // The owner is not disturbed.
      reactor.connectUNIX(path, new WitnessClientFactory(client));
      await Promise.all([server.made, client.made]);
      client.transport.loseConnection();
      await Promise.all([client.lost, server.lost, port.stopListening()]);
      expect([existsSync(path), lockExists(path)]).toEqual([false, false]);
    });
  });

  it('listenUNIX with wantPID takes over from an owner that crashed, and without it does not', async () => {
    const path = at('crashed');
    const owner = Program.script('unix/children/owner.ts', [path]);
    expect(await owner.line()).toBe('listening');
    expect(refusal(path, { wantPID: true }).code).toBe('EADDRINUSE');
    await owner.kill();
    expect(readlinkSync(`${path}.lock`)).toBe(String(owner.child.pid));
    expect(lstatSync(path).isSocket()).toBe(true);

    expect(refusal(path).code).toBe('EADDRINUSE');
    expect(lstatSync(path).isSocket()).toBe(true);

    await whileRunning(async (reactor) => {
      const [server, client] = [new Witness(), new Witness()];
      const port = reactor.listenUNIX(path, new WitnessFactory(server), { wantPID: true });
      expect(readlinkSync(`${path}.lock`)).toBe(String(process.pid));
      reactor.connectUNIX(path, new WitnessClientFactory(client), { checkPID: true });
      await Promise.all([server.made, client.made]);
      client.transport.loseConnection();
      await Promise.all([server.lost, client.lost, port.stopListening()]);
    });
    expect([existsSync(path), lockExists(path)]).toEqual([false, false]);
  });

  it('listenUNIX with wantPID does not remove a socket whose owner may be alive: no lock says it died', async () => {
    const path = at('unlocked');
    const server = net.createServer().listen(path);
    expect(refusal(path, { wantPID: true }).code).toBe('EADDRINUSE');
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(lockExists(path)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
  });

  it('listenUNIX takes an owner that may not be signalled for a living one', () => {
    const path = at('foreign');
    symlinkSync('1', `${path}.lock`);
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    expect(refusal(path, { wantPID: true }).code).toBe('EADDRINUSE');
    kill.mockRestore();
    expect(readlinkSync(`${path}.lock`)).toBe('1');
  });

  it('stopListening gets over a lock and a socket that somebody removed', async () => {
    await whileRunning(async (reactor) => {
      const factory = new WitnessFactory();
      const port = reactor.listenUNIX(at('robbed'), factory, { wantPID: true });
      unlinkSync(at('robbed'));
      unlinkSync(`${at('robbed')}.lock`);
      await port.stopListening();
      expect(factory.events).toEqual(['start', 'stop']);
    });
  });

  it('Reactor.stop releases the socket and its lock', async () => {
    const path = at('stopped');
    const factory = new WitnessFactory();
    await whileRunning(async (reactor) => {
      reactor.listenUNIX(path, factory, { wantPID: true });
      expect([existsSync(path), lockExists(path)]).toEqual([true, true]);
    });
    expect([existsSync(path), lockExists(path)]).toEqual([false, false]);
    expect(factory.events).toEqual(['start', 'stop']);
  });
});

describe('Reactor.connectUNIX', () => {
  it('connectUNIX fails with ConnectError where nothing listens', async () => {
    await whileRunning(async (reactor) => {
      const factory = new WitnessClientFactory();
      reactor.connectUNIX(at('nothing'), factory);
      const { value } = await factory.failed;
      expect(value).toBeInstanceOf(ConnectError);
      expect(value).toMatchObject({ code: 'ENOENT' });
      expect(factory.events).toEqual(['start', 'failed ConnectError', 'stop']);
    });
  });

  it('connectUNIX fails with ConnectionRefusedError at a file whose owner is gone', async () => {
    const path = at('gone');
    const owner = Program.script('unix/children/owner.ts', [path]);
    await owner.line();
    await owner.kill();
    await whileRunning(async (reactor) => {
      const factory = new WitnessClientFactory();
      reactor.connectUNIX(path, factory);
      expect((await factory.failed).value).toMatchObject({ name: 'ConnectionRefusedError', code: 'ECONNREFUSED' });
      const checked = new WitnessClientFactory();
      reactor.connectUNIX(path, checked, { checkPID: true });
      expect((await checked.failed).value.name).toBe('BadFileError');
    });
  });

  it('connectUNIX with checkPID fails with BadFileError unless a living process holds the lock', async () => {
    await whileRunning(async (reactor) => {
      const path = at('unheld');
      const port = reactor.listenUNIX(path, new WitnessFactory());
      const factory = new WitnessClientFactory();
      reactor.connectUNIX(path, factory, { checkPID: true });
      const { value } = await factory.failed;
      expect(value).toMatchObject({ name: 'BadFileError', code: 'EOWNERDEAD' });
      expect(lockExists(path)).toBe(false);
      await port.stopListening();
    });
  });

  it('connectUNIX fails with a path that does not fit into an address', async () => {
    await whileRunning(async (reactor) => {
      const factory = new WitnessClientFactory();
      reactor.connectUNIX(at('x'.repeat(108)), factory);
      expect((await factory.failed).value).toMatchObject({ name: 'ConnectError', code: 'ENAMETOOLONG' });
    });
  });

  it('connectUNIX fails at a file that is no socket', async () => {
    writeFileSync(at('plain'), '');
    await whileRunning(async (reactor) => {
      const factory = new WitnessClientFactory();
      reactor.connectUNIX(at('plain'), factory);
      expect((await factory.failed).value).toBeInstanceOf(ConnectError);
    });
  });

  it('connectUNIX tells each side where it is: the client has no name', async () => {
    await whileRunning(async (reactor) => {
      const path = at('named');
      const [server, client] = [new Witness(), new Witness()];
      const [serving, calling] = [new WitnessFactory(server), new WitnessClientFactory(client)];
      const port = reactor.listenUNIX(path, serving);
      const connector = reactor.connectUNIX(path, calling);
      await Promise.all([server.made, client.made]);
      const [named, unnamed] = [`UNIXAddress('${path}')`, 'UNIXAddress(None)'];
      expect(String(connector.getDestination())).toBe(named);
      expect([client.transport.getHost(), client.transport.getPeer()].map(String)).toEqual([unnamed, named]);
      expect([server.transport.getHost(), server.transport.getPeer()].map(String)).toEqual([named, unnamed]);
      expect([serving.peers, calling.peers]).toEqual([[unnamed], [named]]);
      client.transport.loseConnection();
      await Promise.all([server.lost, client.lost, port.stopListening()]);
    });
  });
});

/** The id of a process that is no more. */
function deadProcess(): string {
  // Linux counts to at most 2^22.
  return String(2 ** 22 + 1);
}

/** Whether the lock is there; what it links to is no file. */
function lockExists(path: string): boolean {
  return lstatSync(`${path}.lock`, { throwIfNoEntry: false }) !== undefined;
}
