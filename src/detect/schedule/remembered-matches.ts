/**
 * Events of a rule that it remembers by the fields that decide. A finding of a day, or a rule without a window, belongs to
 * events of hours ago, and to look for those among tens of millions takes longer than a run may. So a run writes down its own
 * new events, with its alerts and its position in one transaction, and reads back what earlier runs wrote.
 */
import type { Field } from '../../event/field.ts';
import { or } from '../../query/predicate.ts';
import type { MatchesKept, MatchSearch, RuleMatch } from '../../store/store.ts';
import type { Rule } from '../rule.ts';
import { Partition, predicatesOf } from './partition.ts';
import { isTimed, type Reach } from './reach.ts';
import type { RuleState } from './rule-state.ts';
import { hasDocument, type RunEvent } from './run-event.ts';
import type { RunGiven } from './run-given.ts';
import { MOMENT_MS, type RunReader } from './run-reader.ts';

const DAY_MS = 86_400_000;
/** Days before that of the newest event of which a rule that judges days remembers events. */
const DAYS_BEFORE = 2;
/** What is left of what is remembered when it has become too much. */
const KEPT_SHARE = 0.75;

/** What a rule knows of the events it remembers. */
export interface MatchMemory {
  /** Names of the fields they are remembered by, in their order. */
  readonly fields: readonly string[];
  /** From this time on all events up to the rule's position are remembered. */
  readonly fromMs: number;
  /** Time of the newest event. */
  readonly newestMs: number;
  /** Events remembered, at most. */
  readonly count: number;
}

/** Asks for remembered events of the rule; see RunStore. */
export interface MatchSource {
  find(search: MatchSearch): Promise<readonly RuleMatch[]>;
  timeOf(newer: number): Promise<number | undefined>;
}

/** What a run works with to remember. */
export interface RememberingOptions {
  readonly given: Pick<RunGiven, 'matches' | 'limits'>;
  /** Memory of the rule before the run. */
  readonly state: Pick<RuleState, 'matches' | 'position'>;
  readonly fields: readonly Field[];
  readonly reader: RunReader;
  readonly nowMs: number;
}

/** What a run leaves of it. */
export interface Remembering {
  readonly memory: MatchMemory | undefined;
  readonly matches: MatchesKept;
}

/** @returns what a rule remembers; undefined for one whose new events belong to none of hours ago */
export function rememberedMatches(
  rule: Rule,
  reach: Reach,
  options: RememberingOptions,
): RememberedMatches | undefined {
  const isEndless = reach.kind === 'day' || (reach.kind === 'island' && reach.gapMs === Infinity);
  return isEndless && !isTimed(rule) ? new RememberedMatches(rule, options) : undefined;
}

/** See the head of this file. */
export class RememberedMatches {
  private readonly rule: Rule;
  private readonly options: RememberingOptions;
  private readonly names: readonly string[];
  private readonly partition: Partition;
  private memory: MatchMemory | undefined;
  /** What was not remembered and had to be looked for; undefined when what is stored is enough. */
  private rebuilt: readonly RuleMatch[] | undefined;

  constructor(rule: Rule, options: RememberingOptions) {
    const { fields, state } = options;
    this.rule = rule;
    this.options = options;
    this.partition = new Partition(rule);
    this.names = fields.map(({ name }) => name);
    if (state.matches?.fields.join() === this.names.join()) this.memory = state.matches;
    else if (state.position === 0) this.begin([], 0);
  }

  /**
   * @param search stretch of event time; one from the first moment on is answered with what there is room for
   * @returns the events up to the position of the groups of some new ones; undefined when they must be looked for
   */
  async around(
    fresh: readonly RunEvent[],
    search: Omit<MatchSearch, 'groups'>,
  ): Promise<readonly RunEvent[] | undefined> {
    if (!this.memory) await this.rebuild(search.fromMs);
    if (!this.memory || (search.fromMs < this.memory.fromMs && search.fromMs > MOMENT_MS)) return undefined;
    const groups = new Set(this.groupsOf(fresh).flat());
    const found = this.rebuilt
      ? this.rebuilt.filter(({ timeMs, group }) => {
          return timeMs >= search.fromMs && timeMs < search.beforeMs && (group === undefined || groups.has(group));
        })
      : await this.options.given.matches.find({ ...search, groups: [...groups] });
    this.options.reader.count(found.length);
    return found.slice(0, search.limit);
  }

  /** @returns what to remember with the new events of the run */
  async keep(fresh: readonly RunEvent[]): Promise<Remembering> {
    const added = this.memory && this.matchesOf(fresh);
    if (!this.memory || !added) return { memory: undefined, matches: { isAnew: true, added: [], fromMs: 0 } };
    const { given, nowMs } = this.options;
    const maxKept = given.limits['rule-matches'];
    const newest = added.reduce((latest, { timeMs }) => Math.max(latest, timeMs), 0);
    const newestMs = Math.max(this.memory.newestMs, Math.min(newest, nowMs));
    let { fromMs } = this.memory;
    if (this.rule.finding?.perDay) fromMs = Math.max(fromMs, (Math.floor(newestMs / DAY_MS) - DAYS_BEFORE) * DAY_MS);
    let count = this.memory.count + added.length;
    if (count > maxKept) {
      count = Math.floor(maxKept * KEPT_SHARE);
      const cut = await given.matches.timeOf(Math.max(0, count - added.length));
      if (cut !== undefined) fromMs = Math.max(fromMs, cut + MOMENT_MS);
    }
    const memory = { fields: this.names, fromMs, newestMs, count };
    const isAnew = this.rebuilt !== undefined;
    return { memory, matches: { isAnew, added: [...(this.rebuilt ?? []), ...added], fromMs } };
  }

  /** Looks once for what should be remembered, such as after the rule was changed. */
  private async rebuild(fromMs: number): Promise<void> {
    const { given, reader, state } = this.options;
    const maxRead = given.limits['run-events'];
    const query = { predicate: or(predicatesOf(this.rule)), fromMs, toPosition: state.position };
    const found = await reader.some(query, 'newest', maxRead);
    const matches = this.matchesOf(found);
    if (matches) this.begin(matches, found.length < maxRead ? fromMs : found.at(-1)!.timeMs + MOMENT_MS);
  }

  private begin(matches: readonly RuleMatch[], fromMs: number): void {
    this.rebuilt = matches;
    this.memory = { fields: this.names, fromMs, newestMs: matches[0]?.timeMs ?? 0, count: matches.length };
  }

  /** Events with a time, as they are remembered; undefined when their fields alone were not read. */
  private matchesOf(events: readonly RunEvent[]): RuleMatch[] | undefined {
    const groups = this.groupsOf(events);
    const matches: RuleMatch[] = [];
    for (const [i, event] of events.entries()) {
      if (hasDocument(event)) return undefined;
      const [group, ...others] = groups[i]!;
      if (event.timeMs > 0 && group !== undefined) {
        matches.push({ ...event, group: others.length > 0 ? undefined : group });
      }
    }
    return matches;
  }

  private groupsOf(events: readonly RunEvent[]): (readonly string[])[] {
    return Array.from(this.options.reader.views(events), (view) => this.partition.groupsOf(view));
  }
}
