/**
 * Findings as the last run of their rule left them. Those of a group may raise each other, so that all are judged when a new
 * event belongs to one; but what is known of a finding are sums and extremes of its events, to which new ones can be added, and
 * the thousands that came before need not be read and judged again in each run. Nothing rests on this: what is not at hand, such
 * as after a restart, or does not hold any more, such as with other exceptions, is made of the remembered events.
 */
import type { Document } from '../../../event/document.ts';
import type { Alert } from '../../alert.ts';
import type { Exception } from '../../exceptions/exception.ts';
import type { StandingStates } from '../../executors/executor.ts';
import { tupleKey, tupleOf } from '../../executors/field-tuple.ts';
import type { FindingState } from '../../executors/finding-state.ts';
import type { Rule } from '../../rule.ts';
import { isCompleted } from '../reach/judged-by.ts';
import type { Partition } from '../reach/partition.ts';
import type { RuleState } from './rule-state.ts';
import type { RunEvent } from '../reading/run-event.ts';

const DAY_MS = 86_400_000;

/** A group on one day. */
interface StandingDay {
  readonly states: readonly FindingState[];
  /** Positions of the events that made them, by id. */
  readonly positions: Map<string, number>;
}

/** Findings of one group. */
export interface StandingGroup {
  /** All its events from this time on were judged, milliseconds. */
  readonly fromMs: number;
  /** By the day's beginning, milliseconds. */
  readonly days: ReadonlyMap<number, StandingDay>;
}

type Groups = ReadonlyMap<string, StandingGroup>;

/** What the findings of a rule rest on, beside its events. */
type Basis = Pick<RuleState, 'meaning' | 'position' | 'matches'>;

/** @returns whether findings of a rule can go on from before: they end with their day, and are told without their events */
export function canStand(rule: Rule): boolean {
  return rule.finding?.perDay === true && isCompleted(rule);
}

/** Findings of one rule between its runs. */
export class StandingFindings {
  private readonly maxEvents: number;
  /** The one that was used longest ago comes first. */
  private readonly groups = new Map<string, StandingGroup>();
  /** What the run that goes on asked for, and what it makes of them. */
  private asked: string[] = [];
  private left: Groups = new Map();
  private isAllLeft = false;
  private isAllTried = false;
  private isAll = false;
  private basis = '';
  private position = 0;
  private exceptions: readonly Exception[] = [];

  /** @param maxEvents events of all groups together; those that were not used for longest are given up */
  constructor(maxEvents: number) {
    this.maxEvents = maxEvents;
  }

  /**
   * A run begins: what does not rest on the same as it does is given up.
   *
   * @param exceptions those of the rule
   */
  begin(state: Basis, exceptions: readonly Exception[]): void {
    const isSame =
      exceptions.length === this.exceptions.length && exceptions.every((one, i) => one === this.exceptions[i]);
    if (!isSame || this.basis !== basisOf(state)) this.clear();
    this.position = state.position;
    this.exceptions = exceptions;
    // A run that was not written has taken groups and not left them.
    this.isAll &&= this.asked.length === 0;
    this.forgetRun();
  }

  /** Whether all that is remembered is at hand: a group that is not taken has no events yet. */
  get holdsAll(): boolean {
    return this.isAll;
  }

  /**
   * All that is remembered is to be at hand from this run on, if there is room. It is tried once, as after a restart: one run
   * takes longer, and not each that meets a group for the first time.
   *
   * @param events how many are remembered
   * @returns whether the run is to leave all groups; none is at hand before
   */
  beginAll(events: number): boolean {
    if (this.isAllTried || events > this.maxEvents) return false;
    this.clear();
    this.isAllTried = true;
    return true;
  }

  /** @returns those of the groups that are at hand from a time on; they must be left again, or are given up */
  take(groups: Iterable<string>, fromMs: number): Groups {
    const taken = new Map<string, StandingGroup>();
    for (const name of groups) {
      this.asked.push(name);
      const group = this.groups.get(name);
      this.groups.delete(name);
      if (group && group.fromMs <= fromMs) taken.set(name, group);
    }
    return taken;
  }

  /** Takes groups as the run has left them; they are at hand when it is written. @param isAll whether no other has events */
  leave(groups: Groups, isAll = false): void {
    this.left = groups;
    this.isAllLeft = isAll;
  }

  /** A run was written. @param written memory of the rule, as it was left */
  settle(written: Document | undefined): void {
    const state = written as (Document & Basis) | undefined;
    if (!state?.matches) {
      this.clear();
      return;
    }
    // A run that did not get through leaves the position where it was, and judges the same events again.
    const isThrough = state.position > this.position;
    if (isThrough) for (const [name, group] of this.left) this.groups.set(name, group);
    const areLeft = this.asked.every((name) => this.groups.has(name));
    this.isAll = areLeft && (this.isAll || (isThrough && this.isAllLeft));
    this.forgetRun();
    this.basis = basisOf(state);
    this.forgetBefore(state.matches.fromMs);
    let events = 0;
    for (const group of this.groups.values()) events += eventsOf(group);
    for (const [name, group] of this.groups) {
      if (events <= this.maxEvents) return;
      this.groups.delete(name);
      this.isAll = false;
      events -= eventsOf(group);
    }
  }

  private clear(): void {
    this.groups.clear();
    this.isAll = false;
    this.isAllTried = false;
    this.forgetRun();
  }

  private forgetRun(): void {
    this.asked = [];
    this.left = new Map();
    this.isAllLeft = false;
  }

  /** Events before a time are not remembered any more. */
  private forgetBefore(timeMs: number): void {
    for (const [name, { fromMs, days }] of this.groups) {
      if (fromMs >= timeMs) continue;
      this.groups.set(name, { fromMs: timeMs, days: new Map([...days].filter(([day]) => day >= timeMs)) });
    }
  }
}

/** What a case goes on from. */
export interface StandingCaseOptions {
  readonly rule: Rule;
  readonly partition: Partition;
  /** All groups of the case. */
  readonly groups: Iterable<string>;
  /** Those of them that are at hand. */
  readonly taken: Groups;
  /** All events of the others from this time on come. */
  readonly fromMs: number;
  readonly leave: (groups: Groups) => void;
}

/** Findings of the groups of one case. */
export class StandingCase implements StandingStates {
  private readonly options: StandingCaseOptions;
  private readonly days: readonly StandingDay[];
  private readonly states: ReadonlySet<FindingState>;
  private left: Groups = new Map();
  private readonly added: { readonly event: RunEvent; readonly group: string }[] = [];

  constructor(options: StandingCaseOptions) {
    this.options = options;
    this.days = [...options.taken.values()].flatMap(({ days }) => [...days.values()]);
    this.states = new Set(this.days.flatMap(({ states }) => states));
  }

  get before(): Iterable<FindingState> {
    return this.states;
  }

  /** @returns where an event stands that was judged before */
  positionOf(id: string): number | undefined {
    for (const { positions } of this.days) {
      const position = positions.get(id);
      if (position !== undefined) return position;
    }
    return undefined;
  }

  /** An event is judged as well. */
  add(event: RunEvent, group: string): void {
    this.added.push({ event, group });
  }

  after(states: Iterable<FindingState> | undefined): void {
    this.left = (states && this.leftBy(states)) ?? new Map();
  }

  /**
   * The case was judged.
   *
   * @param alerts those that will be told of
   */
  leave(alerts: readonly Alert[]): void {
    const raises = new Map(
      alerts.flatMap(({ finding }) => (finding ? [[keyOf(finding), finding.raised ?? ''] as const] : [])),
    );
    for (const { days } of this.left.values()) {
      for (const { states } of days.values()) {
        for (const state of states) state.toldRaise = raises.get(state.key) ?? state.toldRaise;
      }
    }
    this.options.leave(this.left);
  }

  /** @returns the groups, or undefined when one of the findings is not whole or its group not known */
  private leftBy(states: Iterable<FindingState>): Groups | undefined {
    const { groups, taken, fromMs } = this.options;
    const left = new Map<string, LeftGroup>();
    for (const name of groups) left.set(name, new LeftGroup(taken.get(name) ?? { fromMs, days: new Map() }));
    for (const { event, group } of this.added) left.get(group)?.add(event);
    for (const state of states) {
      if (state.isCut) return undefined;
      if (this.states.has(state)) continue;
      const { group, day } = this.placeOf(state);
      const found = group === undefined ? undefined : left.get(group);
      if (!found || Number.isNaN(day)) return undefined;
      found.day(day).states.push(state);
    }
    return left;
  }

  private placeOf({ key }: FindingState): { readonly group: string | undefined; readonly day: number } {
    const { rule, partition } = this.options;
    const names = rule.finding!.key;
    const values = tupleOf(key, names.length + 1);
    const terms = names.map((field, i) => ({ field, value: values[i]! }));
    return { group: partition.groupOf({ finding: { key: terms } }), day: Date.parse(`${values.at(-1)}T00:00:00Z`) };
  }
}

/** A group with what a run adds to it; what it was before is at hand no more. */
class LeftGroup implements StandingGroup {
  readonly fromMs: number;
  readonly days = new Map<number, { readonly states: FindingState[]; readonly positions: Map<string, number> }>();

  constructor({ fromMs, days }: StandingGroup) {
    this.fromMs = fromMs;
    for (const [day, { states, positions }] of days) this.days.set(day, { states: [...states], positions });
  }

  add({ id, timeMs, position }: RunEvent): void {
    this.day(Math.floor(timeMs / DAY_MS) * DAY_MS).positions.set(id, position);
  }

  day(ms: number) {
    let day = this.days.get(ms);
    if (!day) this.days.set(ms, (day = { states: [], positions: new Map() }));
    return day;
  }
}

/** The key of a finding, as its state has it. */
function keyOf({ key }: Pick<NonNullable<Alert['finding']>, 'key'>): string {
  return tupleKey(key.map(({ value }) => value));
}

function basisOf({ meaning, position, matches }: Basis): string {
  return JSON.stringify([meaning, position, matches]);
}

/** @returns number of the events that a group's findings are made of */
export function eventsOf({ days }: StandingGroup): number {
  return [...days.values()].reduce((sum, { positions }) => sum + positions.size, 0);
}
