/** A binary heap: the least item is at hand, whatever order items came in. */
export class BinaryHeap<T> {
  private readonly items: T[] = [];
  private readonly isBefore: (one: T, other: T) => boolean;

  /** @param isBefore whether one item comes out before the other */
  constructor(isBefore: (one: T, other: T) => boolean) {
    this.isBefore = isBefore;
  }

  /** Items held. */
  get size(): number {
    return this.items.length;
  }

  /** @returns the least item, or undefined when there is none */
  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items, isBefore } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(items[at]!, items[parent]!)) return;
      [items[at], items[parent]] = [items[parent]!, items[at]!];
      at = parent;
    }
  }

  /** Takes the least item out. */
  pop(): T | undefined {
    const { items } = this;
    const least = items[0];
    const last = items.pop();
    if (items.length > 0) {
      items[0] = last!;
      this.sink();
    }
    return least;
  }

  /** The least item was changed in place and may not be the least any more. */
  sink(): void {
    const { items, isBefore } = this;
    for (let at = 0; ; ) {
      let least = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < items.length; child++) {
        if (isBefore(items[child]!, items[least]!)) least = child;
      }
      if (least === at) return;
      [items[at], items[least]] = [items[least]!, items[at]!];
      at = least;
    }
  }

  /** All items, in no order. */
  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }
}
