/** What is done with a block when the database refuses a row of it: all others are inserted, and of that one at least its document. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlacedRow } from '../row-bytes.ts';
import { rowsOf } from './block-rows.ts';
import { RowBlock } from './row-block.ts';
import type { RowInsertion } from './row-insertion.ts';

/** Rows that are tried together. */
const PIECE_ROWS = 2_048;
/** What DuckDB's messages begin with when the rows are at fault, and not the disk or the memory. */
const ROW_ERRORS = /^(?:Constraint|Conversion|Invalid Input|Invalid Type|Mismatch Type|Out of Range) Error/;

/** @returns whether an insertion failed for what stands in the rows */
export function isOfRows(error: unknown): boolean {
  return error instanceof Error && ROW_ERRORS.test(error.message);
}

type Rows = ReadonlyMap<number, PlacedRow>;

/**
 * @param block its files stay
 * @param after position up to which all is in the tables
 * @param onInserted told of each position up to which all is
 */
export async function insertByPieces(
  insertion: RowInsertion,
  block: RowBlock,
  after: number,
  onInserted: (position: number) => void,
): Promise<void> {
  const folder = join(block.folder, 'pieces');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const columns = block.parts.map((part) => part.columns);
  const insert = async (rows: Rows): Promise<void> => {
    const positions = [...rows.keys()];
    try {
      await insertRows(insertion, folder, rows, columns);
    } catch (error) {
      if (!isOfRows(error)) throw error;
      if (rows.size === 1) await insertRows(insertion, folder, rows, []);
      else {
        const half = positions[rows.size >> 1]!;
        await insert(new Map([...rows].filter(([position]) => position < half)));
        await insert(new Map([...rows].filter(([position]) => position >= half)));
        return;
      }
    }
    onInserted(positions.at(-1)!);
  };
  let piece = new Map<number, PlacedRow>();
  for await (const [position, row] of rowsOf(block)) {
    if (position <= after) continue;
    piece.set(position, row);
    if (piece.size < PIECE_ROWS) continue;
    await insert(piece);
    piece = new Map();
  }
  if (piece.size > 0) await insert(piece);
}

async function insertRows(
  insertion: RowInsertion,
  folder: string,
  rows: Rows,
  columns: readonly Iterable<string>[],
): Promise<void> {
  const [first] = rows.keys();
  const block = new RowBlock(folder, first!);
  block.nameColumns(columns);
  try {
    await block.put(new Map([...rows].map(([position, row]) => [String(position), row])), false);
    await insertion.insert(block, 0);
  } finally {
    await block.remove();
  }
}
