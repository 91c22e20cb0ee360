import { expect, test } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.ts';

test.each([
  ['512B', 512, '512B'],
  ['64KiB', 65_536, '64KiB'],
  ['16 MiB', 16_777_216, '16MiB'],
  ['1024MiB', 1_073_741_824, '1GiB'],
  ['0B', 0, '0B'],
])('%s is %d bytes and shown as %s', (text, bytes, shown) => {
  expect(parseByteSize(text)).toBe(bytes);
  expect(formatByteSize(bytes)).toBe(shown);
});

test.each([['16MB'], ['16'], ['-1B'], ['1.5MiB'], ['mib'], ['']])('%j is no size', (text) => {
  expect(parseByteSize(text)).toBeUndefined();
});
