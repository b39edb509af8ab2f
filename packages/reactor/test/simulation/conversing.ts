import type { IReactorTCP, ITCPTransport } from '../../src/interfaces';
import type { Failure } from '../../src/failure';

/** A protocol that keeps what it is told; what it does can be set. */
export class Talker {
  transport!: ITCPTransport;
  made = 0;
  received = '';
  chunks: string[] = [];
  lost: Failure | null = null;
  onData: (data: Buffer) => void = () => undefined;
  onMade: () => void = () => undefined;

  connectionMade(): void {}

  makeConnection(transport: unknown): void {
    this.transport = transport as ITCPTransport;
    this.made += 1;
    this.onMade();
  }

  dataReceived(data: Buffer): void {
    this.received += data.toString('latin1');
    this.chunks.push(data.toString('latin1'));
    this.onData(data);
  }

  connectionLost(reason: Failure): void {
    this.lost = reason;
  }
}

/** A factory that makes talkers and keeps them. */
export class TalkerFactory {
  readonly talkers: Talker[] = [];
  failed: Failure | null = null;
  readonly prepare: (talker: Talker) => void;

  constructor(prepare: (talker: Talker) => void = () => undefined) {
    this.prepare = prepare;
  }

  doStart(): void {}
  doStop(): void {}
  startedConnecting(): void {}
  clientConnectionLost(): void {}

  clientConnectionFailed(_connector: unknown, reason: Failure): void {
    this.failed = reason;
  }

  buildProtocol(): Talker {
    const talker = new Talker();
    this.talkers.push(talker);
    this.prepare(talker);
    return talker;
  }

  get only(): Talker {
    const [talker, another] = this.talkers;
    if (talker === undefined || another !== undefined)
      throw new Error(`wanted one connection, there are ${String(this.talkers.length)}`);
    return talker;
  }
}

/** Listens, and writes back what it reads. */
export function echo(reactor: IReactorTCP, port = 7): TalkerFactory {
  const factory = new TalkerFactory((talker) => {
    talker.onData = (data) => talker.transport.write(data);
  });
  reactor.listenTCP(port, factory);
  return factory;
}

/** Connects. */
export function connect(
  reactor: IReactorTCP,
  host: string,
  port = 7,
  prepare?: (talker: Talker) => void,
): TalkerFactory {
  const factory = new TalkerFactory(prepare);
  reactor.connectTCP(host, port, factory);
  return factory;
}
