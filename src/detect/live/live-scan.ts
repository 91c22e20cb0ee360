/**
 * Rules over events as they come, without an end. Events that matter to a rule are kept for a while; on each tick the rules
 * that were met since the last one run over what is kept of theirs, with the same code that scans files. Alerts have ids
 * that follow from their events, so an alert found again is known, and only what is new or worse is told.
 */
import { fieldId } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { Alert } from '../alert.ts';
import { ForwardedEvent } from '../parallel/forwarded-event.ts';
import type { ForwardedRecord } from '../parallel/protocol.ts';
import { type Rule, SEVERITIES } from '../rule.ts';
import { RuleIndex } from '../scan/rule-index.ts';
import { rulePredicates } from '../scan/rule-predicates.ts';
import type { ExceptionTest } from '../scan/running-rule.ts';
import { Scan } from '../scan/scan.ts';
import type { EngineLimits } from '../scan/limits.ts';

/** How long an event is kept for rules that look at several; their windows are minutes. */
export const LIVE_HORIZON_MS = 60 * 60_000;

/** Events kept for one rule; a rule that is met more often sees the newest ones. */
export const LIVE_EVENTS_PER_RULE = 5000;

/** Alerts remembered so that each is told once; the oldest are forgotten first. */
const ALERTS_REMEMBERED = 500_000;

/** What a live scan runs with. */
export interface LiveScanOptions {
  readonly rules: readonly Rule[];
  readonly networks: Networks;
  readonly exceptionsFor?: (rule: Rule) => ExceptionTest | undefined;
  readonly limits?: Partial<EngineLimits>;
  /** Takes an alert that is new, or one that became more severe since it was told. */
  readonly onAlert: (alert: Alert) => void;
}

interface KeptEvent {
  readonly record: ForwardedRecord;
  readonly time: number;
}

/** A rule and the events that may still be part of its alerts. */
interface LiveRule {
  readonly rule: Rule;
  events: KeptEvent[];
  /** Met since the last tick. */
  isDirty: boolean;
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
  private readonly options: LiveScanOptions;
  private readonly rules: readonly LiveRule[];
  private readonly index: RuleIndex<Job>;
  /** Severity told by alert id, oldest first. */
  private readonly told = new Map<string, number>();
  private newest = Number.NEGATIVE_INFINITY;
  private readonly wanted = new Set<LiveRule>();
  private readonly visit = (job: Job, view: EventView): void => {
    if (!this.wanted.has(job.rule) && job.matches(view)) this.wanted.add(job.rule);
  };

  /** @throws REGEX-UNSAFE when a predicate cannot be compiled */
  constructor(options: LiveScanOptions) {
    this.options = options;
    this.rules = options.rules.map((rule) => ({ rule, events: [], isDirty: false }));
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
    this.wanted.clear();
    this.index.candidates(view, this.visit);
    if (this.wanted.size === 0) return;
    const at = view.get(TIMESTAMP);
    const time = typeof at === 'number' ? at : Number.NaN;
    if (time > this.newest) this.newest = time;
    const kept = { record: { id: view.id(), provenance: view.provenance(), document: view.document() }, time };
    for (const rule of this.wanted) {
      rule.events.push(kept);
      rule.isDirty = true;
    }
  }

  /** Runs the rules that were met since the last tick, and tells what they found. */
  tick(): void {
    for (const live of this.rules) {
      if (!live.isDirty) continue;
      live.isDirty = false;
      this.trim(live);
      this.run(live);
      // A rule that one event decides has told all there is to tell.
      if (live.rule.type === 'query' && !live.rule.suppression) live.events = [];
    }
  }

  /** Events of a rule by age and number; those without a time stay as long as there is room. */
  private trim(live: LiveRule): void {
    const from = this.newest - LIVE_HORIZON_MS;
    live.events = live.events.filter(({ time }) => !(time < from));
    const excess = live.events.length - LIVE_EVENTS_PER_RULE;
    if (excess <= 0) return;
    live.events = live.events.slice(excess);
    this.dropped += excess;
  }

  private run({ rule, events }: LiveRule): void {
    const { networks, exceptionsFor, limits } = this.options;
    const scan = new Scan({
      rules: [rule],
      networks,
      ...(exceptionsFor && { exceptionsFor }),
      ...(limits && { limits }),
    });
    const view = new ForwardedEvent(networks);
    for (const { record } of events) {
      view.show(record);
      scan.onEvent(view);
    }
    const findings = scan.finish();
    try {
      for (const alert of findings.alerts) this.tell(alert);
    } finally {
      findings.close();
    }
  }

  private tell(alert: Alert): void {
    if (alert.exceptedBy !== undefined) return;
    const severity = SEVERITIES.indexOf(alert.severity);
    const before = this.told.get(alert.id);
    if (before !== undefined && before >= severity) return;
    if (before === undefined) {
      this.alerts++;
      if (this.told.size >= ALERTS_REMEMBERED) this.told.delete(this.told.keys().next().value!);
    }
    this.told.set(alert.id, severity);
    this.options.onAlert(alert);
  }
}
