/**
 * The terms a rule of type `new_terms` has seen: for each combination of values the stretches of time in which it came without
 * a longer break than the history. An event is the first of its terms when it begins a stretch. Late events move the
 * beginning of a stretch or join two; nothing has to be read again.
 */
import type { Alert } from '../../alert.ts';
import type { SeenTerm } from './rule-state.ts';

/** Stretches remembered of one combination; the oldest is forgotten. */
const MAX_STRETCHES = 8;

type Span = readonly [first: number, last: number];

/** See the head of this file. */
export class SeenTerms {
  private readonly historyMs: number;
  private readonly terms = new Map<string, Span[]>();

  constructor(written: readonly SeenTerm[], historyMs: number) {
    this.historyMs = historyMs;
    for (const [term, ...stretches] of written) this.terms.set(term, [...stretches]);
  }

  /** @returns what was known of the combination before: it had been seen, comes before what was seen, or is new */
  judge(term: string, timeMs: number): 'seen' | 'before' | 'new' {
    let verdict: 'before' | 'new' = 'new';
    for (const [first, last] of this.terms.get(term) ?? []) {
      if (timeMs >= first && timeMs - last <= this.historyMs) return 'seen';
      if (timeMs < first && first - timeMs <= this.historyMs) verdict = 'before';
    }
    return verdict;
  }

  /** An event with the combination was there. */
  add(term: string, timeMs: number): void {
    const known = this.terms.get(term) ?? [];
    this.terms.delete(term);
    const joined: Span[] = [];
    let [first, last] = [timeMs, timeMs];
    for (const span of known) {
      if (span[0] - last > this.historyMs || first - span[1] > this.historyMs) joined.push(span);
      else [first, last] = [Math.min(first, span[0]), Math.max(last, span[1])];
    }
    joined.push([first, last]);
    joined.sort((one, other) => one[0] - other[0]);
    this.terms.set(term, joined.slice(-MAX_STRETCHES));
  }

  /**
   * @param max combinations to keep, those added last
   * @returns what is known, to go on with later, and how many combinations had no room
   */
  write(max: number): { readonly terms: readonly SeenTerm[]; readonly forgotten: number } {
    const all = [...this.terms].map(([term, spans]): SeenTerm => [term, ...spans]);
    return { terms: all.slice(-max), forgotten: Math.max(0, all.length - max) };
  }
}

/** @returns the combination of values an alert is about */
export function termOf({ newTerms }: Alert): string {
  return JSON.stringify((newTerms ?? []).map(({ value }) => value));
}
