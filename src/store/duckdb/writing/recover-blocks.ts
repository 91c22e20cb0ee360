/** Blocks that a program left behind when it ended. */
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SmbError } from '../../../base/error.ts';
import { OWN_COLUMN_NAMES } from '../event-tables.ts';
import { isDocument } from '../../../event/document.ts';
import { isSeal, linesOf } from './block-rows.ts';
import { type BlockPart, blockOfFile, RowBlock } from './row-block.ts';

const OWN: ReadonlySet<string> = new Set(OWN_COLUMN_NAMES);

/** A block, and the positions of its rows, those that were put down together in one list. */
interface Found {
  readonly block: RowBlock;
  readonly usual: readonly (readonly number[])[];
  readonly lists: readonly (readonly number[])[];
}

/** What a row has at least. */
interface Row {
  readonly id: string;
  readonly position: number;
}

/**
 * Finds what is to be put into the tables yet. What was being written when the machine stopped may be damaged; it was not
 * acknowledged, and is cut off.
 *
 * @param latest position up to which all is in the tables
 * @returns blocks in the order of their positions; all other files are removed
 */
export async function recoverBlocks(folder: string, latest: number): Promise<readonly RowBlock[]> {
  const numbers = new Set<number>();
  for (const name of await readdir(folder)) {
    const number = blockOfFile(name);
    if (number === undefined) await rm(join(folder, name), { force: true, recursive: true });
    else numbers.add(number);
  }
  const found: Found[] = [];
  for (const number of [...numbers].sort((x, y) => x - y)) {
    const block = new RowBlock(folder, number);
    const [usual, lists] = block.parts;
    const one = { block, usual: await recoverPart(usual, block), lists: await recoverPart(lists, block) };
    if (block.ids.size > 0 && block.last > latest) found.push(one);
    else await block.remove();
  }
  checkWhole(folder, found, latest);
  return found.map(({ block }) => block);
}

/**
 * Positions follow one another. They may have gaps only where the program ended between the files of the two tables: the last rows
 * of usual events are then there and those with lists are not.
 *
 * @throws STORE-OPEN when rows are missing before others that were put down later
 */
function checkWhole(folder: string, found: readonly Found[], latest: number): void {
  const unsure = found.at(-1)?.usual.at(-1);
  const groups = found.flatMap(({ usual, lists }) => [...usual, ...lists]);
  const sure = groups.reduce((most, group) => (group === unsure ? most : Math.max(most, group.at(-1) ?? 0)), 0);
  let next = Math.max(latest + 1, found[0]?.block.first ?? 0);
  for (const position of Float64Array.from(groups.flat()).sort()) {
    if (position < next) continue;
    if (position > next && sure > next) throw missing(folder, next);
    next = position + 1;
  }
}

/**
 * Takes in what is sealed; what stands behind the last seal was not acknowledged.
 *
 * @returns positions of the rows of each seal
 */
async function recoverPart(part: BlockPart, block: RowBlock): Promise<number[][]> {
  const groups: number[][] = [];
  let open: { readonly row: Row | undefined; readonly bytes: number }[] = [];
  let [bytes, sealed, sum] = [0, 0, 0];
  let isBroken = false;
  for await (const line of linesOf(part)) {
    bytes += line.length;
    if (!isSeal(line)) {
      open.push({ row: parse(line), bytes: line.length });
      sum = crc32(line, sum);
      continue;
    }
    const isWhole = sumOf(line) === sum && open.every(({ row }) => row);
    // What was sealed later was begun when all before it was on disk.
    if (isWhole && isBroken) throw damaged(part, sealed);
    isBroken ||= !isWhole;
    if (isWhole) {
      for (const one of open) take(one.row!, one.bytes, part, block);
      groups.push(open.map(({ row }) => row!.position));
      sealed = bytes;
    }
    open = [];
    sum = 0;
  }
  if (bytes > sealed) await truncate(part.path, sealed);
  return groups;
}

function take(row: Row, bytes: number, part: BlockPart, block: RowBlock): void {
  part.found(
    bytes,
    Object.keys(row).filter((name) => !OWN.has(name)),
  );
  block.ids.add(row.id);
  block.last = Math.max(block.last, row.position);
}

const DAMAGE_FIX =
  'put a backup in the place of the database and move this folder away; or only move it away: the events in it are then missing';

function missing(folder: string, position: number): SmbError {
  return new SmbError(
    'STORE-OPEN',
    `${folder} is damaged: the event at position ${position}, which was acknowledged, is missing`,
    {
      fix: DAMAGE_FIX,
    },
  );
}

function damaged({ path }: BlockPart, at: number): SmbError {
  return new SmbError('STORE-OPEN', `${path} is damaged behind byte ${at}; it holds events that were acknowledged`, {
    fix: DAMAGE_FIX,
  });
}

/** @returns undefined for a line that is no whole seal */
function sumOf(line: Buffer): number | undefined {
  const sum = /^\{"crc32":(\d+)\}\n$/.exec(line.toString('latin1'))?.[1];
  return sum === undefined ? undefined : Number(sum);
}

/** @returns undefined for a line that is no whole row */
function parse(line: Buffer): Row | undefined {
  try {
    const row = JSON.parse(line.toString('utf8')) as unknown;
    const isRow = isDocument(row) && typeof row['id'] === 'string' && typeof row['position'] === 'number';
    return isRow ? (row as unknown as Row) : undefined;
  } catch {
    // It is where the file broke off, or damage; that shows behind it.
    return undefined;
  }
}
