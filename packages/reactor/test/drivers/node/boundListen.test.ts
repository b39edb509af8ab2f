/**
 * What the Node driver takes for granted and Node does not document. When one of these fails, Node has changed, and
 * `drivers/node/boundListen.ts` needs another way; nothing else does. (Connections: `libuvStream.test.ts`.)
 */
import net, { type AddressInfo } from 'node:net';

import { DriverError } from '../../../src/driver';
import { boundListen, type BoundHandle } from '../../../src/drivers/node/boundListen';
import type { LibuvStream } from '../../../src/drivers/node/libuvStream';

interface ServerHandle {
  onconnection: ((status: number, handle: LibuvStream | undefined) => void) | null;
  listen(backlog: number): number;
  getsockname(out: Partial<AddressInfo>): number;
  close(done?: () => void): void;
  unref(): void;
}
interface UndocumentedNet {
  _createServerHandle(address: string, port: number, family: number): ServerHandle | number;
}
const undocumented = net as unknown as UndocumentedNet;

function bind(port = 0): ServerHandle {
  const handle = undocumented._createServerHandle('127.0.0.1', port, 4);
  if (typeof handle === 'number') throw new Error(`net._createServerHandle failed with ${handle}`);
  return handle;
}

function portOf(handle: ServerHandle): number {
  const out: Partial<AddressInfo> = {};
  if (handle.getsockname(out) !== 0) throw new Error('getsockname failed');
  return out.port!;
}

function closed(handle: { close(done: () => void): void }): Promise<void> {
  return new Promise((resolve) => {
    handle.close(resolve);
  });
}

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

describe('what Node does not document', () => {
  it('net._createServerHandle is there, and makes a handle with the methods that boundListen calls', async () => {
    expect(typeof undocumented._createServerHandle).toBe('function');
    const handle = bind();
    for (const method of ['listen', 'getsockname', 'close', 'unref'] as const) {
      expect([method, typeof handle[method]]).toEqual([method, 'function']);
    }
    await closed(handle);
  });

  it('net._createServerHandle has bound when it returns, and getsockname knows the port', async () => {
    const handle = bind();
    const out: Partial<AddressInfo> = {};
    expect(handle.getsockname(out)).toBe(0);
    expect(out).toEqual({ address: '127.0.0.1', family: 'IPv4', port: expect.any(Number) as number });
    expect(out.port).toBeGreaterThan(0);
    await closed(handle);
  });

  it('net._createServerHandle gives an address in use back as a negative number, here or from getsockname or listen', async () => {
    const first = bind();
    expect(first.listen(1)).toBe(0);
    const second = undocumented._createServerHandle('127.0.0.1', portOf(first), 4);
    const failure = typeof second === 'number' ? second : second.getsockname({}) || second.listen(1);
    expect(failure).toBeLessThan(0);
    if (typeof second !== 'number') await closed(second);
    await closed(first);
  });

  it('net._createServerHandle gives a foreign address back as a negative number', () => {
    expect(undocumented._createServerHandle('192.0.2.1', 0, 4)).toBeLessThan(0);
  });

  it('onconnection is called with 0 and a handle that has its descriptor', async () => {
    const handle = bind();
    const accepted = new Promise<[number, LibuvStream | undefined]>((resolve) => {
      handle.onconnection = (...args) => {
        resolve([args[0], args[1]]);
      };
    });
    expect(handle.listen(5)).toBe(0);
    const client = net.connect(portOf(handle), '127.0.0.1');
    const [status, stream] = await accepted;
    expect(status).toBe(0);
    expect(stream?.fd).toBeGreaterThan(2);
    await closed(stream as unknown as ServerHandle);
    client.destroy();
    await closed(handle);
  });
});

describe('boundListen', () => {
  const ANYWHERE = { family: 'IPv4', host: '127.0.0.1', port: 0 } as const;
  const unexpected = (): never => {
    throw new Error('nothing was to come');
  };

  it('boundListen has bound when it returns, and tells the port', async () => {
    const bound: BoundHandle = boundListen(ANYWHERE, { backlog: 5 }, unexpected, unexpected);
    expect(bound.localAddress).toEqual({ ...ANYWHERE, port: expect.any(Number) as number });
    expect((bound.localAddress as { port: number }).port).toBeGreaterThan(0);
    await closed(bound);
  });

  it('boundListen throws a DriverError that says what failed, where', async () => {
    const bound = boundListen(ANYWHERE, { backlog: 5 }, unexpected, unexpected);
    const { port } = bound.localAddress as { port: number };
    expect(errorOf(() => boundListen(bound.localAddress, { backlog: 5 }, unexpected, unexpected))).toMatchObject({
      name: 'DriverError',
      code: 'EADDRINUSE',
      message: `listen EADDRINUSE 127.0.0.1:${port}`,
    });
    expect(
      errorOf(() => boundListen({ ...ANYWHERE, host: '192.0.2.1' }, { backlog: 5 }, unexpected, unexpected)),
    ).toMatchObject({
      code: 'EADDRNOTAVAIL',
      syscall: 'bind',
      message: 'bind EADDRNOTAVAIL 192.0.2.1:0',
    });
    await closed(bound);
  });

  it('boundListen throws for a UNIX path in a directory that is not there', () => {
    expect(() =>
      boundListen({ family: 'UNIX', path: '/nowhere/at/all' }, { backlog: 5 }, unexpected, unexpected),
    ).toThrow(DriverError);
  });

  it('boundListen binds abstract UNIX names', async () => {
    const address = { family: 'UNIX', path: `\0skein-test-${process.pid}` } as const;
    const bound = boundListen(address, { backlog: 5 }, unexpected, unexpected);
    expect(bound.localAddress).toEqual(address);
    expect(errorOf(() => boundListen(address, { backlog: 5 }, unexpected, unexpected))).toMatchObject({
      code: 'EADDRINUSE',
    });
    await closed(bound);
  });

  it('boundListen closes the handle when listening fails, and reports failures of accept', () => {
    const handle = { onconnection: null, getsockname: () => 0, listen: jest.fn(), close: jest.fn(), unref: jest.fn() };
    const create = jest.spyOn(undocumented, '_createServerHandle').mockReturnValue(handle);
    handle.listen.mockReturnValueOnce(-98).mockReturnValue(0);
    expect(() => boundListen(ANYWHERE, { backlog: 5 }, unexpected, unexpected)).toThrow(DriverError);
    expect(handle.close).toHaveBeenCalledTimes(1);
    const failures: DriverError[] = [];
    boundListen(ANYWHERE, { backlog: 5 }, unexpected, (error) => failures.push(error));
    (handle as unknown as ServerHandle).onconnection!(-24, undefined);
    expect(failures).toEqual([expect.objectContaining({ name: 'DriverError', syscall: 'accept' })]);
    expect(handle.unref).toHaveBeenCalledTimes(1);
    create.mockRestore();
  });
});
