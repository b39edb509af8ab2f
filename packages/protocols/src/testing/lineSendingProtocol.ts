import { LineReceiver } from '../basic';

/**
 * Sends lines, and collects the lines it gets.
 *
 * @twisted twisted.internet.testing.LineSendingProtocol
 */
export class LineSendingProtocol extends LineReceiver {
  lines: string[];
  /** The lines received. */
  readonly response: string[] = [];
  /** Whether to send when connected; if not, when the first line has been received. */
  readonly start: boolean;
  lostConn = false;

  constructor(lines: readonly string[], start = true) {
    super();
    this.lines = [...lines];
    this.start = start;
  }

  override connectionMade(): void {
    if (this.start) for (const line of this.lines) this.sendLine(line);
  }

  override lineReceived(line: string): void {
    if (!this.start) {
      for (const each of this.lines) this.sendLine(each);
      this.lines = [];
    }
    this.response.push(line);
  }

  override connectionLost(): void {
    this.lostConn = true;
  }
}
