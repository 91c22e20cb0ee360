import { isBeyond } from '../sequence/span.ts';

interface Timed {
  readonly item: { readonly time: number };
  readonly inputs: readonly number[];
}

/**
 * For each order of rules that is enough: how far the events have come along it. Of each beginning the one that started
 * last is kept, since it fits into a window whenever an older one does.
 */
export class OrderedChains<E extends Timed> {
  private readonly chains: readonly (readonly number[])[];
  private readonly timespanMs: number;
  private readonly begun: (readonly E[] | undefined)[][];

  constructor(chains: readonly (readonly number[])[], timespanMs: number) {
    this.chains = chains;
    this.timespanMs = timespanMs;
    this.begun = chains.map((chain) => chain.map(() => undefined));
  }

  /** Takes the next entry in the order of events; one entry is one step of a chain only. */
  push(entry: E): void {
    this.chains.forEach((chain, number) => {
      const begun = this.begun[number]!;
      for (let step = chain.length - 1; step >= 0; step--) {
        if (!entry.inputs.includes(chain[step]!)) continue;
        const earlier = step === 0 ? [] : begun[step - 1];
        if (!earlier || this.isOver(earlier, entry.item.time)) continue;
        begun[step] = [...earlier, entry];
      }
    });
  }

  /** @returns a whole chain within the timespan before the given time */
  complete(time: number): readonly E[] | undefined {
    for (const begun of this.begun) {
      const whole = begun.at(-1);
      if (whole && !this.isOver(whole, time)) return whole;
    }
    return undefined;
  }

  private isOver(chain: readonly E[], time: number): boolean {
    return chain.length > 0 && isBeyond(chain[0]!.item.time, time, this.timespanMs);
  }
}
