/**
 * External merge sort: records are held in memory up to a limit, then go to a temporary file as a sorted run of JSON
 * lines; walking merges the runs. So memory stays bounded and the result is the same whether anything was spilled or not.
 * Turned down: dropping the oldest records at a limit, which makes answers depend on the order of the files.
 */
import { BinaryHeap } from '../../base/binary-heap.ts';
import { readLines, type TemporaryFile, type TemporaryFiles } from './temporary-files.ts';

/** How records are ordered and written. */
export interface SpillCodec<T> {
  compare(one: T, other: T): number;
  /** One line of text; JSON has no raw line feeds. */
  encode(record: T): string;
  decode(line: string): T;
  /** Characters of the texts in a record, where an attacker can make them long. */
  chars?(record: T): number;
}

/** Characters of texts held in memory by one spill: a few huge records count as much as many small ones. */
const MAX_HELD_CHARS = 32 * 1024 * 1024;
/** Bytes of read buffers for all runs together. */
const MERGE_BUFFER_BYTES = 32 * 1024 * 1024;
const MAX_CHUNK_BYTES = 64 * 1024;
const MIN_CHUNK_BYTES = 4 * 1024;

/** Records that can be walked in order as often as needed. Records of equal rank come in the order they were added. */
export class SortedSpill<T> implements Iterable<T> {
  private readonly codec: SpillCodec<T>;
  private readonly memoryLimit: number;
  private readonly files: TemporaryFiles;
  private file: TemporaryFile | undefined;
  private readonly runs: { readonly from: number; readonly to: number }[] = [];
  private memory: T[] = [];
  private isSorted = true;
  private chars = 0;

  /** @param memoryLimit records held in memory */
  constructor(codec: SpillCodec<T>, memoryLimit: number, files: TemporaryFiles) {
    this.codec = codec;
    this.memoryLimit = Math.max(1, memoryLimit);
    this.files = files;
  }

  /** True once records stand in a file. */
  get hasRuns(): boolean {
    return this.runs.length > 0;
  }

  add(record: T): void {
    this.memory.push(record);
    this.isSorted = false;
    const chars = this.codec.chars?.(record) ?? 0;
    this.chars += chars;
    this.files.memory.added(this, chars);
    if (this.memory.length >= this.memoryLimit || this.chars > MAX_HELD_CHARS) this.flush();
  }

  /** Moves what is in memory to a run of its own. */
  flush(): void {
    if (this.memory.length === 0) return;
    this.sort();
    this.file ??= this.files.open();
    const from = this.file?.size ?? 0;
    let lost = 0;
    for (const record of this.memory) {
      if (this.file?.append(this.codec.encode(record)) !== true) lost++;
    }
    if (this.file && this.file.size > from) this.runs.push({ from, to: this.file.size });
    if (lost > 0) this.files.lost(lost);
    this.memory = [];
    this.chars = 0;
    this.files.memory.freed(this);
  }

  *[Symbol.iterator](): Generator<T> {
    this.sort();
    if (this.runs.length === 0 || !this.file) {
      yield* this.memory;
      return;
    }
    const { file, codec } = this;
    const even = Math.floor(MERGE_BUFFER_BYTES / this.runs.length);
    const chunkBytes = Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, even));
    const inputs: Iterator<T>[] = this.runs.map(({ from, to }) => decoded(file, from, to, chunkBytes, codec));
    inputs.push(this.memory[Symbol.iterator]());
    yield* merge(inputs, codec);
  }

  private sort(): void {
    if (!this.isSorted) this.memory.sort((one, other) => this.codec.compare(one, other));
    this.isSorted = true;
  }
}

function* decoded<T>(
  file: TemporaryFile,
  from: number,
  to: number,
  chunkBytes: number,
  codec: SpillCodec<T>,
): Generator<T> {
  for (const line of readLines(file, from, to, chunkBytes)) yield codec.decode(line);
}

interface Head<T> {
  record: T;
  readonly input: Iterator<T>;
  readonly rank: number;
}

/** Merges with a heap; equal records come from the earlier input first. */
function* merge<T>(inputs: readonly Iterator<T>[], codec: SpillCodec<T>): Generator<T> {
  const heap = new BinaryHeap<Head<T>>((one, other) => {
    const order = codec.compare(one.record, other.record);
    return order < 0 || (order === 0 && one.rank < other.rank);
  });
  inputs.forEach((input, rank) => {
    const next = input.next();
    if (next.done !== true) heap.push({ record: next.value, input, rank });
  });
  for (let head = heap.peek(); head; head = heap.peek()) {
    yield head.record;
    const next = head.input.next();
    if (next.done === true) {
      heap.pop();
    } else {
      head.record = next.value;
      heap.sink();
    }
  }
}
