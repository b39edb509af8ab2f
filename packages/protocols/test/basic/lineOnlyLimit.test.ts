import { LineOnlyReceiver } from '../../src/basic';
import { RecordingTransport } from '../recordingTransport';

class Reporting extends LineOnlyReceiver {
  override MAX_LENGTH = 4;
  readonly events: string[] = [];
  override lineReceived(line: string): void {
    this.events.push(line);
  }
}

describe('LineOnlyReceiver', () => {
  it('LineOnlyReceiver reports the beginning of a line that is too long even after a whole one that was', () => {
    class Lenient extends Reporting {
      override lineLengthExceeded(line: string): string {
        this.events.push(`too long: ${line}`);
        return 'a result';
      }
    }
    const p = new Lenient();
    p.makeConnection(new RecordingTransport());
    expect(p.dataReceived(Buffer.from('12345\r\nabcdefg'))).toBe('a result');
    p.dataReceived(Buffer.from('hijk\r\nnext\r\n'));
    expect(p.events).toEqual(['too long: 12345', 'too long: abcdefg', 'next']);
  });

  it('LineOnlyReceiver.lineLengthExceeded is called once when it loses the connection', () => {
    const p = new Reporting();
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    p.dataReceived(Buffer.from('12345\r\nabcdefg'));
    p.dataReceived(Buffer.from('hijk\r\nnext\r\n'));
    expect([p.events, transport.calls]).toEqual([[], ['loseConnection']]);
  });
});
