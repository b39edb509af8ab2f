/**
 * The page of a description, `page=chat.html`: read once, when the description is.
 */
import { readFileSync } from 'node:fs';

import { OSError } from '@skein/reactor/error';

/** The file's text. Throws `OSError` when it cannot be read. */
export function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new OSError((error as Error).message, { cause: error });
  }
}
