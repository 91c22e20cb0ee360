/**
 * One run of one rule over what was stored since the last one. Positions, not clocks, say what is new: an event that comes
 * late, from yesterday or with a wrong time is new once. What belongs together with new events is read back by event time
 * and judged by the code that scans files, so that the alerts are those of a scan over everything.
 */
import { or } from '../../../query/predicate.ts';
import type { AlertRecord } from '../../../store/alert-store.ts';
import type { ExceptionHits, RuleRun } from '../../../store/run-store.ts';
import { ExceptionSet } from '../../exceptions/exception-set.ts';
import { ruleExceptions } from '../../exceptions/rule-exceptions.ts';
import type { Rule } from '../../rule.ts';
import { anchorCases } from '../cases/anchor-case.ts';
import { dayCases } from '../cases/day-case.ts';
import { type Found, JudgedCase, type Judging } from '../cases/judged-case.ts';
import { islandCases } from '../cases/island-case.ts';
import { judgedBy, learnField } from '../reach/judged-by.ts';
import { judgeTerms } from '../cases/terms-case.ts';
import { Partition, predicatesOf } from '../reach/partition.ts';
import { isTimed, type Reach, reachOf } from '../reach/reach.ts';
import { type RememberedMatches, rememberedMatches } from '../memory/remembered-matches.ts';
import { type Gathering, least, type RunCase, timesOf, wholeCase } from '../cases/run-case.ts';
import { FieldUnread, type RunEvent } from '../reading/run-event.ts';
import { emptyRun, type RunGiven, type RunResult } from '../run-given.ts';
import { MOMENT_MS, RunCut, RunReader } from '../reading/run-reader.ts';
import { runRecord } from './run-record.ts';
import { readRuleState, type RuleState, writeRuleState } from '../memory/rule-state.ts';
import { alertRecords } from './alert-records.ts';
import { type RunLearnt, stateAfterRun, stateAfterWindow } from './next-state.ts';
import { type Settled, settle } from './settle.ts';
import { addedHits, SilencedFindings } from '../memory/silenced-findings.ts';
import { spanCases } from '../cases/span-case.ts';
import { stormAlert } from './storm-alert.ts';
import { canContinue, continued } from '../cases/suppression-case.ts';
import { ToldAlerts, toRecord } from '../memory/told-alerts.ts';
import { volumeCases } from '../cases/volume-case.ts';

/** @returns what the run found, or undefined when there is nothing new to look at; it writes nothing */
export async function runRule(rule: Rule, given: RunGiven): Promise<RunResult | undefined> {
  let state = readRuleState(given.state, rule, given.limits['run-positions']);
  for (;;) {
    try {
      return await new RuleRunning(rule, given, state).run();
    } catch (error) {
      if (error instanceof FieldUnread) {
        learnField(rule, error.field);
        continue;
      }
      if (!(error instanceof RunCut)) throw error;
      const { chunk } = state;
      const size = Math.min(chunk, given.position - state.position);
      state = { ...state, chunk: Math.max(1, Math.floor(size / 2)) };
      if (given.window || error.bound === 'time' || size <= 1) return partial(rule, given, state, error.message);
    }
  }
}

function partial(rule: Rule, given: RunGiven, state: RuleState, reason: string): RunResult {
  const now = given.now();
  const { position } = state;
  const run: RuleRun = {
    ...emptyRun(rule, given, now),
    status: 'partial',
    reason,
    afterPosition: position,
    toPosition: position,
  };
  return { run, alerts: [], state: writeRuleState(state), isBehind: true };
}

/** What was found, and what is remembered of it where that changed. */
interface RunJudged extends RunLearnt {
  readonly found: readonly Found[];
  /** New events of the rule, where they were not read. */
  readonly matches?: number;
}

class RuleRunning {
  private readonly rule: Rule;
  private readonly given: RunGiven;
  private readonly state: RuleState;
  private readonly reach: Reach;
  private readonly startedMs: number;
  private readonly startedTicks: number;
  private readonly afterPosition: number;
  private readonly toPosition: number;
  private readonly reader: RunReader;
  private readonly judging: Judging;
  private readonly silenced: SilencedFindings;
  private readonly remembered: RememberedMatches | undefined = undefined;
  private readonly remarks = new Set<string>();

  constructor(rule: Rule, given: RunGiven, state: RuleState) {
    this.rule = rule;
    this.given = given;
    this.state = state;
    this.reach = reachOf(rule);
    this.startedMs = given.now();
    this.startedTicks = given.ticks();
    const { overflow } = state;
    const { window } = given;
    this.afterPosition = window ? (window.afterPosition ?? 0) : (overflow?.afterPosition ?? state.position);
    this.toPosition = window
      ? given.position
      : (overflow?.toPosition ?? Math.min(given.position, state.position + state.chunk));
    const fields = judgedBy(rule);
    this.reader = new RunReader({
      events: given.events,
      networks: given.networks,
      toPosition: this.toPosition,
      maxEvents: 2 * given.limits['run-events'],
      isOver: () => given.ticks() - this.startedTicks > given.limits['run-ms'],
      fields,
    });
    const { startedMs: nowMs, reader } = this;
    if (fields && !window)
      this.remembered = rememberedMatches(rule, this.reach, { given, state, fields, reader, nowMs });
    const { networks, exceptions, engineLimits = {} } = given;
    const set = new ExceptionSet(exceptions, this.startedMs);
    this.judging = { rule, networks, exceptions: ruleExceptions(set), limits: engineLimits, fields };
    this.silenced = new SilencedFindings(rule, exceptions, state.silenced ?? []);
  }

  async run(): Promise<RunResult | undefined> {
    if (this.toPosition <= this.afterPosition) return undefined;
    let state = this.state;
    if (this.rule.newTerms && state.firstMs === undefined)
      state = { ...state, firstMs: await this.reader.earliestMs() };
    const untilMs = isTimed(this.rule) ? await this.watermark() : Infinity;
    const fresh = await this.freshMatches(untilMs);
    const told = new ToldAlerts(state.told);
    const { found, matches = fresh.length, ...learnt } = await this.judge(fresh, untilMs, state);
    const settled = await settle(found, {
      told,
      mayChange: this.reach.kind !== 'event',
      known: this.given.known,
      maxNew: this.given.window ? Infinity : this.rule.maxSignals,
      cursor: this.given.window ? undefined : state.overflow,
    });
    const { isLeft, storm } = this.overflow(settled);
    const alerts = [...(await alertRecords(settled.telling, this.reader, this.startedMs)), ...storm];
    const excepted = this.exceptedOf(fresh);
    const silenced = this.silenced.hits();
    const hits = addedHits(excepted.hits, silenced, { ruleId: this.rule.id, lastMs: this.startedMs });
    const { rule, given, afterPosition, toPosition } = this;
    const run = runRecord({
      rule,
      given,
      startedMs: this.startedMs,
      endedMs: this.startedMs + Math.round(given.ticks() - this.startedTicks),
      afterPosition,
      toPosition,
      fresh,
      matches,
      read: this.reader.read,
      settled,
      storms: storm.length,
      excepted: { events: excepted.count, findings: [...silenced.values()].reduce((sum, count) => sum + count, 0) },
      remarks: this.remarks,
    });
    const leaves = {
      rule,
      learnt,
      told,
      silenced: this.silenced,
      limits: given.limits,
      afterPosition,
      toPosition,
      settled,
    };
    if (given.window) {
      const isGap = given.window.afterPosition !== undefined;
      const next = stateAfterWindow({ ...leaves, state: this.state }, isGap);
      return { run, alerts, state: writeRuleState(next), hits, isBehind: false };
    }
    const remembered = fresh.length === 0 || isLeft ? undefined : await this.remembered?.keep(fresh);
    const next = stateAfterRun({ ...leaves, state }, untilMs, isLeft, remembered);
    const isBehind = !isLeft && toPosition < given.position;
    return { run, alerts, state: writeRuleState(next), matches: remembered?.matches, hits, isBehind };
  }

  /** @returns what becomes of new alerts above `max_signals`: left for the next run, or summed up in one */
  private overflow({ left, last }: Settled): { readonly isLeft: boolean; readonly storm: readonly AlertRecord[] } {
    if (left.length === 0) return { isLeft: false, storm: [] };
    this.given.standing?.leave(new Map());
    const isSummed = this.rule.overflow === 'summarise';
    const what = isSummed ? 'were summed up in one' : 'are left for the next run';
    this.remarks.add(`${left.length} alerts above max_signals ${what}`);
    if (!isSummed) return { isLeft: last !== undefined, storm: [] };
    const summary = stormAlert(this.rule, left, [this.afterPosition, this.toPosition]);
    return { isLeft: false, storm: [toRecord(summary, summary.id, this.startedMs)] };
  }

  private async judge(fresh: readonly RunEvent[], untilMs: number, state: RuleState): Promise<RunJudged> {
    if (this.reach.kind === 'anchor') {
      const gathering = this.gathering(untilMs, state);
      const { cases, sighted } = await anchorCases(
        this.rule,
        gathering,
        this.reach,
        this.given.window ?? { afterPosition: this.afterPosition },
      );
      return { found: this.foundIn(cases, untilMs), sighted };
    }
    if (this.reach.kind === 'volume') {
      const which = this.given.window ?? { afterPosition: this.afterPosition };
      const { cases, ...known } = await volumeCases(this.rule, this.gathering(untilMs, state), which);
      return { found: this.foundIn(cases, untilMs), ...known };
    }
    if (fresh.length === 0) return { found: [] };
    if (this.reach.kind === 'terms') {
      const maxTerms = this.given.limits['seen-terms'];
      const before = await this.learntBefore(fresh, state);
      const given = { state, before, reader: this.reader, maxTerms };
      const { found, terms, forgotten } = judgeTerms(this.judging, fresh, given);
      if (forgotten > 0) this.remarks.add(`${forgotten} terms were forgotten (seen-terms)`);
      return { found, terms };
    }
    const going = await this.goingOn(fresh, state);
    if (going) return { found: going };
    return { found: this.foundIn(await this.cases(fresh, untilMs, state), untilMs) };
  }

  /** @returns events within the history that the rule looked at when it had another meaning, the newest first */
  private async learntBefore(fresh: readonly RunEvent[], state: RuleState): Promise<readonly RunEvent[]> {
    const times = timesOf(fresh);
    if (state.learnTo === 0 || times.length === 0) return [];
    const fromMs = Math.max(MOMENT_MS, least(times) - this.rule.newTerms!.historyMs);
    const limit = this.given.limits['run-events'];
    const predicate = or(predicatesOf(this.rule));
    const before = await this.reader.some({ predicate, fromMs, toPosition: state.learnTo }, 'newest', limit);
    if (before.length === limit)
      this.remarks.add('run-events: terms of long ago are new to the rule since it was changed');
    return before;
  }

  /** The short way of suppression; undefined when history must be read. */
  private async goingOn(fresh: readonly RunEvent[], state: RuleState): Promise<Found[] | undefined> {
    const { window, stored, limits } = this.given;
    if (window || this.afterPosition === 0 || !canContinue(this.rule, state, limits['told-alerts'])) return undefined;
    const judged = new JudgedCase(this.judging, fresh);
    const ids = new Set(judged.alerts.map(({ id }) => id));
    return continued(this.rule, state.told, await judged.whole(ids, (positions) => this.reader.at(positions)), stored);
  }

  private foundIn(cases: readonly RunCase[], untilMs: number): Found[] {
    const found: Found[] = [];
    for (const { events, accepts, findings, standing, isCut, remark } of cases) {
      if (remark !== undefined) this.remarks.add(remark);
      const lastMs = untilMs === Infinity ? Number.NaN : untilMs;
      const from = new JudgedCase({ ...this.judging, findings, standing }, events, {
        firstMs: Number.NaN,
        lastMs,
      });
      for (const { name, consequence } of from.limits) this.remarks.add(`${name}: ${consequence}`);
      if (isCut) this.remarks.add('run-events: figures of alerts that began long ago are those of their latest events');
      const slackMs = isCut && this.reach.kind === 'island' ? this.reach.gapMs : 0;
      for (const alert of from.silenced.filter(accepts)) this.silenced.add(alert);
      const alerts = from.alerts.filter(accepts);
      // What a limit left out is missed again in the next run, and said again.
      if (from.limits.length === 0) standing?.leave(alerts);
      found.push(...alerts.map((alert) => ({ alert, from, slackMs })));
    }
    return found;
  }

  private gathering(untilMs: number, state: RuleState): Gathering {
    return {
      partition: new Partition(this.rule, this.given.engineLimits),
      reader: this.reader,
      state,
      seenPosition: this.given.window ? undefined : this.afterPosition,
      isAllNew: this.afterPosition === 0 && !this.given.window,
      untilMs: untilMs === Infinity ? untilMs : untilMs + MOMENT_MS,
      maxEvents: this.given.limits['run-events'],
      remembered: this.remembered,
    };
  }

  private cases(fresh: readonly RunEvent[], untilMs: number, state: RuleState): Promise<readonly RunCase[]> {
    const given = this.gathering(untilMs, state);
    const { reach } = this;
    switch (reach.kind) {
      case 'island':
        return islandCases(given, reach, fresh);
      case 'span':
        return spanCases(given, reach, fresh);
      case 'day':
        return dayCases(this.rule, given, reach, fresh);
      default:
        return Promise.resolve([wholeCase(fresh)]);
    }
  }

  /** Events of the rule that are new, and those that waited until time had passed. */
  private async freshMatches(untilMs: number): Promise<readonly RunEvent[]> {
    // Legs such as logons match all day long; only what is near the rare leg is read.
    if (this.reach.kind === 'anchor' || this.reach.kind === 'volume') return [];
    const predicate = or(predicatesOf(this.rule));
    const maxEvents = this.given.limits['run-events'];
    const until = untilMs === Infinity ? {} : { beforeMs: untilMs + MOMENT_MS };
    const which = this.given.window ?? { afterPosition: this.afterPosition };
    const fresh = await this.reader.some({ predicate, ...until, ...which }, 'oldest', maxEvents);
    if (fresh.length === maxEvents) throw new RunCut('events', `more than ${maxEvents} new matches`);
    const { judgedMs } = this.state;
    if (untilMs === Infinity || judgedMs === undefined) return fresh;
    const waitMs = this.reach.kind === 'island' ? this.reach.gapMs : this.reach.kind === 'span' ? this.reach.spanMs : 0;
    const fromMs = Math.max(MOMENT_MS, judgedMs - waitMs);
    const waiting = await this.reader.some({ predicate, fromMs, ...until }, 'newest', maxEvents);
    return [...new Map([...fresh, ...waiting].map((event) => [event.id, event])).values()];
  }

  /** Time up to which all events are taken to have come. */
  private async watermark(): Promise<number> {
    const { sequence, correlation } = this.rule;
    const latenessMs = sequence?.allowedLatenessMs ?? correlation?.allowedLatenessMs ?? 0;
    const newest = await this.reader.newestMs(this.startedMs);
    return Math.max(this.state.judgedMs ?? 0, (newest ?? 0) - latenessMs);
  }

  /** New events that exceptions silence one by one. */
  private exceptedOf(fresh: readonly RunEvent[]): { count: number; hits: readonly ExceptionHits[] } {
    const set = new ExceptionSet(this.given.exceptions, this.startedMs);
    const silencedBy = ruleExceptions(set).exceptionsFor?.(this.rule);
    let count = 0;
    if (silencedBy) for (const view of this.reader.views(fresh)) if (silencedBy(view)) count++;
    const hits = set.results().flatMap(({ id, hits: held }): ExceptionHits[] => {
      return held === 0 ? [] : [{ exceptionId: id, ruleId: this.rule.id, count: held, lastMs: this.startedMs }];
    });
    return { count, hits };
  }
}
