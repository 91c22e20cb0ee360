import { expect, test } from 'vitest';
import { BufferPool } from '../../../base/bytes/buffer-pool.ts';
import { type PackedRows, packRows, unpackRow } from './packed-rows.ts';
import { type PlacedRow, RowBytes } from './row-bytes.ts';

const NOTHING = { usual: new Set<string>(), lists: new Set<string>() };
const pool = new BufferPool(0);

function written(texts: readonly string[]): { rows: PlacedRow[]; bytes: RowBytes } {
  const bytes = new RowBytes(pool);
  const rows = texts.map((text, i) =>
    bytes.add({ timeMs: i, text: `"id":"${text}"`, isUsual: i % 2 === 0, saysIngested: i % 3 === 0 }, true),
  );
  return { rows, bytes };
}

function pack(rows: readonly PlacedRow[], bytes: RowBytes): PackedRows {
  const size = rows.reduce((sum, { start, end }) => sum + end - start, 0);
  return packRows(rows, size, NOTHING, bytes, pool);
}

/** What a row says, wherever it stands. */
function said({ chunk, start, end, saysAt, timeMs, isUsual }: PlacedRow) {
  return [chunk.toString('utf8', start, end), saysAt > 0 ? saysAt - start : 0, timeMs, isUsual];
}

const LONG = Array.from({ length: 9 }, (_, i) => `${i}${'x'.repeat(400_000)}`);

test.each([
  ['of several chunks', LONG, 3],
  ['of few bytes', ['a', 'bé', 'c', 'd', 'e', 'f'], 1],
])('rows %s come out as they went in, wherever a row was left out', (_what, texts, fewest) => {
  const { rows, bytes } = written(texts);
  const some = rows.filter((_, i) => i !== 4);
  const before = some.map(said);
  const packed = pack(some, bytes);
  const chunks = packed.chunks.map((chunk) => Buffer.from(chunk));
  expect(chunks.length).toBeGreaterThanOrEqual(fewest);
  expect(some.map((_, i) => said(unpackRow(packed, chunks, i)))).toEqual(before);
});

test('many bytes stay where they were written; few, and those of others, do not hold whole chunks', () => {
  const large = written(LONG);
  expect(pack(large.rows, large.bytes).chunks[0]).toBe(large.rows[0]!.chunk.buffer);
  const small = written(['a']);
  expect(pack(small.rows, small.bytes).chunks[0]!.byteLength).toBe(small.rows[0]!.end);
  const mixed = written(LONG);
  const all = [...mixed.rows, ...large.rows];
  const before = all.map(said);
  const packed = pack(all, mixed.bytes);
  expect(packed.chunks).toHaveLength(1);
  const chunks = packed.chunks.map((chunk) => Buffer.from(chunk));
  expect(all.map((_, i) => said(unpackRow(packed, chunks, i)))).toEqual(before);
});
