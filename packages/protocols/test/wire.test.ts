import { NotImplementedError } from '@skein/reactor/error';

import { Chargen, Daytime, Discard, Echo, QOTD, Time, Who } from '../src/wire';
import { RecordingTransport } from './recordingTransport';

function connected<P extends Echo>(p: P): [P, RecordingTransport] {
  const transport = new RecordingTransport();
  p.makeConnection(transport);
  return [p, transport];
}

describe('wire', () => {
  it('Echo writes back, Discard does not', () => {
    const [echo, echoed] = connected(new Echo());
    echo.dataReceived(Buffer.from('hello'));
    expect(echoed.value.toString()).toBe('hello');
    const [discard, discarded] = connected(new Discard());
    discard.dataReceived(Buffer.from('hello'));
    expect(discarded.value).toHaveLength(0);
  });

  it('Chargen writes a piece whenever it is asked', () => {
    const [chargen, transport] = connected(new Chargen());
    expect(transport.producer).toBe(chargen);
    chargen.resumeProducing();
    chargen.resumeProducing();
    expect(transport.value).toHaveLength(2 * chargen.noise.length);
  });

  it.each([
    ['QOTD', new QOTD(), 'An apple a day keeps the doctor away.\r\n'],
    ['Who', new Who(), 'root\r\n'],
  ])('%s says what it has to say and closes', (_name, p, said) => {
    const [, transport] = connected(p);
    expect(transport.value.toString()).toBe(said);
    expect(transport.calls).toEqual(['loseConnection']);
  });

  it.each([
    [0, 'Thu Jan  1 00:00:00 1970\r\n', '83aa7e80'],
    [1700000000.9, 'Tue Nov 14 22:13:20 2023\r\n', 'e8fe6f80'],
    [2 ** 32, 'Sun Feb  7 06:28:16 2106\r\n', '83aa7e80'],
  ])('Daytime and Time tell the time at %p seconds', (seconds, daytime, time) => {
    class OnTheDay extends Daytime {
      override seconds(): number {
        return seconds;
      }
    }
    class AtTheTime extends Time {
      override seconds(): number {
        return seconds;
      }
    }
    expect(connected(new OnTheDay())[1].value.toString()).toBe(daytime);
    expect(connected(new AtTheTime())[1].value.toString('hex')).toBe(time);
  });

  it('Daytime.seconds has to be written', () => {
    expect(() => connected(new Daytime())).toThrow(NotImplementedError);
  });
});
