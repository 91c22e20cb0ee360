import { expect, test } from 'vitest';
import { ZstdReader } from './zstd.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** A block that says one byte 128 Ki times. */
const repeated = (isLast: boolean) => {
  const header = ((2 ** 17) << 3) | 2 | Number(isLast);
  return [header & 255, (header >> 8) & 255, header >> 16, 0x41];
};
/** @param exponent of the window, beyond 1 KiB */
const frame = (exponent: number, blocks: number) =>
  Buffer.from([
    ...MAGIC,
    0,
    exponent << 3,
    ...Array.from({ length: blocks }, (_, i) => repeated(i === blocks - 1)).flat(),
  ]);
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const MIB = 1024 ** 2;

function unpack(packed: Buffer, chunk = packed.length): number {
  const reader = new ZstdReader(MIB);
  let bytes = 0;
  for (let at = 0; at < packed.length; at += chunk) {
    const isEnd = at + chunk >= packed.length;
    for (const parts of reader.push(Buffer.from(packed.subarray(at, at + chunk)), isEnd)) {
      for (const part of parts) bytes += part.length;
    }
  }
  return bytes;
}

test.each([1, 2, 3, 7, 64])('frames come out whole when they come by %i bytes', (chunk) => {
  expect(unpack(Buffer.concat([frame(7, 3), skippable, frame(10, 2)]), chunk)).toBe(5 * 2 ** 17);
});

test.each([
  ['first', frame(11, 1)],
  ['second', Buffer.concat([frame(10, 1), frame(19, 40)])],
  ['skipped to', Buffer.concat([skippable, frame(19, 40)])],
  ['single segment', Buffer.from([...MAGIC, 0xa0, 0, 0, 0, 0x20, ...repeated(true)])],
])('a window that is too large is refused: %s', (_, packed) => {
  expect(() => unpack(packed)).toThrow(/^it asks for a window of \d+ bytes; 1048576 are taken$/);
  expect(() => unpack(packed, 1)).toThrow('it asks for a window');
});

test('a little that becomes much comes by and by', () => {
  const reader = new ZstdReader(MIB);
  const [first] = reader.push(frame(10, 5_000), true);
  expect(first!.length).toBeLessThan(300);
});
