import { closeSync, openSync, readSync } from 'node:fs';
import type { InputFile } from '../../sources/input/discover.ts';
import { recognise } from '../../sources/input/read.ts';
import { sources } from '../../sources/registry.ts';
import type { Source } from '../../sources/source.ts';

/** Files below this are not cut: the parts would be too small to be worth a look. */
const MIN_SPLIT_BYTES = 32 * 1024 * 1024;
/** Size of a part: threads end within the time that one takes, a twentieth of a second. */
const PART_BYTES = 16 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;

/**
 * Cuts large files of formats that allow it into parts for several threads.
 *
 * @param inputs files in order
 * @returns files and parts in the same order
 */
export function splitInputs(inputs: readonly InputFile[]): InputFile[] {
  return inputs.flatMap((input) => {
    if (input.problem !== undefined || input.name === '-' || input.sizeBytes < MIN_SPLIT_BYTES) return [input];
    const source = sourceOf(input.name);
    const split = source?.split;
    if (!source || !split) return [input];
    const ranges = split.ranges(input.name, input.sizeBytes, Math.ceil(input.sizeBytes / PART_BYTES));
    if (ranges.length < 2) return [input];
    return ranges.map((range) => ({
      ...input,
      sizeBytes: range.to - range.from,
      range: { ...range, headerBytes: split.headerBytes, format: source.id },
    }));
  });
}

function sourceOf(path: string): Source | undefined {
  try {
    const handle = openSync(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const size = readSync(handle, head, 0, HEAD_BYTES, 0);
      return recognise(head.subarray(0, size), sources.all);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Whatever is wrong with the file shows when it is read.
    return undefined;
  }
}
