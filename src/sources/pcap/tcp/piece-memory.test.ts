import { expect, test } from 'vitest';
import { PieceMemory } from './piece-memory.ts';

const bytesOf = (length: number, value: number) => Buffer.alloc(length, value);

test('a copy stays as it was when its source changes, and when others are made', () => {
  const memory = new PieceMemory();
  const source = bytesOf(3000, 7);
  const copies = [10, 1024, 1448, 1536, 2900].map((size) => ({ size, copy: memory.copy(source, 100, 100 + size) }));
  source.fill(9);
  for (const { size, copy } of copies) expect(copy.subarray(0, size)).toEqual(new Uint8Array(size).fill(7));
});

test('memory that was given back serves the next segment of a usual size, and no other', () => {
  const memory = new PieceMemory();
  const first = memory.copy(bytesOf(1448, 1), 0, 1448);
  memory.giveBack(first);
  expect(memory.copy(bytesOf(100, 2), 0, 100)).toHaveLength(100);
  const second = memory.copy(bytesOf(1400, 3), 0, 1400);
  expect(second).toBe(first);
  expect(second.subarray(0, 1400)).toEqual(new Uint8Array(1400).fill(3));
  expect(memory.copy(bytesOf(1448, 4), 0, 1448)).not.toBe(first);
});
