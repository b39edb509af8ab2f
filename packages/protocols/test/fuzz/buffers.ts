/** Looks into the buffers that receivers keep the beginnings of frames in. */
import { PartialFrame } from '../../src/basic/partialFrame';
import { UnreadBytes } from '../../src/basic/unreadBytes';

/** What `watchBuffers` gives. */
interface Watch {
  /** How many bytes the fullest buffer holds of those that were appended to since `forget`. */
  longest(): number;
  forget(): void;
}

/** Watches every buffer that is appended to, during the tests of a file. */
export function watchBuffers(): Watch {
  const buffers = new Set<{ readonly length: number }>();
  const originals = [PartialFrame.prototype, UnreadBytes.prototype].map(
    (prototype) => [prototype, Object.getOwnPropertyDescriptor(prototype, 'append')!] as const,
  );
  beforeAll(() => {
    for (const [prototype, { value }] of originals) {
      const append = value as (...args: unknown[]) => void;
      Object.defineProperty(prototype, 'append', {
        configurable: true,
        writable: true,
        value: function (this: { readonly length: number }, ...args: unknown[]): void {
          buffers.add(this);
          append.apply(this, args);
        },
      });
    }
  });
  afterAll(() => {
    for (const [prototype, append] of originals) Object.defineProperty(prototype, 'append', append);
  });
  return {
    longest() {
      let most = 0;
      for (const { length } of buffers) if (length > most) most = length;
      return most;
    },
    forget: () => buffers.clear(),
  };
}
