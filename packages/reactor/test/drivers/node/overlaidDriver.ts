/**
 * The Node driver with streams that are secured by `startTLSOver`, and not natively: TLS in memory, over real sockets.
 */
import { SecurableHandle } from '../../../src/core/securableHandle';
import type { ConnectStreamOptions, IDriver, ListenHandle, SocketAddress, StreamHandle } from '../../../src/driver';
import { NodeDriver } from '../../../src/drivers/node';

export class OverlaidDriver extends NodeDriver {
  override listenStream(...args: Parameters<IDriver['listenStream']>): ListenHandle {
    const handle = super.listenStream(...args);
    const emit = handle.emit.bind(handle);
    handle.emit = (event, ...rest) => {
      if (event !== 'connection') return emit(event, ...rest);
      return emit('connection', new SecurableHandle(this, rest[0] as StreamHandle));
    };
    return handle;
  }

  override connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
    return new SecurableHandle(this, super.connectStream(address, options));
  }
}
