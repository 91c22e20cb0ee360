/** Rows of a block, read back from its files. */
import { createReadStream } from 'node:fs';
import { POSITION_PLACE, type PlacedRow } from '../rows/row-bytes.ts';
import type { BlockPart, RowBlock } from './row-block.ts';
import { isSeal } from './row-seals.ts';

const LF = 10;
const READ_BYTES = 1024 * 1024;

/** @returns lines with their ends; the last one may have none. Nothing of a file that is not there */
export async function* linesOf({ path }: BlockPart): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      let from = 0;
      for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
        yield bytes.subarray(from, end + 1);
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest.length > 0) yield rest;
}

/** @returns the rows of both tables in the order of their positions; lines that say none have 0 */
export async function* rowsOf({ parts }: RowBlock): AsyncGenerator<[position: number, row: PlacedRow]> {
  const sources = parts.map((part) => rowLines(part));
  try {
    yield* inOrder(sources);
  } finally {
    // Who stops early must not leave files open.
    for (const source of sources) await source.return(undefined);
  }
}

async function* inOrder(
  sources: readonly AsyncGenerator<Buffer>[],
): AsyncGenerator<[position: number, row: PlacedRow]> {
  const next = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    const [usual, lists] = next.map((one) => (one.done ? Number.POSITIVE_INFINITY : positionOf(one.value))) as [
      number,
      number,
    ];
    const at = usual < lists ? 0 : 1;
    const { value: line, done } = next[at]!;
    if (done) return;
    yield [at === 0 ? usual : lists, placed(line, at === 0)];
    next[at] = await sources[at]!.next();
  }
}

async function* rowLines(part: BlockPart): AsyncGenerator<Buffer> {
  for await (const line of linesOf(part)) if (!isSeal(line)) yield line;
}

/** @returns 0 for a line that says none */
export function positionOf(line: Buffer): number {
  const position = Number(line.toString('latin1', POSITION_PLACE.start, POSITION_PLACE.end));
  return Number.isSafeInteger(position) ? position : 0;
}

function placed(line: Buffer, isUsual: boolean): PlacedRow {
  return { chunk: line, start: 0, end: line.length, isUsual, timeMs: 0, saysAt: 0 };
}
