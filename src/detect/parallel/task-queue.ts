import type { InputFile } from '../../sources/input/discover.ts';

/** Tasks that nobody has begun yet, by their numbers in the order of the input. */
export class TaskQueue {
  private readonly byPlace: number[];
  private readonly bySize: number[];
  private readonly taken = new Set<number>();

  constructor(tasks: readonly InputFile[]) {
    this.byPlace = tasks.map((_, task) => task);
    this.bySize = [...this.byPlace].sort((a, b) => tasks[b]!.sizeBytes - tasks[a]!.sizeBytes || a - b);
  }

  /** @returns the first task of the input; its turn comes soonest, so that nobody waits for it */
  first(): number | undefined {
    return this.next(this.byPlace);
  }

  /** @returns the largest task, so that no thread ends long after the others; of parts of one size the first */
  largest(): number | undefined {
    return this.next(this.bySize);
  }

  private next(order: number[]): number | undefined {
    let task = order.shift();
    while (task !== undefined && this.taken.has(task)) task = order.shift();
    if (task !== undefined) this.taken.add(task);
    return task;
  }
}
