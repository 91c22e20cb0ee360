/**
 * The ECS document of an alert. Field names are those Elastic Security writes below `kibana.alert`, so that what people
 * built for them works; findings add `smbastion.finding`, rules of several events `smbastion.sequence` and
 * `smbastion.legs`. Keys come in one fixed order and nothing depends on the clock: two scans of the same evidence give the
 * same bytes.
 */
import { uuidV5 } from '../../base/hash.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { type Document, isDocument } from '../../event/document.ts';
import type { Alert, AlertLeg, AlertMember } from '../alert.ts';
import type { Rule, Threat } from '../rule.ts';
import { SPACE } from './alert-id.ts';

/**
 * @param alert the alert
 * @returns a new document with nested keys; absent values have no key
 */
export function toAlertDocument(alert: Alert): Document {
  const { document } = alert;
  const event = isDocument(document['event']) ? document['event'] : {};
  const smbastion = isDocument(document['smbastion']) ? document['smbastion'] : {};
  const kibana = isDocument(document['kibana']) ? document['kibana'] : {};
  const { '@timestamp': _, event: _event, smbastion: _smbastion, kibana: _kibana, ...rest } = document;
  return {
    ...defined({ '@timestamp': time(alert.lastTime) }),
    ...rest,
    event: { ...event, kind: 'signal' },
    smbastion: { ...smbastion, ...smbastionPart(alert) },
    kibana: {
      ...kibana,
      space_ids: [SPACE],
      alert: defined({
        uuid: alert.id,
        status: 'active',
        workflow_status: 'open',
        workflow_tags: [],
        workflow_assignee_ids: [],
        severity: alert.severity,
        risk_score: alert.riskScore,
        reason: alert.reason,
        original_time: time(alert.originalTime),
        original_event: Object.keys(event).length > 0 ? event : undefined,
        start: time(alert.originalTime),
        last_detected: time(alert.lastTime),
        ancestors: alert.members.map(ancestor),
        depth: 1,
        group: alert.sequence && { id: alert.id },
        building_block_type: alert.isBuildingBlock ? 'default' : undefined,
        threshold_result: thresholdResult(alert),
        new_terms: alert.newTerms?.map(({ value }) => value),
        suppression: alert.suppression && {
          terms: alert.suppression.terms,
          ...defined({ start: time(alert.suppression.start), end: time(alert.suppression.end) }),
          docs_count: alert.suppression.count,
        },
        rule: rulePart(alert),
      }),
    },
  };
}

function smbastionPart(alert: Alert): Document {
  const { finding, sequence } = alert;
  return defined({
    finding: finding && {
      key: finding.key,
      ...defined({ first_seen: time(alert.originalTime), last_seen: time(alert.lastTime) }),
      level: finding.level,
      steps: finding.steps.map((step) => {
        return defined({ name: step.name, severity: step.severity, '@timestamp': time(step.time) });
      }),
      ...defined({ raised: finding.raised }),
      counts: {
        events: alert.memberCount,
        connections: finding.connections,
        bytes: { client: finding.bytesClient, server: finding.bytesServer },
      },
    },
    sequence: sequence && { keys: sequence.keys, span_ms: wholeMicroseconds(sequence.spanMs) },
    legs: sequence?.legs.map((leg) => legPart(leg, alert.originalTime)),
    grade: sequence?.grade,
    member_count: alert.memberCount,
    members: alert.members.map(({ id, time: at, provenance }) => {
      return defined({
        id,
        '@timestamp': time(at),
        file: provenance.file,
        format: provenance.format,
        line: provenance.line,
        offset: provenance.offset,
      });
    }),
    exception: alert.exceptedBy === undefined ? undefined : { id: alert.exceptedBy },
    notes: alert.notes.length > 0 ? alert.notes : undefined,
  });
}

/** Differences of times with a fraction, without the digits that floating point adds. */
function wholeMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** One entry of the timeline; `after_ms` counts from the alert's first event. */
function legPart({ name, state, event, time: at, what, why }: AlertLeg, first: number): Document {
  const after = Number.isNaN(at) ? undefined : wholeMicroseconds(at - first);
  return defined({ name, state, event, '@timestamp': time(at), after_ms: after, what, why });
}

function ancestor({ id, provenance }: AlertMember): Document {
  return { id, type: 'event', index: provenance.file, depth: 0 };
}

function thresholdResult({ rule, group }: Alert): Document | undefined {
  if (!group || rule.type !== 'threshold') return undefined;
  return {
    terms: group.terms,
    cardinality: group.cardinality,
    count: group.count,
    ...defined({ from: time(group.from) }),
  };
}

function rulePart({ rule, name, threat }: Alert): Document {
  return {
    uuid: rule.uuid,
    rule_id: rule.id,
    name,
    type: rule.type,
    version: rule.version,
    revision: 0,
    description: rule.description,
    severity: rule.severity,
    risk_score: rule.riskScore,
    author: rule.author,
    license: rule.license,
    tags: rule.tags,
    false_positives: rule.falsePositives,
    references: rule.references,
    ...(rule.note === '' ? {} : { note: rule.note }),
    threat: threat.map(threatPart),
    parameters: parametersOf(rule),
    // A scan is no scheduled run: its execution is named by the rule as it was, so that it is the same each time.
    execution: { uuid: uuidV5(`scan ${rule.uuid} ${rule.version}`) },
  };
}

function parametersOf(rule: Rule): Document {
  const { threshold, newTerms, volume, finding, convergence, suppression } = rule;
  return defined({
    // Kibana's word for KQL.
    language: rule.query === '' ? undefined : rule.language === 'kql' ? 'kuery' : rule.language,
    query: rule.query === '' ? undefined : rule.query,
    datasets: rule.datasets,
    threshold: threshold && {
      field: threshold.field,
      value: threshold.value,
      cardinality: threshold.cardinality,
      window_ms: threshold.windowMs,
    },
    new_terms_fields: newTerms?.fields,
    history_window_ms: newTerms?.historyMs,
    volume: volume && {
      key: volume.key,
      sent_by: volume.sentBy,
      at_least: volume.atLeast,
      factor: volume.factor,
      history_ms: volume.historyMs,
    },
    finding: finding && {
      key: finding.key,
      per: finding.perDay ? 'day' : undefined,
      levels: finding.levels.map(({ name }) => name),
    },
    convergence: convergence && {
      window_ms: convergence.windowMs,
      per: convergence.per,
      same: convergence.same,
      legs: convergence.legs.map(({ name }) => name),
    },
    alert_suppression: suppression && { group_by: suppression.groupBy, missing_fields_strategy: suppression.missing },
  });
}

/** One reference in the form of ECS threat: a sub-technique stands below its technique. */
function threatPart({ technique, name, tactic, attackVersion }: Threat): Document {
  const [parent, sub] = technique.split('.');
  const named = defined({ id: technique, name });
  return defined({
    framework: 'MITRE ATT&CK',
    version: attackVersion,
    tactic: tactic === undefined ? undefined : { name: tactic },
    technique: [sub === undefined ? named : { id: parent, subtechnique: [named] }],
  });
}

function time(ms: number): string | undefined {
  return formatTimestamp(ms, Number.isInteger(ms) ? 3 : 6) || undefined;
}

/** Without the keys whose value is undefined, in the given order. */
function defined(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}
