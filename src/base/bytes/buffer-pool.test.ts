import { expect, test } from 'vitest';
import { BufferPool } from './buffer-pool.ts';

const MIB = 1024 * 1024;

test('a buffer that came back is the next one that it fits', () => {
  const buffers = new BufferPool(64 * MIB);
  const large = buffers.take(3 * MIB - 5);
  expect(large.byteLength).toBe(3 * MIB);
  buffers.give([large]);
  expect(buffers.take(3 * MIB + 1)).not.toBe(large);
  expect(buffers.take(10).byteLength).toBe(10);
  expect(buffers.take(2 * MIB)).toBe(large);
  expect(buffers.take(2 * MIB)).not.toBe(large);
});

test('what comes back is kept up to a limit', () => {
  const buffers = new BufferPool(64 * MIB);
  const given = Array.from({ length: 40 }, () => new ArrayBuffer(2 * MIB));
  buffers.give([...given, new ArrayBuffer(65 * MIB)]);
  const kept = Array.from({ length: 40 }, () => buffers.take(2 * MIB)).filter((one) =>
    (given as ArrayBufferLike[]).includes(one),
  );
  expect(kept).toEqual(given.slice(-32));
});
