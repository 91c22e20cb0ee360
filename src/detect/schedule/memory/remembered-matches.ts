/**
 * Events of a rule that it remembers by the fields that decide. A finding of a day, or a rule without a window, belongs to
 * events of hours ago, and to look for those among tens of millions takes longer than a run may. So a run writes down its own
 * new events, with its alerts and its position in one transaction, and reads back what earlier runs wrote.
 */
import type { Field } from '../../../event/field.ts';
import { or } from '../../../query/predicate.ts';
import type { MatchesKept, MatchSearch, RuleMatch } from '../../../store/run-store.ts';
import { belongsTo } from '../../exceptions/exception.ts';
import type { Rule } from '../../rule.ts';
import { Partition, predicatesOf } from '../reach/partition.ts';
import { isTimed, type Reach } from '../reach/reach.ts';
import type { RuleState } from './rule-state.ts';
import { hasDocument, type RunEvent } from '../reading/run-event.ts';
import type { RunGiven } from '../run-given.ts';
import { canStand, eventsOf, StandingCase, type StandingFindings, type StandingGroup } from './standing-findings.ts';
import { MOMENT_MS, type RunReader } from '../reading/run-reader.ts';

const DAY_MS = 86_400_000;
/** Days before that of the newest event of which a rule that judges days remembers events. */
const DAYS_BEFORE = 2;
/** What is left of what is remembered when it has become too much. */
const KEPT_SHARE = 0.75;
/** Stretch of time that is looked through first for what is not remembered yet; each further one is twice as long. */
const FIRST_LOOK_MS = 6 * 3_600_000;
/** Part of the time of a run after which it looks no further back. */
const LOOK_SHARE = 0.5;

/** What a rule knows of the events it remembers. */
export interface MatchMemory {
  /** Names of the fields they are remembered by, in their order. */
  readonly fields: readonly string[];
  /** From this time on all events up to the rule's position are remembered. */
  readonly fromMs: number;
  /** Older ones were forgotten because there were too many. */
  readonly isCut: boolean;
  /** From this time on events are still to be looked for; undefined when none are. */
  readonly missingMs?: number | undefined;
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
  readonly given: Pick<RunGiven, 'matches' | 'limits' | 'engineLimits' | 'ticks' | 'exceptions' | 'standing'>;
  /** Memory of the rule before the run. */
  readonly state: Pick<RuleState, 'meaning' | 'matches' | 'position'>;
  readonly fields: readonly Field[];
  readonly reader: RunReader;
  readonly nowMs: number;
}

/** Events that a rule has looked at before. */
export interface SeenEvents {
  readonly events: readonly RunEvent[];
  /** Older ones are left out. */
  readonly isCut: boolean;
  /** Findings that go on from before in place of their events. */
  readonly standing?: StandingCase | undefined;
}

/** What findings go on from. */
interface GoingOn {
  /** Groups of the new events whose findings are at hand. */
  readonly taken: ReadonlyMap<string, StandingGroup>;
  /** Whether the findings of all that is remembered are made, beside those of the new events. */
  readonly isAll: boolean;
  readonly memory: MatchMemory;
  /** Events of one case at most. */
  readonly limit: number;
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
  private readonly beganTicks: number;
  /** Undefined for a rule whose findings are made of all their events. */
  private readonly standing: StandingFindings | undefined;
  private memory: MatchMemory | undefined;
  /** What was not remembered and had to be looked for. */
  private readonly found: RuleMatch[] = [];
  /** Nothing of what is stored counts. */
  private isAnew = false;

  constructor(rule: Rule, options: RememberingOptions) {
    const { fields, state } = options;
    this.rule = rule;
    this.options = options;
    this.beganTicks = options.given.ticks();
    this.partition = new Partition(rule, options.given.engineLimits);
    this.names = fields.map(({ name }) => name);
    if (state.matches?.fields.join() === this.names.join()) this.memory = state.matches;
    else if (state.position === 0) this.begin(0, undefined);
    this.standing = canStand(rule) ? options.given.standing : undefined;
    this.standing?.begin(
      state,
      options.given.exceptions.filter((one) => belongsTo(one, rule.id, rule.exceptionLists)),
    );
  }

  /**
   * @param search stretch of event time
   * @param isOnly whether all new events lie in it
   * @returns the events up to the position of the groups of some new ones, and whether older ones are left out; undefined when
   * they must be looked for
   */
  async around(
    fresh: readonly RunEvent[],
    search: Omit<MatchSearch, 'groups'>,
    isOnly: boolean,
  ): Promise<SeenEvents | undefined> {
    if (!this.memory) this.begin(Math.max(...fresh.map(({ timeMs }) => timeMs)), search.fromMs);
    await this.lookBack();
    const { memory, standing } = this;
    const isWhole = memory !== undefined && search.fromMs >= memory.fromMs;
    const isAll = isOnly && isWhole && this.beginsAll(memory);
    const groups = new Set(this.groupsOf(fresh).flat());
    const taken = standing?.take(groups, search.fromMs);
    if (!memory || search.beforeMs <= memory.fromMs) return undefined;
    if (!isWhole && !memory.isCut && memory.missingMs === undefined && memory.fromMs > 0) return undefined;
    if (taken && isOnly && isWhole && (isAll || (!this.isAnew && this.found.length === 0))) {
      const seen = await this.goingOn({ taken, isAll, memory, limit: search.limit }, fresh, search.fromMs);
      if (seen) return seen;
    }
    const stored = this.isAnew ? [] : await this.options.given.matches.find({ ...search, groups: [...groups] });
    const found = this.found.filter(({ timeMs, group }) => {
      return timeMs >= search.fromMs && timeMs < search.beforeMs && (group === undefined || groups.has(group));
    });
    const events = [...stored, ...found].slice(0, search.limit);
    this.options.reader.count(events.length);
    return { events, isCut: (!isWhole && memory.fromMs > 0) || events.length === search.limit };
  }

  /** @returns whether the findings of all that is remembered are to be made now, to be at hand from here on */
  private beginsAll({ missingMs, count }: MatchMemory): boolean {
    const isRead = missingMs === undefined && (this.isAnew || this.found.length === 0);
    return isRead && this.standing?.beginAll(count) === true;
  }

  /** @returns the events whose findings are not at hand, and those that are; undefined when findings cannot go on from before */
  private async goingOn(
    { taken, isAll, memory, limit }: GoingOn,
    fresh: readonly RunEvent[],
    searchMs: number,
  ): Promise<SeenEvents | undefined> {
    const { rule, partition, standing } = this;
    const freshGroups = this.groupsOf(fresh);
    const groups = new Set(freshGroups.flat());
    const room = limit - [...taken.values()].reduce((sum, group) => sum + eventsOf(group), 0);
    let isSeveral = freshGroups.some(({ length }) => length > 1);
    if (room <= 0 || isSeveral) return undefined;
    const isKnown = isAll || standing?.holdsAll === true;
    const fromMs = isKnown ? memory.fromMs : searchMs;
    const wanted = isAll ? undefined : [...groups].filter((group) => !isKnown && !taken.has(group));
    const stored = await this.remembered({ groups: wanted, fromMs, beforeMs: Infinity, limit: room });
    isSeveral = stored.some(({ group }) => group === undefined);
    // One of several groups would have to be in the findings of each.
    if (isSeveral || stored.length >= room) return undefined;
    for (const { group } of stored) groups.add(group!);
    const going = new StandingCase({
      rule,
      partition,
      groups,
      taken,
      fromMs,
      leave: (left) => standing?.leave(left, isAll && left.size > 0),
    });
    for (const event of stored) going.add(event, event.group!);
    for (const [i, event] of fresh.entries()) for (const group of freshGroups[i]!) going.add(event, group);
    // What was looked for now is counted already.
    if (!this.isAnew) this.options.reader.count(stored.length);
    return { events: stored, isCut: false, standing: going };
  }

  /** @returns events that are remembered; for all groups those that were looked for now, when nothing else counts */
  private async remembered(search: MatchSearch): Promise<readonly RuleMatch[]> {
    if (search.groups?.length === 0) return [];
    return this.isAnew ? this.found : this.options.given.matches.find(search);
  }

  /** @returns what to remember with the new events of the run */
  async keep(fresh: readonly RunEvent[]): Promise<Remembering> {
    const added = this.memory && this.matchesOf(fresh);
    if (!this.memory || !added) return { memory: undefined, matches: { isAnew: true, added: [], fromMs: 0 } };
    const { given, nowMs } = this.options;
    const maxKept = given.limits['rule-matches'];
    const newest = added.reduce((latest, { timeMs }) => Math.max(latest, timeMs), 0);
    const newestMs = Math.max(this.memory.newestMs, Math.min(newest, nowMs));
    let { fromMs, isCut } = this.memory;
    if (this.rule.finding?.perDay) fromMs = Math.max(fromMs, (Math.floor(newestMs / DAY_MS) - DAYS_BEFORE) * DAY_MS);
    let count = this.memory.count + added.length;
    if (count > maxKept) {
      count = Math.floor(maxKept * KEPT_SHARE);
      const cut = await given.matches.timeOf(Math.max(0, count - added.length));
      if (cut !== undefined && cut >= fromMs) [fromMs, isCut] = [cut + MOMENT_MS, true];
    }
    const memory = { ...this.memory, fromMs, isCut, newestMs, count };
    return { memory, matches: { isAnew: this.isAnew, added: [...this.found, ...added], fromMs } };
  }

  /**
   * Looks for what should be remembered, such as after the rule was changed: from the newest backwards, a stretch after the
   * other, so that what one run has no time for is left to the next.
   */
  private async lookBack(): Promise<void> {
    const { given, reader, state } = this.options;
    const query = { predicate: or(predicatesOf(this.rule)), toPosition: state.position };
    const endTicks = this.beganTicks + given.limits['run-ms'] * LOOK_SHARE;
    for (let width = FIRST_LOOK_MS; this.memory?.missingMs !== undefined; width *= 2) {
      const { fromMs: beforeMs, missingMs } = this.memory;
      const fromMs = Math.max(missingMs, beforeMs - width);
      const until = this.isAnew && this.found.length === 0 && width === FIRST_LOOK_MS ? {} : { beforeMs };
      const room = given.limits['run-events'] - this.found.length;
      const events = await reader.some({ ...query, fromMs, ...until }, 'newest', room);
      const matches = this.matchesOf(events);
      if (!matches) this.memory = undefined;
      else this.take(matches, events.length === room ? events.at(-1)!.timeMs + MOMENT_MS : undefined, fromMs);
      if (given.ticks() > endTicks) return;
    }
  }

  /** @param cutMs time from which there was room; undefined when there was for all */
  private take(matches: readonly RuleMatch[], cutMs: number | undefined, fromMs: number): void {
    const { count, missingMs = 0, ...memory } = this.memory!;
    this.found.push(...matches);
    const isDone = cutMs !== undefined || fromMs <= missingMs;
    this.memory = {
      ...memory,
      count: count + matches.length,
      fromMs: cutMs ?? fromMs,
      isCut: cutMs !== undefined,
      missingMs: isDone ? undefined : missingMs,
    };
  }

  private begin(fromMs: number, missingMs: number | undefined): void {
    this.isAnew = true;
    this.memory = { fields: this.names, fromMs, isCut: false, missingMs, newestMs: 0, count: 0 };
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
