/**
 * Senders that have fallen silent: a sensor that was switched off looks like a network without attacks. When each sender last sent
 * is remembered across restarts; one silence is one alert, however long it lasts.
 */
import { stableId, uuidV5 } from '../../base/hash.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { RISK_SCORE } from '../../detect/rule.ts';
import type { Document } from '../../event/document.ts';
import { isDocument } from '../../event/document.ts';
import type { AlertRecord } from '../../store/alert-store.ts';
import type { RuleRun } from '../../store/run-store.ts';
import type { Store } from '../../store/store.ts';
import type { Intake } from './intake.ts';

/** Id of the rule that the alerts are of. */
const RULE_ID = 'source-quiet';
const RULE_NAME = 'A source has fallen silent';
const SEVERITY = 'medium';
/** Evidence that people load comes when they load it. */
const NOT_WATCHED: ReadonlySet<string> = new Set(['load']);
/** A sender that is silent for so many times the limit is no longer expected. */
const FORGET_AFTER = 30;
/** When each sender last sent is written down this often. */
const SAVE_MS = 10 * 60_000;

/** What the watch works with. */
export interface QuietSendersOptions {
  readonly intake: Intake;
  readonly store: Store;
  readonly quietMs: number;
  /** Told of alerts that are new, once they are kept. */
  readonly onAlert: (alert: AlertRecord) => void;
}

/** Senders by name and when each last sent, those of earlier runs of the program among them. */
export async function lastSent(
  { intake, store }: Pick<QuietSendersOptions, 'intake' | 'store'>,
  known?: Map<string, number>,
): Promise<Map<string, number>> {
  const lastMs = known ?? readState(await store.runs.state(RULE_ID));
  for (const sender of intake.senders.list()) {
    const isWatched = !NOT_WATCHED.has(sender.intake) && !sender.name.includes('(');
    if (isWatched && sender.lastMs > (lastMs.get(sender.name) ?? 0)) lastMs.set(sender.name, sender.lastMs);
  }
  return lastMs;
}

/** @returns names of senders that have sent nothing for longer than the limit, and are expected still */
export async function silentSenders(
  options: Pick<QuietSendersOptions, 'intake' | 'store' | 'quietMs'>,
  nowMs: number,
): Promise<readonly string[]> {
  const { quietMs } = options;
  const silent = [...(await lastSent(options))].filter(([, last]) => {
    return nowMs - last > quietMs && nowMs - last <= quietMs * FORGET_AFTER;
  });
  return silent.map(([name]) => name);
}

/** See the head of this file. */
export class QuietSenders {
  private readonly options: QuietSendersOptions;
  private lastMs: Map<string, number> | undefined;
  private readonly told = new Set<string>();
  private savedMs = 0;

  constructor(options: QuietSendersOptions) {
    this.options = options;
  }

  /** Looks which senders are silent, and keeps an alert for each new silence. */
  async check(): Promise<void> {
    const { intake, store, quietMs, onAlert } = this.options;
    const now = intake.now();
    const lastMs = await lastSent(this.options, this.lastMs);
    this.lastMs = lastMs;
    const alerts: AlertRecord[] = [];
    for (const [name, last] of lastMs) {
      if (now - last > quietMs * FORGET_AFTER) lastMs.delete(name);
      else if (now - last > quietMs) alerts.push(quietAlert(name, last, quietMs, now));
    }
    const untold = alerts.filter(({ id }) => !this.told.has(id));
    if (untold.length === 0 && now - this.savedMs < SAVE_MS) return;
    const outcome = { run: runOf(now, untold.length), alerts: untold, state: { last: Object.fromEntries(lastMs) } };
    const { added } = await store.runs.finish(outcome);
    this.savedMs = now;
    for (const alert of untold) {
      this.told.add(alert.id);
      if (added.includes(alert.id)) onAlert(alert);
    }
  }
}

function readState(state: Document | undefined): Map<string, number> {
  const last = state?.['last'];
  return new Map(isDocument(last) ? Object.entries(last).map(([name, ms]) => [name, Number(ms)]) : []);
}

function quietAlert(name: string, lastMs: number, quietMs: number, now: number): AlertRecord {
  const id = stableId([RULE_ID, name, String(lastMs)]);
  const hours = Math.round(quietMs / 3_600_000);
  const limit = hours > 0 ? `${hours} h` : `${Math.round(quietMs / 60_000)} min`;
  return {
    id,
    ruleId: RULE_ID,
    timeMs: lastMs + quietMs,
    createdMs: now,
    riskScore: RISK_SCORE[SEVERITY],
    severity: SEVERITY,
    isBuildingBlock: false,
    document: {
      '@timestamp': formatTimestamp(lastMs + quietMs, 3),
      event: { kind: 'signal', provider: name, end: formatTimestamp(lastMs, 3) },
      kibana: {
        alert: {
          uuid: id,
          status: 'active',
          workflow_status: 'open',
          severity: SEVERITY,
          risk_score: RISK_SCORE[SEVERITY],
          reason: `${name} has sent nothing for ${limit}; the last event came at ${formatTimestamp(lastMs, 3)}. Rules that need it see nothing.`,
          original_time: formatTimestamp(lastMs, 3),
          rule: {
            rule_id: RULE_ID,
            uuid: uuidV5(RULE_ID),
            name: RULE_NAME,
            note: 'Check whether the sender runs, reaches the server and has a key that works. A machine that is gone for good: close the alert.',
          },
        },
      },
    },
  };
}

function runOf(now: number, count: number): RuleRun {
  return {
    id: stableId([RULE_ID, 'run', String(now)]),
    ruleId: RULE_ID,
    startedMs: now,
    endedMs: now,
    afterPosition: 0,
    toPosition: 0,
    fromMs: undefined,
    toMs: undefined,
    status: 'ok',
    reason: undefined,
    candidates: 0,
    matches: count,
    alertsNew: count,
    alertsUpdated: 0,
    suppressed: 0,
    excepted: 0,
    overflow: 0,
  };
}
