import { DocumentEvent } from '../../../event/document-event.ts';
import type { Networks } from '../../../event/networks.ts';
import { ALL } from '../../../query/predicate.ts';
import type { AlertRecord } from '../../../store/alert-store.ts';
import type { Alert } from '../../alert.ts';
import { AlertBuilder } from '../../alerts/alert-builder.ts';
import { findingDocument } from '../../executors/finding.ts';
import type { Rule } from '../../rule.ts';
import type { LimitReached } from '../../scan-result.ts';
import type { EngineLimits } from '../../scan/limits.ts';
import { Scan, type ScanOptions } from '../../scan/scan.ts';
import type { Field } from '../../../event/field.ts';
import { isCompleted } from '../reach/judged-by.ts';
import type { StandingCase } from '../memory/standing-findings.ts';
import { hasDocument, type RunEvent, ValuesView } from '../reading/run-event.ts';

/** What a rule is judged with. */
export interface Judging {
  readonly rule: Rule;
  readonly networks: Networks;
  readonly exceptions: Pick<ScanOptions, 'exceptionsFor' | 'memberExceptionsFor'>;
  readonly limits: Partial<EngineLimits>;
  /** Findings that are asked for, by key; undefined for all. */
  readonly findings?: ReadonlySet<string> | undefined;
  /** Findings that go on from before; only where {@link isCompleted} holds. */
  readonly standing?: StandingCase | undefined;
  /** Fields of events that were read without their documents, in their order. */
  readonly fields?: readonly Field[] | undefined;
}

/** First and last time of all evidence, where they lie outside of the events; milliseconds, NaN when unknown. */
export interface EvidenceSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What events come to. */
export interface Judged {
  /** In order of time; what exceptions silence is left out. */
  readonly alerts: readonly Alert[];
  /** What exceptions silence. */
  readonly silenced: readonly Alert[];
  readonly limits: readonly LimitReached[];
}

const UNKNOWN_SPAN: EvidenceSpan = { firstMs: Number.NaN, lastMs: Number.NaN };

/**
 * Runs a rule over events in memory, with the code that scans files. Alerts over events without documents are what they will
 * be, but for what is shown of the events.
 */
export function evaluate(judging: Judging, events: Iterable<RunEvent>, span = UNKNOWN_SPAN): Judged {
  const { rule, networks, exceptions, limits, findings: wanted, standing, fields = [] } = judging;
  const scan = new Scan({
    rules: [fields.length > 0 ? decided(rule) : rule],
    networks,
    limits,
    findings: wanted,
    standing,
    ...exceptions,
  });
  scan.countUnwanted({ datasets: [], firstTime: span.firstMs, lastTime: span.lastMs });
  const whole = new DocumentEvent(networks);
  const values = new ValuesView(networks, fields, !isCompleted(rule));
  for (const event of events) {
    if (hasDocument(event)) {
      whole.point(event.document, event.provenance, event.id);
      scan.onEvent(whole);
    } else {
      values.show(event);
      scan.onEvent(values);
    }
  }
  const findings = scan.finish();
  try {
    const found = Array.from(findings.alerts, (alert) => ({ ...alert, rule }));
    return {
      alerts: found.filter((alert) => !isSilenced(alert)),
      silenced: found.filter(isSilenced),
      limits: findings.limits,
    };
  } finally {
    findings.close();
  }
}

function isSilenced({ exceptedBy }: Alert): boolean {
  return exceptedBy !== undefined;
}

/** A rule for events of which the store has said already that they match, where that is all there is to say. */
function decided(rule: Rule): Rule {
  const isSaid = rule.legs.length === 0 && !rule.finding;
  return { ...rule, counters: [], predicate: isSaid ? ALL : rule.predicate };
}

/**
 * Puts in the documents of the events that an alert of a finding shows.
 *
 * @param documents by event, of those that were read without
 */
function completed({ rule, networks }: Judging, alert: Alert, documents: ReadonlyMap<string, RunEvent>): Alert {
  const members = alert.members.map((member) => {
    const read = documents.get(member.id);
    return read && hasDocument(read) && member.document ? { ...member, document: read.document } : member;
  });
  const shown = members.flatMap(({ document: one }) => (one ? [one] : []));
  const document = findingDocument(rule.finding!, alert.finding!.key, shown);
  const { sequence: _, ...draft } = alert;
  return new AlertBuilder(rule, networks).build({ ...draft, document, members });
}

/** Events that were judged, so that what is told of them can be made whole. */
export class JudgedCase {
  readonly alerts: readonly Alert[];
  readonly silenced: readonly Alert[];
  readonly limits: readonly LimitReached[];
  private readonly judging: Judging;
  private readonly events: readonly RunEvent[];
  private readonly span: EvidenceSpan;

  constructor(judging: Judging, events: readonly RunEvent[], span = UNKNOWN_SPAN) {
    this.judging = judging;
    this.events = events;
    this.span = span;
    ({ alerts: this.alerts, silenced: this.silenced, limits: this.limits } = evaluate(judging, events, span));
  }

  /**
   * Reads the documents of the events that alerts show.
   *
   * @param wanted ids of alerts of this case
   * @returns the alerts with what people are shown
   */
  async whole(
    wanted: ReadonlySet<string>,
    read: (positions: readonly number[]) => Promise<readonly RunEvent[]>,
  ): Promise<readonly Alert[]> {
    const told = this.alerts.filter(({ id }) => wanted.has(id));
    const bare = new Map(this.events.flatMap((event) => (hasDocument(event) ? [] : [[event.id, event.position]])));
    const shownIds = told.flatMap(({ members }) => members.flatMap(({ id, document }) => (document ? [id] : [])));
    const { standing } = this.judging;
    const positions = [...new Set(shownIds)].flatMap((id) => bare.get(id) ?? standing?.positionOf(id) ?? []);
    if (positions.length === 0) return told;
    const documents = new Map((await read(positions)).map((event) => [event.id, event]));
    if (isCompleted(this.judging.rule)) return told.map((alert) => completed(this.judging, alert, documents));
    const events = this.events.map((event) => documents.get(event.id) ?? event);
    return evaluate(this.judging, events, this.span).alerts.filter(({ id }) => wanted.has(id));
  }
}

/** What was found of an alert. */
export interface Found {
  /** Perhaps without the documents of its events. */
  readonly alert: Alert;
  /** Where it was found, which can make it whole; undefined for one that is. */
  readonly from?: JudgedCase | undefined;
  /** How far apart it and the alert it goes on with may lie, milliseconds. */
  readonly slackMs: number;
  /** As it is to be stored, when it is not made of the alert alone. */
  readonly record?: AlertRecord | undefined;
}
