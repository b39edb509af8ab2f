/**
 * Boxes from memory.
 *
 * @twisted twisted.protocols.amp.parse, parseString
 */
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import type { AmpBox } from './ampBox';
import { BoxBuilder } from './boxBuilder';
import { TooLong } from './errors';
import { prefixedStrings } from './prefixedStrings';

/**
 * The boxes in `data`. One that is cut off at the end is left out.
 *
 * @throws TooLong for a key of more than 255 bytes
 */
export function parseString(data: Bytes): AmpBox[] {
  const boxes: AmpBox[] = [];
  const builder = new BoxBuilder();
  for (const string of prefixedStrings(toBuffer(data))) {
    if (string.length > builder.limit) throw new TooLong(true, false, null);
    const box = builder.add(string);
    if (box !== null) boxes.push(box);
  }
  return boxes;
}

/** The boxes in what `file` reads. */
export function parse(file: { read(): Bytes }): AmpBox[] {
  return parseString(file.read());
}
