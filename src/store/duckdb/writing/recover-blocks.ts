/** Blocks that a program left behind when it ended. */
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SmbError } from '../../../base/error.ts';
import { isDocument } from '../../../event/document.ts';
import { isSeal, linesOf } from './block-rows.ts';
import { type BlockPart, blockOfFile, RowBlock } from './row-block.ts';
import { OWN_COLUMNS } from './row-insertion.ts';

const OWN: ReadonlySet<string> = new Set(OWN_COLUMNS);

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
  const blocks: RowBlock[] = [];
  for (const number of [...numbers].sort((x, y) => x - y)) {
    const block = new RowBlock(folder, number);
    for (const part of block.parts) await recoverPart(part, block);
    if (block.last > latest) blocks.push(block);
    else await block.remove();
  }
  return blocks;
}

/** Takes in what is sealed; what stands behind the last seal was not acknowledged. */
async function recoverPart(part: BlockPart, block: RowBlock): Promise<void> {
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
      sealed = bytes;
    }
    open = [];
    sum = 0;
  }
  if (bytes > sealed) await truncate(part.path, sealed);
}

function take(row: Row, bytes: number, part: BlockPart, block: RowBlock): void {
  part.found(
    bytes,
    Object.keys(row).filter((name) => !OWN.has(name)),
  );
  block.ids.add(row.id);
  block.last = Math.max(block.last, row.position);
}

function damaged({ path }: BlockPart, at: number): SmbError {
  return new SmbError('STORE-OPEN', `${path} is damaged behind byte ${at}; it holds events that were acknowledged`, {
    fix: 'put a backup in the place of the database; or move this file away: the events in it are then missing',
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
