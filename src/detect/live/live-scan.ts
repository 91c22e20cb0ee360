/**
 * Rules over events as they come, without an end. Events that matter to a rule are kept for a while; on each tick the rules
 * that were met since the last one run over what is kept of theirs, with the same code that scans files. Alerts have ids
 * that follow from their events, so an alert found again is known, and only what is new or worse is told; what is found of a
 * story whose beginning is gone is known by its group (told-stories.ts).
 *
 * Events do not come in order: a flow is told when it ends, at the time it began. Rules look at what is kept again, so an event
 * that comes late finds its place. Only rules that a late event could undo get theirs in order, after their `allowed_lateness`;
 * what comes later still is kept for what is found from then on, and is counted.
 */
import { fieldId } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { Alert } from '../alert.ts';
import { ForwardedEvent } from '../parallel/forwarded-event.ts';
import { isOfSingleEvents, type Rule } from '../rule.ts';
import { RuleIndex } from '../scan/rule-index.ts';
import { rulePredicates } from '../scan/rule-predicates.ts';
import { Scan, type ScanOptions } from '../scan/scan.ts';
import { type EngineLimits, engineLimits } from '../scan/limits.ts';
import { ReorderBuffer } from '../sequence/reorder-buffer.ts';
import { waitsForLateMs } from './certainty.ts';
import type { KeptEvent } from './kept-event.ts';
import { ruleReach } from './rule-reach.ts';
import { thinTerms } from './thin-terms.ts';
import { ToldStories } from './told-stories.ts';

/** How long an event is kept at least for rules that look at several; twice the reach of a rule that looks further. */
export const LIVE_HORIZON_MS = 60 * 60_000;

/** Events kept for one rule; a rule that is met more often sees the newest ones. */
export const LIVE_EVENTS_PER_RULE = 5000;

/** Alerts of one rule remembered so that each is told once; the oldest are forgotten first. */
const ALERTS_REMEMBERED = 50_000;

/** What a live scan runs with. */
export interface LiveScanOptions {
  readonly rules: readonly Rule[];
  readonly networks: Networks;
  readonly exceptionsFor?: ScanOptions['exceptionsFor'];
  readonly memberExceptionsFor?: ScanOptions['memberExceptionsFor'];
  readonly limits?: Partial<EngineLimits>;
  /** Takes an alert that is new, or one that became more severe since it was told. */
  readonly onAlert: (alert: Alert) => void;
}

/** Time that must have passed before a rule that waits for it is looked at again though no event came. */
const WAIT_STEP_MS = 5000;

/** A rule and the events that may still be part of its alerts. */
interface LiveRule {
  readonly rule: Rule;
  events: KeptEvent[];
  /** Events at the end of the list that came since it was looked at. */
  fresh: number;
  /** Events were given up: what is left may look like another story. */
  isCut: boolean;
  readonly told: ToldStories;
  readonly reachMs: number;
  /** Of a rule that late events could undo: those whose turn has not come. */
  readonly buffer: ReorderBuffer<KeptEvent> | undefined;
  /** How far time had gone when it was looked at last. */
  seenTo: number;
}

interface Job {
  readonly predicate: Predicate;
  readonly matches: Matcher;
  readonly rule: LiveRule;
}

const TIMESTAMP = fieldId('@timestamp');

/** See the head of this file. */
export class LiveScan {
  /** Events seen. */
  events = 0;
  /** Alerts told, each once. */
  alerts = 0;
  /** Events that a rule no longer looks at because newer ones took their place. */
  dropped = 0;
  /** Events that came later than their rules wait. */
  late = 0;
  /** Events that rules saw before their time: too many were waiting. */
  early = 0;
  private readonly options: LiveScanOptions;
  private readonly rules: readonly LiveRule[];
  private readonly index: RuleIndex<Job>;
  private first = Number.POSITIVE_INFINITY;
  private newest = Number.NEGATIVE_INFINITY;
  private readonly wanted = new Set<LiveRule>();
  private readonly visit = (job: Job, view: EventView): void => {
    if (!this.wanted.has(job.rule) && job.matches(view)) this.wanted.add(job.rule);
  };

  /** @throws REGEX-UNSAFE when a predicate cannot be compiled */
  constructor(options: LiveScanOptions) {
    this.options = options;
    this.rules = options.rules.map((rule) => this.liveRule(rule));
    this.index = new RuleIndex(
      this.rules.flatMap((rule): Job[] => {
        const { main, legs } = rulePredicates(rule.rule);
        const predicates = legs.length > 0 ? legs : [main];
        return predicates.map((predicate) => ({ predicate, matches: compileMatcher(predicate), rule }));
      }),
    );
  }

  /** Takes an event; the view is not kept. */
  onEvent(view: EventView): void {
    this.events++;
    const at = view.get(TIMESTAMP);
    const time = typeof at === 'number' ? at : Number.NaN;
    if (time < this.first) this.first = time;
    this.wanted.clear();
    this.index.candidates(view, this.visit);
    if (this.wanted.size === 0) return;
    if (time > this.newest) this.newest = time;
    const id = view.id();
    const record = { id, provenance: view.provenance(), document: view.document() };
    const kept = { time, tiebreaker: undefined, id, record };
    for (const rule of this.wanted) {
      if (rule.buffer && !Number.isNaN(time)) rule.buffer.push(kept);
      else take(rule, kept);
    }
  }

  /**
   * Runs the rules that were met since the last tick, and tells what they found.
   *
   * @param now time that has come without an event, milliseconds; the newest event tells otherwise
   */
  tick(now = Number.NEGATIVE_INFINITY): void {
    if (now > this.newest) this.newest = now;
    for (const live of this.rules) {
      live.buffer?.advance(this.newest);
      const seenTo = live.buffer?.watermark ?? this.newest;
      const hasWaited = live.buffer !== undefined && live.events.length > 0 && seenTo - live.seenTo >= WAIT_STEP_MS;
      if (live.fresh > 0 || hasWaited) this.look(live, seenTo);
    }
  }

  /** No event will come any more: runs the rules over what is left. */
  end(): void {
    for (const live of this.rules) {
      live.buffer?.flush();
      if (live.fresh > 0 || (live.buffer && live.events.length > 0)) this.look(live, this.newest);
    }
  }

  private liveRule(rule: Rule): LiveRule {
    const latenessMs = waitsForLateMs(rule);
    const buffer =
      latenessMs === undefined
        ? undefined
        : new ReorderBuffer<KeptEvent>({
            latenessMs,
            maxEvents: LIVE_EVENTS_PER_RULE,
            release: (event) => take(live, event),
            onLate: (event) => {
              this.late++;
              take(live, event);
            },
            // It goes to the rule before its time, which is better than not at all.
            onFull: () => {
              this.early++;
            },
          });
    const live: LiveRule = {
      rule,
      events: [],
      fresh: 0,
      isCut: false,
      told: new ToldStories(rule, ALERTS_REMEMBERED),
      reachMs: ruleReach(rule),
      buffer,
      seenTo: Number.NEGATIVE_INFINITY,
    };
    return live;
  }

  private look(live: LiveRule, seenTo: number): void {
    const { rule } = live;
    const seenBefore = live.seenTo;
    live.seenTo = seenTo;
    this.trim(live);
    this.run(live, seenBefore);
    live.fresh = 0;
    // A rule that one event decides has told all there is to tell.
    if (isOfSingleEvents(rule) && !rule.suppression) live.events = [];
  }

  /** Events of a rule by age and number; those without a time stay as long as there is room. */
  private trim(live: LiveRule): void {
    const from = this.newest - Math.max(LIVE_HORIZON_MS, 2 * live.reachMs);
    const { newTerms } = live.rule;
    const before = live.events.length;
    live.events = live.events.filter(({ time }) => !(time < from));
    if (newTerms && live.events.length > LIVE_EVENTS_PER_RULE) {
      const maxTuples = engineLimits(this.options.limits)['value-combinations'];
      live.events = thinTerms(live.events, newTerms.fields, maxTuples, this.options.networks);
    }
    const excess = live.events.length - LIVE_EVENTS_PER_RULE;
    if (excess > 0) {
      live.events = live.events.slice(excess);
      this.dropped += excess;
    }
    if (live.events.length < before) live.isCut = true;
    live.told.forget(from);
  }

  /** @param seenBefore how far time had gone when the rule was looked at before */
  private run(live: LiveRule, seenBefore: number): void {
    const { rule, events, buffer, seenTo } = live;
    const { networks, exceptionsFor, memberExceptionsFor, limits } = this.options;
    const scan = new Scan({
      rules: [rule],
      networks,
      ...(exceptionsFor && { exceptionsFor }),
      ...(memberExceptionsFor && { memberExceptionsFor }),
      ...(limits && { limits }),
    });
    const view = new ForwardedEvent(networks);
    for (const { record } of events) {
      view.show(record);
      scan.onEvent(view);
    }
    // What must not happen has not happened only as far as events are known; what is learnt is learnt from the beginning.
    scan.countUnwanted({ datasets: [], firstTime: this.first, lastTime: buffer ? seenTo : Number.NaN });
    const findings = scan.finish();
    try {
      for (const alert of findings.alerts) this.tell(alert, live, seenBefore);
    } finally {
      findings.close();
    }
  }

  private tell(alert: Alert, live: LiveRule, seenBefore: number): void {
    if (alert.exceptedBy !== undefined) return;
    const what = live.told.take(alert, live.isCut, () => isNews(alert, live, seenBefore));
    if (what === undefined) return;
    if (what === 'new') this.alerts++;
    this.options.onAlert(alert);
  }
}

/** @returns whether an alert could not be found before: an event of it is new, or time had to pass for it */
function isNews(alert: Alert, { rule, events, fresh, reachMs }: LiveRule, seenBefore: number): boolean {
  const waits = rule.sequence !== undefined || rule.correlation !== undefined;
  if (alert.lastTime + (waits ? reachMs : 0) > seenBefore) return true;
  const ids = new Set(events.slice(events.length - Math.min(fresh, events.length)).map(({ id }) => id));
  return alert.members.some(({ id }) => ids.has(id));
}

function take(rule: LiveRule, event: KeptEvent): void {
  rule.events.push(event);
  rule.fresh++;
}
