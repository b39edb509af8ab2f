/**
 * The page of a description, `page=chat.html`: read once, when the description is.
 */
import { readFileSync } from 'node:fs';

import { ValueError } from '@skein/reactor/error';

/** The file's text. Throws `ValueError` when it cannot be read. */
export function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new ValueError(`cannot read the page "${path}": ${code}`, { cause: error });
  }
}
