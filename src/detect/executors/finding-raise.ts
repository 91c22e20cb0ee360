/** Raises of a finding rule: many findings of one level, of one group, in a short time, are worse than each alone. */
import { formatDuration } from '../../base/time/duration.ts';
import type { Provenance } from '../../event/view.ts';
import { NO_DOCUMENT } from '../scan/kept-documents.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';
import type { TemporaryFiles } from '../scan/temporary-files.ts';
import { hash53 } from '../scan/text-hash.ts';
import { SEVERITIES } from '../../event/severity.ts';
import type { FindingRaise } from '../rule.ts';
import { GROUP_MATCH_CODEC, type GroupMatch } from './group-match.ts';

const NOWHERE: Provenance = { file: '', format: '' };

/** One raise over all findings of a rule. */
export class RaiseWatch {
  readonly raise: FindingRaise;
  private readonly reached: SortedSpill<GroupMatch>;

  /** @param memoryLimit times held in memory */
  constructor(raise: FindingRaise, memoryLimit: number, files: TemporaryFiles) {
    this.raise = raise;
    this.reached = new SortedSpill(GROUP_MATCH_CODEC, memoryLimit, files);
  }

  /**
   * Takes one time at which a finding reached the level.
   *
   * @param finding its key
   * @param group values of the group fields as one text
   * @param distinct value of the counted field
   */
  add(finding: string, group: string, distinct: string, time: number): void {
    const values = [[hash53(distinct)]];
    this.reached.add({ group, time, id: finding, provenance: NOWHERE, distinct: values, ticket: NO_DOCUMENT });
  }

  /** @returns keys of the findings that are in a window with enough distinct values */
  raised(): ReadonlySet<string> {
    const { value, windowMs } = this.raise;
    const raised = new Set<string>();
    const counts = new Map<number, number>();
    let window: GroupMatch[] = [];
    let left = 0;
    /** Members of the window before this place are marked already. */
    let marked = 0;
    for (const match of this.reached) {
      if (window.length > 0 && match.group !== window[0]!.group) {
        window = [];
        left = 0;
        marked = 0;
        counts.clear();
      }
      window.push(match);
      const its = match.distinct[0]![0]!;
      counts.set(its, (counts.get(its) ?? 0) + 1);
      while (match.time - window[left]!.time > windowMs) {
        const leaving = window[left++]!.distinct[0]![0]!;
        const count = counts.get(leaving)! - 1;
        if (count === 0) counts.delete(leaving);
        else counts.set(leaving, count);
      }
      if (counts.size >= value) {
        for (marked = Math.max(marked, left); marked < window.length; marked++) raised.add(window[marked]!.id);
      }
    }
    return raised;
  }
}

/**
 * @returns the worst raise that is worse than the finding is, or undefined
 */
export function worstRaise(
  current: FindingRaise['severity'],
  raises: readonly FindingRaise[],
): FindingRaise | undefined {
  let best: FindingRaise | undefined;
  for (const raise of raises) {
    if (SEVERITIES.indexOf(raise.severity) > SEVERITIES.indexOf(best?.severity ?? current)) best = raise;
  }
  return best;
}

/** @returns why a finding was raised, in words */
export function raiseText(
  { value, distinct, groupBy, level, windowMs }: FindingRaise,
  group: readonly string[],
): string {
  const who = groupBy.map((field, i) => `${field} ${group[i]}`).join(', ');
  const of = who === '' ? '' : ` of ${who}`;
  return `raised: at least ${value} different ${distinct}${of} were ${level} within ${formatDuration(windowMs)}`;
}
