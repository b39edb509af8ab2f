/**
 * A driver with every connection secured behind its user's back: what the seam promises of streams is to hold for
 * secured ones as well.
 */
import type { ConnectStreamOptions, IDriver, ListenHandle, SocketAddress, StreamHandle } from '../../../src/driver';
import type { NodeDriver } from '../../../src/drivers/node';
import type { TLSWorld } from '../../../src/testing/compliance';

/** A driver of that class whose every connection is secured. */
export function securedDriver(Driver: typeof NodeDriver, tls: TLSWorld): IDriver {
  return new (class extends Driver {
    override listenStream(...args: Parameters<IDriver['listenStream']>): ListenHandle {
      const handle = super.listenStream(...args);
      handle.on('connection', (stream) => {
        disguise(stream);
        stream.startTLS(tls.server, { role: 'server', chooseContext: null });
      });
      return handle;
    }

    override connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
      const stream = super.connectStream(address, options);
      disguise(stream);
      stream.on('connected', () => {
        const peerName = { kind: 'dns', name: tls.serverName } as const;
        stream.startTLS(tls.client, { role: 'client', peerName, session: null });
      });
      return stream;
    }
  })();
}

/** Leaves out what only secured streams say, and says farewell where a plain stream's close would end it properly. */
function disguise(stream: StreamHandle): void {
  const [emit, close, write] = [stream.emit.bind(stream), stream.close.bind(stream), stream.write.bind(stream)];
  let isWriting = false;
  stream.emit = (event, ...args) => {
    if (event === 'secured' || event === 'session') return true;
    if (event === 'written') isWriting = false;
    return emit(event, ...args);
  };
  stream.write = (chunks) => {
    isWriting = true;
    write(chunks);
  };
  stream.close = () => {
    if (!isWriting) stream.shutdown();
    close();
  };
}
