import type { ExceptionHits } from '../../../store/run-store.ts';
import type { Alert } from '../../alert.ts';
import type { Exception } from '../../exceptions/exception.ts';
import type { Rule } from '../../rule.ts';

/**
 * What exceptions silence of findings of several events. A finding is judged in every run that reads its events, so that those
 * that were counted are remembered by their ids. One that goes on is counted in each run in which it has grown.
 */
export class SilencedFindings {
  private readonly counted: readonly string[];
  /** Exceptions that are tested on findings; those with `before` take events away, which are counted one by one. */
  private readonly tested: ReadonlySet<string>;
  /** Exception by finding, of this run. */
  private readonly found = new Map<string, string>();

  /** @param counted ids of those that were counted before */
  constructor(
    { sequence, correlation }: Pick<Rule, 'sequence' | 'correlation'>,
    exceptions: readonly Exception[],
    counted: readonly string[],
  ) {
    this.counted = counted;
    const hasMembers = sequence !== undefined || correlation !== undefined;
    this.tested = new Set(hasMembers ? exceptions.flatMap(({ id, before }) => (before ? [] : [id])) : []);
  }

  add({ id, exceptedBy }: Alert): void {
    if (exceptedBy !== undefined && this.tested.has(exceptedBy)) this.found.set(id, exceptedBy);
  }

  /** @returns of each exception how many it silenced that were not counted before */
  hits(): ReadonlyMap<string, number> {
    const known = new Set(this.counted);
    const hits = new Map<string, number>();
    for (const [id, exception] of this.found) {
      if (!known.has(id)) hits.set(exception, (hits.get(exception) ?? 0) + 1);
    }
    return hits;
  }

  /** @returns ids to be remembered, the newest last; undefined when there are none */
  write(limit: number): readonly string[] | undefined {
    const all = [...this.counted.filter((id) => !this.found.has(id)), ...this.found.keys()];
    return all.length === 0 ? undefined : all.slice(-limit);
  }
}

/** @returns hits of both, by exception */
export function addedHits(
  hits: readonly ExceptionHits[],
  more: ReadonlyMap<string, number>,
  given: Pick<ExceptionHits, 'ruleId' | 'lastMs'>,
): readonly ExceptionHits[] {
  const counts = new Map(hits.map(({ exceptionId, count }) => [exceptionId, count]));
  for (const [id, count] of more) counts.set(id, (counts.get(id) ?? 0) + count);
  return [...counts].map(([exceptionId, count]) => ({ exceptionId, count, ...given }));
}
