/** Events that one rule remembers, in memory; written down and read as JSON, as over a restart. */
import type { MatchSource } from '../../src/detect/schedule/memory/remembered-matches.ts';
import type { MatchesKept, MatchSearch, RuleMatch } from '../../src/store/run-store.ts';

/** What a store keeps of one rule. */
export class MemoryMatches implements MatchSource {
  held: readonly RuleMatch[] = [];

  keep(kept: MatchesKept | undefined): void {
    if (!kept) return;
    const all = [...(kept.isAnew ? [] : this.held), ...kept.added].filter(({ timeMs }) => timeMs >= kept.fromMs);
    this.held = all.sort((one, other) => other.timeMs - one.timeMs || (one.id < other.id ? 1 : -1));
  }

  find({ groups, fromMs, beforeMs, limit }: MatchSearch): Promise<readonly RuleMatch[]> {
    const found = this.held.filter(({ group, timeMs }) => {
      return timeMs >= fromMs && timeMs < beforeMs && (!groups || group === undefined || groups.includes(group));
    });
    return Promise.resolve(found.slice(0, limit));
  }

  timeOf(newer: number): Promise<number | undefined> {
    return Promise.resolve(this.held[newer]?.timeMs);
  }
}
