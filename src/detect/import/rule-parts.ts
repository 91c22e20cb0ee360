/** The parts of a rule that have a shape of their own, taken over from another engine. */
import { shownText } from './shown-text.ts';
import { parseDuration } from '../../base/time/duration.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { SEVERITIES } from '../../event/severity.ts';
import { TECHNIQUE_ID } from '../rule-file/attack-techniques.ts';
import { type ForeignRule, isValueField } from './foreign-rule.ts';
import { NotExpressible } from './not-expressible.ts';
import type { TomlInline, TomlValue } from './toml-writer.ts';

const WEEK_MS = 7 * 86_400_000;

/** @throws NotExpressible when the groups or numbers cannot be taken over: without them the rule means something else */
export function thresholdOf(rule: ForeignRule): TomlInline {
  const threshold = rule.table('threshold');
  if (!threshold) throw new NotExpressible('a threshold rule without threshold');
  const { value } = threshold;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw new NotExpressible('threshold.value is no whole number from 1 on');
  }
  const cardinality = listOf(threshold['cardinality']).map((one) => {
    const part = isDocument(one) ? one : {};
    const count = part['value'];
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
      throw new NotExpressible('threshold.cardinality has no whole number from 1 on');
    }
    return { field: knownField(part['field'], 'threshold.cardinality'), value: count };
  });
  const field = listOf(threshold['field']).filter((name) => name !== '');
  return {
    field: fieldsOf(field, 'threshold.field', 0, 5),
    value,
    cardinality: cardinality.length === 0 ? undefined : cardinality,
  };
}

/** New terms as Kibana writes them, or as rule files do: `{field: "new_terms_fields", value, history_window_start: […]}`. */
export function newTermsOf(rule: ForeignRule): TomlInline {
  const part = rule.table('new_terms');
  const start = listOf(part?.['history_window_start'])[0];
  const history = (isDocument(start) ? start['value'] : start) ?? rule.take('history_window_start');
  const names = listOf(part?.['value'] ?? rule.take('new_terms_fields'));
  const terms = fieldsOf(names, 'new_terms_fields', 1, 3);
  if (history === undefined) return { fields: terms };
  if (typeof history !== 'string' || !parseDuration(history.replace(/^now-/, ''))) {
    throw new NotExpressible(`history_window_start ${JSON.stringify(history)} is no duration`);
  }
  return { fields: terms, history };
}

/** Suppression changes how many alerts speak, not what is found, so what cannot be taken over is noted only. */
export function suppressionOf(rule: ForeignRule, groups: TomlValue | undefined): TomlInline | undefined {
  const part = rule.table('alert_suppression');
  if (!part) return undefined;
  const groupBy = part['group_by'] === undefined ? listOf(groups) : listOf(part['group_by']);
  const known = groupBy.filter((name): name is string => typeof name === 'string' && isValueField(name));
  if (known.length === 0 || known.length < groupBy.length || known.length > 5) {
    rule.notes.push(`alert_suppression: groups by ${JSON.stringify(groupBy)}, which is not possible here; left out`);
    return undefined;
  }
  const missing = part['missing_fields_strategy'];
  return {
    group_by: known,
    duration: suppressionDuration(rule, part['duration']),
    missing_fields_strategy: missing === 'suppress' || missing === 'doNotSuppress' ? missing : undefined,
  };
}

function suppressionDuration(rule: ForeignRule, duration: unknown): string | undefined {
  if (duration === undefined) return undefined;
  const text = isDocument(duration)
    ? `${shownText(duration['value'])}${shownText(duration['unit'])}`
    : shownText(duration);
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) {
    rule.notes.push(`alert_suppression.duration "${text}" is no duration; suppression lasts for the run`);
    return undefined;
  }
  if (ms <= WEEK_MS) return text;
  rule.notes.push(`alert_suppression.duration "${text}" is cut to the longest one, 7d`);
  return '7d';
}

/** Techniques, one entry each; a technique with sub-techniques is meant by them. */
export function threatOf(rule: ForeignRule): TomlInline[] | undefined {
  const found: TomlInline[] = [];
  for (const threat of rule.tables('threat')) {
    const tactic = isDocument(threat['tactic']) ? nameOf(threat['tactic']) : undefined;
    const techniques = listOf(threat['technique']).filter(isDocument);
    if (techniques.length === 0) rule.notes.push(`threat: the tactic "${tactic ?? '?'}" has no technique; left out`);
    for (const technique of techniques) {
      const inside = listOf(technique['subtechnique']).filter(isDocument);
      for (const one of inside.length === 0 ? [technique] : inside) {
        const { id } = one;
        if (typeof id === 'string' && TECHNIQUE_ID.test(id)) found.push({ technique: id, name: nameOf(one), tactic });
        else rule.notes.push(`threat: ${JSON.stringify(id)} is no technique; left out`);
      }
    }
  }
  return found.length === 0 ? undefined : found;
}

/** Severities taken from fields. */
export function severityMappingOf(rule: ForeignRule): TomlInline[] | undefined {
  const found = rule.tables('severity_mapping').flatMap((entry): TomlInline[] => {
    const { field, value } = entry;
    const severity = SEVERITIES.find((name) => name === entry['severity']);
    if (typeof field === 'string' && isValueField(field) && severity && typeof value === 'string' && value !== '') {
      return [{ field, value, severity }];
    }
    rule.notes.push(
      `severity_mapping: ${JSON.stringify(field)} = ${JSON.stringify(value)} cannot be taken over; left out`,
    );
    return [];
  });
  return found.length === 0 ? undefined : found;
}

/** The field the risk score is taken from; we know one. */
export function riskScoreMappingOf(rule: ForeignRule): string | undefined {
  const [first, ...more] = rule.tables('risk_score_mapping').map((entry) => entry['field']);
  if (first === undefined) return undefined;
  if (more.length > 0) rule.notes.push('risk_score_mapping: only the first of several fields is used');
  if (typeof first === 'string' && isValueField(first)) return first;
  rule.notes.push(`risk_score_mapping: there is no field ${JSON.stringify(first)} here; left out`);
  return undefined;
}

/** Tables with texts and flags only, such as required_fields; other values are noted. */
export function plainTables(rule: ForeignRule, key: string, required: string): TomlInline[] | undefined {
  const found = rule.tables(key).flatMap((entry): TomlInline[] => {
    const kept = Object.entries(entry).filter(
      (pair): pair is [string, string | boolean] =>
        pair[1] !== '' && (typeof pair[1] === 'string' || typeof pair[1] === 'boolean'),
    );
    if (kept.some(([name]) => name === required)) return [Object.fromEntries(kept)];
    rule.notes.push(`${key}: an entry without ${required} is left out`);
    return [];
  });
  return found.length === 0 ? undefined : found;
}

/** `{field_names: […]}`; names outside the catalogue are noted. */
export function investigationFieldsOf(rule: ForeignRule): string[] | undefined {
  const part = rule.take('investigation_fields');
  const names = listOf(isDocument(part) ? part['field_names'] : part);
  const known = names.filter((name): name is string => typeof name === 'string' && isValueField(name));
  const unknown = names.filter((name) => !known.some((one) => one === name));
  if (unknown.length > 0)
    rule.notes.push(`investigation_fields: not known here and left out: ${unknown.map(String).join(', ')}`);
  return known.length === 0 ? undefined : known;
}

function fieldsOf(names: readonly unknown[], key: string, min: number, max: number): string[] {
  if (names.length < min || names.length > max) {
    throw new NotExpressible(`${key} names ${names.length} fields, not ${min} to ${max}`);
  }
  return names.map((name) => knownField(name, key));
}

function knownField(name: unknown, key: string): string {
  if (typeof name === 'string' && isValueField(name)) return name;
  throw new NotExpressible(`${key}: there is no field ${JSON.stringify(name)} here`);
}

function nameOf(table: Document): string | undefined {
  const { name } = table;
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
