import type { InputFile } from '../../sources/input/discover.ts';

/** Tasks that one thread does in a row. */
export interface Run {
  /** Number of the first task. */
  readonly first: number;
  readonly count: number;
}

/**
 * The main thread helps others only with more than this, about half a second: what it finds there has to wait for its turn,
 * and making the filter for that, with machine code of its own, takes as long.
 */
const MIN_HELP_BYTES = 128 * 1024 * 1024;

/**
 * The main thread goes on in small steps: it also runs the rules, and what of its region it has not begun others can take. The
 * fewer rules have to do, the more it reads.
 */
const MAIN_RUN_BYTES = 32 * 1024 * 1024;

/** Tasks of a thread that nobody has begun. */
interface Region {
  /** Number of the first one. */
  from: number;
  /** Behind the last one. */
  to: number;
  bytes: number;
}

/**
 * Tasks that nobody has begun yet. Each thread has a region of the input and goes through it in order, so that it can tell
 * what it has met before; the main thread has the first one, where what it finds need not wait for others. Whoever is done
 * helps where most is left, from the end.
 */
export class TaskQueue {
  private readonly sizes: readonly number[];
  private readonly regions: readonly Region[];

  constructor(tasks: readonly InputFile[], threads: number) {
    this.sizes = tasks.map(({ sizeBytes }) => sizeBytes);
    this.regions = regionsOf(this.sizes, threads);
  }

  /**
   * @param thread its number, 0 for the main one
   * @returns the next tasks: half of what is left at most, so that others can help; undefined when all are begun
   */
  next(thread: number): Run | undefined {
    const own = this.regions[thread]!;
    if (own.from < own.to) return this.takeFront(own, thread === 0 ? MAIN_RUN_BYTES : Number.POSITIVE_INFINITY);
    const fullest = this.fullest();
    return fullest && (thread > 0 || fullest.bytes >= MIN_HELP_BYTES) ? this.takeBack(fullest) : undefined;
  }

  private fullest(): Region | undefined {
    let fullest: Region | undefined;
    for (const region of this.regions) {
      if (region.from < region.to && !(fullest && fullest.bytes > region.bytes)) fullest = region;
    }
    return fullest;
  }

  private takeFront(region: Region, maxBytes: number): Run {
    const first = region.from;
    const goal = Math.min(region.bytes / 2, maxBytes);
    let bytes = this.sizes[region.from++]!;
    while (region.from < region.to && bytes + this.sizes[region.from]! <= goal) bytes += this.sizes[region.from++]!;
    region.bytes -= bytes;
    return { first, count: region.from - first };
  }

  private takeBack(region: Region): Run {
    const end = region.to;
    const goal = region.bytes / 2;
    let bytes = this.sizes[--region.to]!;
    while (region.from < region.to && bytes + this.sizes[region.to - 1]! <= goal) bytes += this.sizes[--region.to]!;
    region.bytes -= bytes;
    return { first: region.to, count: end - region.to };
  }
}

/** Cuts the tasks into as many parts of about the same size, in order; some may be empty. */
function regionsOf(sizes: readonly number[], threads: number): Region[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const regions = Array.from({ length: threads }, (): Region => ({ from: 0, to: 0, bytes: 0 }));
  let passed = 0;
  sizes.forEach((size, task) => {
    // A task belongs where its middle lies.
    const thread = total === 0 ? 0 : Math.min(threads - 1, Math.floor(((passed + size / 2) / total) * threads));
    const region = regions[thread]!;
    if (region.from === region.to) region.from = task;
    region.to = task + 1;
    region.bytes += size;
    passed += size;
  });
  return regions;
}

/** @returns the inputs of a run; parts of one file that follow each other are read as one */
export function inputsOf(tasks: readonly InputFile[], { first, count }: Run): InputFile[] {
  const inputs: InputFile[] = [];
  for (const task of tasks.slice(first, first + count)) {
    const last = inputs.at(-1);
    if (last?.range && task.range && last.name === task.name && last.range.to === task.range.from) {
      const range = { ...last.range, to: task.range.to };
      inputs[inputs.length - 1] = { ...last, sizeBytes: range.to - range.from, range };
    } else {
      inputs.push(task);
    }
  }
  return inputs;
}
