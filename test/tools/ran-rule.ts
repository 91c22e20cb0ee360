/** Runs one rule over events part by part, as a schedule does, and keeps what its runs leave. */
import type { Exception } from '../../src/detect/exceptions/exception.ts';
import type { Rule } from '../../src/detect/rule.ts';
import { runLimits, type RunLimits } from '../../src/detect/schedule/run-limits.ts';
import type { RuleEvents } from '../../src/detect/schedule/reading/run-reader.ts';
import { runRule } from '../../src/detect/schedule/run/run-rule.ts';
import type { StandingFindings } from '../../src/detect/schedule/memory/standing-findings.ts';
import type { Document } from '../../src/event/document.ts';
import { Networks } from '../../src/event/networks.ts';
import type { AlertRecord } from '../../src/store/alert-store.ts';
import type { RuleRun } from '../../src/store/run-store.ts';
import { MemoryEvents } from './memory-events.ts';
import { MemoryMatches } from './memory-matches.ts';
import { SCHEDULE_START } from './schedule-rules.ts';

const NETWORKS = new Networks();

/** What differs from run to run. */
export interface RanOptions {
  readonly limits?: Partial<RunLimits>;
  /** Number of the run that finds none of the events the rule remembers, as after an upgrade. */
  readonly forgetsAt?: number;
  /** @returns exceptions of a run */
  readonly exceptions?: (run: number) => readonly Exception[];
  /** @returns findings at hand; they are of the run before, or empty as after a restart */
  readonly standing?: (run: number) => StandingFindings;
  /** @returns whether what a run left is lost before it is written */
  readonly isLost?: (run: number) => boolean;
}

/** See the head of this file. */
export class Ran {
  readonly alerts = new Map<string, AlertRecord>();
  readonly runs: RuleRun[] = [];
  readonly matches = new MemoryMatches();
  state: Document | undefined;
  private readonly rule: Rule;
  private readonly options: RanOptions;
  private readonly limits: RunLimits;
  private lost = 0;

  constructor(rule: Rule, options: RanOptions = {}) {
    this.rule = rule;
    this.options = options;
    this.limits = runLimits(options.limits);
  }

  /** Runs until nothing new is left; the memory is written and read between two runs, as over a restart. */
  async run(events: RuleEvents): Promise<void> {
    const { forgetsAt, exceptions, isLost } = this.options;
    for (let isBehind = true; isBehind; ) {
      const number = this.runs.length;
      if (number === forgetsAt) delete this.state?.['matches'];
      const standing = this.options.standing?.(number);
      const result = await runRule(this.rule, {
        events,
        networks: NETWORKS,
        exceptions: exceptions?.(number) ?? [],
        state: this.state && (JSON.parse(JSON.stringify(this.state)) as Document),
        position: await events.position(),
        stored: (id) => Promise.resolve(this.alerts.get(id)),
        matches: this.matches,
        known: (ids) => Promise.resolve(new Set(ids.filter((id) => this.alerts.has(id)))),
        standing,
        now: () => SCHEDULE_START + 86_400_000,
        ticks: () => 0,
        limits: this.limits,
        runId: String(number),
      });
      if (!result) return;
      if (isLost?.(number) === true && this.lost++ < number) continue;
      ({ isBehind, state: this.state } = result);
      this.matches.keep(result.matches);
      for (const alert of result.alerts) this.alerts.set(alert.id, alert);
      this.runs.push(result.run);
      standing?.settle(result.state);
    }
  }
}

/** Stores events part by part and runs the rules after each. */
export async function inRuns(
  all: readonly Ran[],
  parts: readonly (readonly Document[])[],
  hasColumns = true,
): Promise<void> {
  const events = new MemoryEvents(NETWORKS, hasColumns);
  for (const part of parts) {
    events.add(part);
    for (const ran of all) await ran.run(events);
  }
}
