import { expect, test } from 'vitest';
import { BufferPool } from '../../../base/bytes/buffer-pool.ts';
import { numberRow, type PlacedRow, RowBytes, RowPieces } from './row-bytes.ts';

const row = (text: string, isUsual = true, saysIngested = false) => ({ timeMs: 0, text, isUsual, saysIngested });
const linesOf = (pieces: RowPieces) => {
  const text = Buffer.concat(pieces.end().pieces).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
};

const piecesOf = (one: PlacedRow) => {
  const pieces = new RowPieces();
  pieces.add(one);
  return pieces;
};

test('rows get their numbers when they are stored, and others when that failed', () => {
  const bytes = new RowBytes(new BufferPool(0));
  const placed = [row('"a":1'), row('"a":2', false), row('"a":3', true, true)].map((one) => bytes.add(one, true));
  placed.push(bytes.add(row('"a":"é"'), false));
  placed.forEach((one, i) => numberRow(one, 1_000_000 + i, 1_772_375_400_000.25));
  placed.forEach((one, i) => numberRow(one, 1 + i, 7));
  const pieces = new RowPieces();
  for (const one of placed) pieces.add(one);
  expect(linesOf(pieces)).toEqual([
    { position: 1, ingested: 7, 'event.ingested': 7, a: 1 },
    { position: 2, ingested: 7, 'event.ingested': [7], a: 2 },
    { position: 3, ingested: 7, a: 3 },
    { position: 4, ingested: 7, a: 'é' },
  ]);
  expect(pieces.pieces.length).toBe(1);
});

test('a row that is left out, and one that is longer than a chunk, make more pieces', () => {
  const bytes = new RowBytes(new BufferPool(0));
  const long = 'x'.repeat(2_000_000);
  const placed = ['"a":1', '"a":2', '"a":3', `"a":"${long}"`, '"a":5'].map((text) =>
    bytes.add(row(text, true, true), true),
  );
  const pieces = new RowPieces();
  for (const [i, one] of placed.entries()) {
    numberRow(one, i, 0);
    if (i !== 1) pieces.add(one);
  }
  expect(linesOf(pieces)).toMatchObject([{ a: 1 }, { a: 3 }, { a: long }, { a: 5 }]);
  expect([pieces.rows, pieces.longest > 2_000_000]).toEqual([4, true]);
});

test('buffers are used again once their rows are not needed, and no sooner', () => {
  const pool = new BufferPool(2 ** 24);
  const [first, second] = [new RowBytes(pool), new RowBytes(pool)];
  const kept = first.add(row('"a":1'), true);
  const other = second.add(row('"a":2'), true);
  expect(other.chunk.buffer).not.toBe(kept.chunk.buffer);
  second.release();
  expect(new RowBytes(pool).add(row('"a":3'), true).chunk.buffer).toBe(other.chunk.buffer);
  expect(second.add(row('"a":4'), true).chunk.buffer).not.toBe(other.chunk.buffer);
  numberRow(kept, 1, 7);
  expect(linesOf(piecesOf(kept))).toMatchObject([{ a: 1 }]);
});
