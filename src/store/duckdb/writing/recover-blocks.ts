/** Blocks that a program left behind when it ended. */
import { createReadStream } from 'node:fs';
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SmbError } from '../../../base/error.ts';
import { OWN_COLUMN_NAMES } from '../event-tables.ts';
import { isDocument } from '../../../event/document.ts';
import { linesOf, positionOf } from './block-rows.ts';
import { type BlockPart, blockOfFile, RowBlock } from './row-block.ts';
import { parseSeal } from './row-seals.ts';
import type { RowsAside } from './rows-aside.ts';

const OWN: ReadonlySet<string> = new Set(OWN_COLUMN_NAMES);

/** What stands in a file. */
interface FoundPart {
  /** Positions of the rows that were put down together, in one list. */
  readonly groups: readonly (readonly number[])[];
  /** Position up to which all was on disk, as far as the file knows. */
  readonly held: number;
  /** Rows that do not say their position. */
  readonly unplaced: number;
  /** Byte behind which it was not written whole; undefined when all is whole. */
  readonly tailFrom: number | undefined;
}

interface Found {
  readonly block: RowBlock;
  readonly usual: FoundPart;
  readonly lists: FoundPart;
}

/** What a row has at least. */
interface Row {
  readonly id: string;
  readonly position: number;
  readonly time?: number;
  readonly 'event.start'?: number | readonly number[];
}

/**
 * Finds what is to be put into the tables yet. The end of a file that was not written whole is set aside: it was being written when
 * the machine stopped and was not acknowledged, or it is damaged, which nothing can tell when no mark was left behind it.
 *
 * @param latest position up to which all is in the tables
 * @returns blocks in the order of their positions; all other files are removed
 * @throws STORE-OPEN when rows are damaged or missing that were on disk
 */
export async function recoverBlocks(folder: string, latest: number, aside: RowsAside): Promise<readonly RowBlock[]> {
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
    found.push({ block, usual: await recoverPart(usual, block), lists: await recoverPart(lists, block) });
  }
  const wanted = found.filter(({ block, usual, lists }) => {
    const isEmpty = block.parts.every(({ rowCount }) => rowCount === 0);
    return !isEmpty && (block.last > latest || usual.unplaced + lists.unplaced > 0);
  });
  checkWhole(folder, wanted, latest);
  for (const { block, usual, lists } of found) {
    for (const [i, { tailFrom }] of [usual, lists].entries()) {
      if (tailFrom !== undefined) await setTailAside(block.parts[i]!, tailFrom, aside);
    }
  }
  for (const { block } of found.filter((one) => !wanted.includes(one))) await block.remove();
  return wanted.map(({ block }) => block);
}

/**
 * Positions follow one another. They may have gaps only where the program ended between the files of the two tables: the last rows
 * of usual events are then there and those with lists are not.
 *
 * @throws STORE-OPEN when rows are missing that were on disk
 */
function checkWhole(folder: string, found: readonly Found[], latest: number): void {
  const parts = found.flatMap(({ usual, lists }) => [usual, lists]);
  const unsure = found.at(-1)?.usual.groups.at(-1);
  const groups = parts.flatMap((part) => part.groups);
  const held = parts.reduce((most, part) => Math.max(most, part.held), 0);
  const sure = groups.reduce((most, group) => (group === unsure ? most : Math.max(most, group.at(-1) ?? 0)), held);
  let gaps = parts.reduce((sum, { unplaced }) => sum - unplaced, 0);
  let next = Math.max(latest + 1, found[0]?.block.first ?? 0);
  for (const position of [...Float64Array.from(groups.flat()).sort(), sure + 1]) {
    if (position < next) continue;
    gaps += Math.max(0, Math.min(position, sure + 1) - next);
    if (gaps > 0) throw missing(folder, next);
    next = position + 1;
  }
}

/** Takes in what is sealed. */
async function recoverPart(part: BlockPart, block: RowBlock): Promise<FoundPart> {
  const groups: number[][] = [];
  let open: Buffer[] = [];
  let [bytes, whole, sum, held, unplaced] = [0, 0, 0, 0, 0];
  let isBroken = false;
  for await (const line of linesOf(part)) {
    bytes += line.length;
    const seal = parseSeal(line);
    if (!seal) {
      open.push(line);
      sum = crc32(line, sum);
      continue;
    }
    const isWhole = seal.isMark ? open.length === 0 : crc32(seal.covered, sum) === seal.sum;
    // What stands behind it was written when all before it was on disk.
    if (seal.isMark ? isBroken || !isWhole : isBroken && isWhole) throw damaged(part, whole);
    isBroken ||= !isWhole;
    if (isWhole) {
      const positions = open.map((row) => take(row, part, block));
      groups.push(positions.filter((position) => position > 0));
      unplaced += positions.filter((position) => position === 0).length;
      held = Math.max(held, seal.held);
      whole = bytes;
    }
    open = [];
    sum = 0;
  }
  return { groups, held, unplaced, tailFrom: bytes > whole ? whole : undefined };
}

async function setTailAside(part: BlockPart, from: number, aside: RowsAside): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(part.path, { start: from })) chunks.push(chunk as Buffer);
  await aside.keep({
    from: `${part.path}, behind byte ${from}`,
    reason: 'not written whole; as far as can be known it was not acknowledged',
    isAcknowledged: false,
    bytes: Buffer.concat(chunks),
  });
  await truncate(part.path, from);
}

/** @returns the position of a row; 0 for one that says none */
function take(line: Buffer, part: BlockPart, block: RowBlock): number {
  const row = parse(line);
  const position = row?.position ?? positionOf(line);
  part.found(
    line.length,
    Object.keys(row ?? {}).filter((name) => !OWN.has(name)),
  );
  if (row) block.note(row.id, { timeMs: row.time ?? 0, beganMs: [row['event.start'] ?? []].flat()[0] });
  block.last = Math.max(block.last, position);
  return position;
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

/** @returns undefined for a line that is no row; what the database makes of it shows when it is inserted */
function parse(line: Buffer): Row | undefined {
  try {
    const row = JSON.parse(line.toString('utf8')) as unknown;
    const isRow = isDocument(row) && typeof row['id'] === 'string' && typeof row['position'] === 'number';
    return isRow ? (row as unknown as Row) : undefined;
  } catch {
    // A bug of ours wrote it.
    return undefined;
  }
}
