import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf16 } from '../../../base/bytes/utf16.ts';
import { RepeatedText } from './repeated-text.ts';

/** Texts that differ in one place, in length or in nothing, at even and odd places, with a byte too many. */
const texts = fc.array(
  fc.record({
    text: fc.constantFrom('', 'a', 'ab', 'abc', 'abd', 'abcd', 'abcd\0', 'bbcd', 'x'.repeat(127), 'x'.repeat(129)),
    before: fc.nat(3),
    isOdd: fc.boolean(),
  }),
  { maxLength: 12 },
);

test('a text is what its bytes say, whatever came before', () => {
  fc.assert(
    fc.property(texts, (all) => {
      const repeated = new RepeatedText();
      for (const { text, before, isOdd } of all) {
        const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text, 'utf16le'), Buffer.alloc(1, 0x61)]);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const size = text.length * 2 + (isOdd ? 1 : 0);
        expect(repeated.read(view, bytes, before, size)).toBe(decodeUtf16(bytes, before, size >> 1));
      }
    }),
  );
});
