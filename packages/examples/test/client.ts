/**
 * A client on plain `node:net`, for tests of servers: it knows nothing of what it tests.
 *
 * What it receives is kept as it came, and taken in order: `receives` wants exactly these bytes next. That nothing came is
 * shown by what comes next, never by waiting. Every wait fails after PATIENCE_MS, and says what had come until then.
 */
import net from 'node:net';

const PATIENCE_MS = 20_000;

/** How a connection ended: the peer closed it, or an errno code, as for a reset. */
export type Ending = 'closed' | (string & {});

export class Client {
  readonly #socket: net.Socket;
  #received = '';
  #ending: Ending | null = null;
  #woken: () => void = () => undefined;

  /** Connects to a port of 127.0.0.1. */
  static async connect(port: number): Promise<Client> {
    const client = new Client(net.connect({ host: '127.0.0.1', port, noDelay: true }));
    await client.#until(() => client.#socket.readyState === 'open', 'to be connected');
    return client;
  }

  /** Connects as soon as something listens there: a server in another process, that has just been started. */
  static async connectWhenListening(port: number, patience = PATIENCE_MS): Promise<Client> {
    const deadline = performance.now() + patience;
    for (;;) {
      try {
        return await Client.connect(port);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    // One character a byte: what was received is compared exactly.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#woken();
    });
    socket.on('connect', () => this.#woken());
    socket.on('end', () => {
      this.#ending ??= 'closed';
      this.#woken();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#ending ??= error.code ?? error.message;
      this.#woken();
    });
    socket.on('close', () => {
      this.#ending ??= 'closed';
      this.#woken();
    });
  }

  /** The port on this side. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Sends text as UTF-8, in one packet; resolves when the system has taken it. */
  async send(text: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Waits until `text` has come, and fails if anything else has come before it. */
  async receives(text: string): Promise<void> {
    const wanted = Buffer.from(text).toString('latin1');
    const whole = () => this.#received.length >= wanted.length || !wanted.startsWith(this.#received);
    await this.#until(whole, `to receive ${JSON.stringify(text)}`);
    if (!this.#received.startsWith(wanted)) {
      throw new Error(`wanted to receive ${JSON.stringify(text)}, received ${this.#shown()}`);
    }
    this.#received = this.#received.slice(wanted.length);
  }

  /** Waits for this line, ended by CR LF. */
  receivesLine(line: string): Promise<void> {
    return this.receives(`${line}\r\n`);
  }

  /** Waits until the server ends the connection, and fails if anything comes before that; resolves with how it ended. */
  async isClosed(): Promise<Ending> {
    await this.#until(() => this.#ending !== null || this.#received !== '', 'to see the connection end');
    if (this.#received !== '') throw new Error(`wanted the connection to end, received ${this.#shown()}`);
    return this.#ending as Ending;
  }

  /** Closes the connection, and waits until the socket is gone. */
  async close(): Promise<void> {
    this.#socket.end();
    // What still comes is of no interest; unread, it would keep the socket.
    this.#socket.resume();
    await this.#gone();
  }

  /** Resets the connection: the server reads an error, and not an end. */
  async reset(): Promise<void> {
    this.#socket.resetAndDestroy();
    await this.#gone();
  }

  async #gone(): Promise<void> {
    await this.#until(() => this.#socket.closed, 'to be rid of the socket', true);
  }

  async #until(condition: () => boolean, what: string, afterTheEnd = false): Promise<void> {
    let impatient = false;
    const timeout = setTimeout(() => {
      impatient = true;
      this.#woken();
    }, PATIENCE_MS);
    try {
      while (!condition()) {
        if (!afterTheEnd && this.#ending !== null) {
          throw new Error(`wanted ${what}, but the connection ended (${this.#ending}) after ${this.#shown()}`);
        }
        if (impatient) throw new Error(`waited in vain ${what}; received ${this.#shown()}`);
        await new Promise<void>((resolve) => (this.#woken = resolve));
      }
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      clearTimeout(timeout);
    }
  }

  #shown(): string {
    return this.#received === '' ? 'nothing' : JSON.stringify(Buffer.from(this.#received, 'latin1').toString());
  }
}
