import { ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';

import { everyChunking } from '../../src/testing';
import { AmpBox, BinaryBoxProtocol, parse, parseString, QuitBox, TooLong } from '../../src/amp';
import { RecordingTransport } from '../recordingTransport';

/** A receiver of boxes that keeps them. */
function receiver(): { boxes: AmpBox[]; p: BinaryBoxProtocol; transport: RecordingTransport; reasons: Error[] } {
  const boxes: AmpBox[] = [];
  const reasons: Error[] = [];
  const p = new BinaryBoxProtocol({
    startReceivingBoxes: () => undefined,
    ampBoxReceived: (box) => void boxes.push(box),
    stopReceivingBoxes: (reason) => void reasons.push(reason.value),
  });
  const transport = new RecordingTransport();
  p.makeConnection(transport);
  return { boxes, p, transport, reasons };
}

describe('AmpBox', () => {
  it('AmpBox takes text as UTF-8, and bytes as they are', () => {
    const box = new AmpBox({ text: 'é', bytes: new Uint8Array([0, 255]) });
    expect(box.get('text')).toEqual(Buffer.from('c3a9', 'hex'));
    expect(box.get('bytes')).toEqual(Buffer.from([0, 255]));
    expect(() => box.set('number', 1 as never)).toThrow(TypeError);
  });

  it('AmpBox.copy is another box', () => {
    const box = new AmpBox([['a', '1']]);
    const copy = box.copy();
    copy.set('b', '2');
    expect([...box.keys()]).toEqual(['a']);
    expect(copy).toBeInstanceOf(AmpBox);
  });

  it.each(['', 'ключ'])('AmpBox.serialize refuses the key "%s"', (key) => {
    expect(() => new AmpBox([[key, 'v']]).serialize()).toThrow(ValueError);
  });

  it('AmpBox.serialize says what is too long', () => {
    expect(() => new AmpBox({ k: Buffer.alloc(65536) }).serialize()).toThrow("local value 'k' too long: 65536");
    expect(() => new AmpBox({ ['k'.repeat(256)]: '' }).serialize()).toThrow('local key too long: 256');
  });

  it('QuitBox loses the connection when it is sent', () => {
    const { p, transport } = receiver();
    new QuitBox({ a: '1' }).sendTo(p);
    expect(transport.value).toEqual(new AmpBox({ a: '1' }).serialize());
    expect(transport.disconnecting).toBe(true);
  });
});

describe('parseString', () => {
  const wire = Buffer.concat([new AmpBox({ a: '1' }).serialize(), new AmpBox().serialize()]);

  it('parseString gives the boxes, and leaves out one that is cut off', () => {
    expect(parseString(wire)).toEqual([new AmpBox({ a: '1' }), new AmpBox()]);
    expect(parseString(wire.subarray(0, wire.length - 1))).toEqual([new AmpBox({ a: '1' })]);
    expect(parse({ read: () => wire })).toHaveLength(2);
  });

  it('parseString refuses a key that is too long', () => {
    expect(() => parseString(Buffer.alloc(300, 1))).toThrow(TooLong);
  });
});

describe('BinaryBoxProtocol', () => {
  it('BinaryBoxProtocol gives the same boxes in any division', () => {
    const sent = [new AmpBox({ a: '1', bb: '' }), new AmpBox(), new AmpBox({ c: Buffer.alloc(300) })];
    everyChunking(Buffer.concat(sent.map((box) => box.serialize())), (chunks) => {
      const { boxes, p } = receiver();
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(boxes).toEqual(sent);
    });
  });

  it('BinaryBoxProtocol loses the connection over a box that is too large, and keeps nothing of it', () => {
    const { boxes, p, transport, reasons } = receiver();
    p.MAX_BOX_SIZE = 1000;
    p.dataReceived(new AmpBox({ a: Buffer.alloc(800) }).serialize());
    expect(boxes).toHaveLength(1);
    const large = new AmpBox(Array.from({ length: 8 }, (_, i) => [String(i), '']));
    p.dataReceived(large.serialize());
    p.dataReceived(new AmpBox({ a: '1' }).serialize());
    expect(boxes).toHaveLength(1);
    expect(p.recvd).toHaveLength(0);
    expect(transport.calls).toEqual(['loseConnection', 'loseConnection']);
    p.connectionLost(new Failure(new Error('gone')));
    expect(reasons).toEqual([new TooLong(false, false, null)]);
    expect(reasons[0]?.message).toBe('remote box too long');
  });

  it('BinaryBoxProtocol counts a value that is sent again and again', () => {
    const { p, transport } = receiver();
    const pair = new AmpBox({ a: Buffer.alloc(60_000) }).serialize().subarray(0, -2);
    for (let i = 0; i < 400 && !transport.disconnecting; i += 1) p.dataReceived(pair);
    expect(transport.disconnecting).toBe(true);
  });
});
