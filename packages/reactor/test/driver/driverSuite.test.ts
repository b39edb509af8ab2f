/**
 * The compliance suite, on drivers that break a rule: each breach has to be found.
 */
import type {
  ConnectStreamOptions,
  ListenHandle,
  ListenStreamOptions,
  SocketAddress,
  StreamHandle,
} from '../../src/driver';
import { NodeDriver } from '../../src/drivers/node';
import { ComplianceError, driverSuite } from '../../src/testing/compliance';
import { TCP4 } from '../drivers/node/worlds';

class TurnsFromInside extends NodeDriver {
  #onTurn: () => void = () => undefined;
  override start(onTurn: () => void): void {
    this.#onTurn = onTurn;
    super.start(onTurn);
  }
  override wakeSoon(): void {
    this.#onTurn();
  }
}

class RingsEarly extends NodeDriver {
  override wakeAt(deadline: number | null): void {
    super.wakeAt(deadline === null ? null : deadline - 0.002);
  }
}

class CannotCancel extends NodeDriver {
  override wakeAt(deadline: number | null): void {
    if (deadline !== null) super.wakeAt(deadline);
  }
}

class BindsLater extends NodeDriver {
  override listenStream(address: SocketAddress, options: ListenStreamOptions): ListenHandle {
    try {
      return super.listenStream(address, options);
    } catch {
      return super.listenStream({ ...address, port: 0 } as SocketAddress, options);
    }
  }
}

/** Changes the handles of outgoing connections. */
function withStreams(change: (handle: StreamHandle) => void): new () => NodeDriver {
  return class extends NodeDriver {
    override connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
      const handle = super.connectStream(address, options);
      change(handle);
      return handle;
    }
  };
}

const ConnectsTwice = withStreams((handle) => {
  handle.once('connected', () => setImmediate(() => handle.emit('connected')));
});

const WritesAtOnce = withStreams((handle) => {
  const write = handle.write.bind(handle);
  handle.write = (chunks) => {
    write(chunks);
    handle.emit('written');
  };
});

const EndsTwice = withStreams((handle) => {
  handle.once('ended', () => setImmediate(() => handle.emit('ended')));
});

const SwapsChunks = withStreams((handle) => {
  const write = handle.write.bind(handle);
  handle.write = (chunks) => {
    write([...chunks].reverse());
  };
});

const TakesAlways = withStreams((handle) => {
  Object.defineProperty(handle, 'takesMore', { value: true });
});

const TakesWhatIsNotTaken = withStreams((handle) => {
  let outstanding = false;
  const write = handle.write.bind(handle);
  handle.write = (chunks) => {
    outstanding = true;
    write(chunks);
  };
  handle.on('written', () => (outstanding = false));
  Object.defineProperty(handle, 'takesMore', { get: () => outstanding });
});

const BREACHES: [string, new () => NodeDriver, string][] = [
  ['takes turns from inside wakeSoon', TurnsFromInside, 'IDriver.wakeSoon many times has one turn taken'],
  ['rings early', RingsEarly, 'IDriver.wakeAt has a turn taken at its deadline and never before'],
  ['cannot take an alarm back', CannotCancel, 'IDriver.wakeAt(null) takes the alarm back'],
  [
    'binds another port when one is in use',
    BindsLater,
    'IDriver.listenStream throws EADDRINUSE for an address that is listened on',
  ],
  ['tells connected twice', ConnectsTwice, 'IDriver.connectStream is followed by one connected'],
  [
    'tells written from inside write',
    WritesAtOnce,
    'StreamHandle.write of 4 MiB sends all of it and tells written once',
  ],
  [
    'takes more where nothing is outstanding',
    TakesAlways,
    'StreamHandle.write follows a write that is taken, on drivers that tell, and written is told once for all of them',
  ],
  [
    'takes more of what nobody reads',
    TakesWhatIsNotTaken,
    'StreamHandle.write follows writes that are taken until a slow reader leaves some, on drivers that tell, and all of it comes in order',
  ],
  ['tells ended twice', EndsTwice, 'StreamHandle is not closed by the end of both directions'],
  ['swaps chunks', SwapsChunks, 'StreamHandle.write takes any Uint8Array, and views'],
];

describe('driverSuite', () => {
  it.each(BREACHES)('driverSuite finds a driver that %s', async (_, Broken, name) => {
    const { run } = driverSuite.find((each) => each.name === name)!;
    // The first driver that a case makes is its own clock.
    let made = 0;
    const makeDriver = (): NodeDriver => (made++ === 0 ? new NodeDriver() : new Broken());
    await expect(run({ ...TCP4, makeDriver })).rejects.toBeInstanceOf(ComplianceError);
  });
});
