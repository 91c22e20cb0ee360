import { expect, test } from 'vitest';
import { BufferPool } from '../../base/bytes/buffer-pool.ts';
import { packRows, unpackRow } from './packed-rows.ts';
import { ChunkPool, type PlacedRow, RowBytes } from './row-bytes.ts';

const NOTHING = { usual: new Set<string>(), lists: new Set<string>() };

function rowsOf(texts: readonly string[]): { rows: PlacedRow[]; size: number } {
  const bytes = new RowBytes(new ChunkPool());
  const rows = texts.map((text, i) =>
    bytes.add({ timeMs: i, text: `"id":"${text}"`, isUsual: i % 2 === 0, saysIngested: false }, true),
  );
  return { rows, size: rows.reduce((sum, { start, end }) => sum + end - start, 0) };
}

function textOf({ chunk, start, end }: PlacedRow): string {
  return chunk.toString('utf8', start, end);
}

test('rows of several chunks come out as they went in, wherever a row was left out', () => {
  const { rows } = rowsOf(Array.from({ length: 9 }, (_, i) => `${i}${'x'.repeat(400_000)}`));
  expect(new Set(rows.map(({ chunk }) => chunk)).size).toBeGreaterThan(2);
  const some = rows.filter((_, i) => i !== 4);
  const size = some.reduce((sum, { start, end }) => sum + end - start, 0);
  const packed = packRows(some, size, NOTHING, new BufferPool(0));
  const bytes = Buffer.from(packed.bytes);
  const out = some.map((_, i) => unpackRow(packed, bytes, i));
  expect(out.map(textOf)).toEqual(some.map(textOf));
  expect(out.map(({ timeMs, isUsual }) => [timeMs, isUsual])).toEqual(some.map((one) => [one.timeMs, one.isUsual]));
  expect(out.map(({ saysAt, start }) => saysAt - start)).toEqual(some.map(({ saysAt, start }) => saysAt - start));
});
