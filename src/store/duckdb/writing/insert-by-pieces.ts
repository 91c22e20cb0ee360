/** What is done with a block when the database refuses a row of it: all others are inserted, and of that one its document or, when the database cannot read even that, it is set aside. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlacedRow } from '../rows/row-bytes.ts';
import { rowsOf } from './block-rows.ts';
import { RowBlock } from './row-block.ts';
import { isOfRows, type RowInsertion } from './row-insertion.ts';
import type { RowsAside } from './rows-aside.ts';

/** Rows that are tried together. */
const PIECE_ROWS = 2_048;
type Rows = ReadonlyMap<number, PlacedRow>;

/** Where rows go. */
export interface PiecesOptions {
  readonly insertion: RowInsertion;
  readonly aside: RowsAside;
  /** Position up to which all is in the tables. */
  readonly after: number;
  /** Told of each position up to which all is. */
  readonly onInserted: (position: number) => void;
}

/** @param block its files stay */
export async function insertByPieces(
  block: RowBlock,
  { insertion, aside, after, onInserted }: PiecesOptions,
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
      if (rows.size === 1) {
        await insertRows(insertion, folder, rows, []).catch((cause: unknown) => {
          if (!isOfRows(cause)) throw cause;
          return setAside(block, [...rows.values()][0]!, cause, aside);
        });
      } else {
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
    if (position === 0) await setAside(block, row, 'it says no position', aside);
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
    await block.putDown(new Map([...rows].map(([position, row]) => [String(position), row])), false);
    await insertion.insert(block);
  } finally {
    await block.remove();
  }
}

function setAside(block: RowBlock, { chunk, start, end }: PlacedRow, why: unknown, aside: RowsAside): Promise<void> {
  const reason = `the database cannot read it: ${why instanceof Error ? why.message : String(why)}`;
  const bytes = chunk.subarray(start, end);
  return aside.keep({ from: `the rows from position ${block.first} on`, reason, isAcknowledged: true, bytes });
}
