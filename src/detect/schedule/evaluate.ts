import type { Networks } from '../../event/networks.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import type { Alert } from '../alert.ts';
import { ForwardedEvent } from '../parallel/forwarded-event.ts';
import type { Rule } from '../rule.ts';
import type { LimitReached } from '../scan-result.ts';
import type { EngineLimits } from '../scan/limits.ts';
import { Scan, type ScanOptions } from '../scan/scan.ts';

/** What a rule is judged with. */
export interface Judging {
  readonly rule: Rule;
  readonly networks: Networks;
  readonly exceptions: Pick<ScanOptions, 'exceptionsFor' | 'memberExceptionsFor'>;
  readonly limits: Partial<EngineLimits>;
}

/** What events come to. */
export interface Judged {
  /** In order of time; what exceptions silence is left out. */
  readonly alerts: readonly Alert[];
  readonly limits: readonly LimitReached[];
}

/**
 * Runs a rule over events in memory, with the code that scans files.
 *
 * @param span first and last time of all evidence, where they lie outside of the events; milliseconds, NaN when unknown
 */
export function evaluate(
  { rule, networks, exceptions, limits }: Judging,
  events: Iterable<Pick<StoredEvent, 'id' | 'document' | 'provenance'>>,
  span: { readonly firstMs: number; readonly lastMs: number } = { firstMs: Number.NaN, lastMs: Number.NaN },
): Judged {
  const scan = new Scan({ rules: [rule], networks, limits, ...exceptions });
  scan.countUnwanted({ datasets: [], firstTime: span.firstMs, lastTime: span.lastMs });
  const view = new ForwardedEvent(networks);
  for (const event of events) {
    view.show(event);
    scan.onEvent(view);
  }
  const findings = scan.finish();
  try {
    return { alerts: [...findings.alerts].filter((alert) => alert.exceptedBy === undefined), limits: findings.limits };
  } finally {
    findings.close();
  }
}
