import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { readingReason } from '../../base/system-error.ts';
import { SmbError } from '../../base/error.ts';
import { uuidV5 } from '../../base/hash.ts';
import type { SourceText } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import { parseToml } from '../../base/toml/parse-toml.ts';
import type { TomlFile, TomlNode, TomlTable } from '../../base/toml/toml-node.ts';
import type { TableRead } from '../../base/toml/toml-reader.ts';
import { and, or } from '../../query/predicate.ts';
import {
  type NewTermsPart,
  RISK_SCORE,
  type Rule,
  type RuleExample,
  type ThresholdPart,
  type VolumePart,
} from '../rule.ts';
import { datasetPredicate } from './dataset-predicate.ts';
import { convergenceLegs, toConvergence } from './convergence-part.ts';
import { readEqlPart } from './eql-part.ts';
import { toFindingPart } from './finding-part.ts';
import { requiredFields } from './lint/query-lint.ts';
import { lintRule } from './lint/rule-lint.ts';
import { readReason } from './reason-template.ts';
import type { LoadedRuleFile, RuleContext } from './rule-context.ts';
import { RULE_FILE_KEYS, type RULE_KEYS } from './rule-keys.ts';
import { readParameters } from './rule-parameters.ts';
import { RuleReading } from './rule-reading.ts';
import { toThreat } from './rule-threat.ts';
import { unsupportedRule } from './unsupported-rule.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type RuleRead = TableRead<typeof RULE_KEYS>;

/**
 * Loads one rule file.
 *
 * @param path file as the user named it; examples are relative to its folder
 * @returns the rule with its warnings, or every error of the file; nothing is thrown
 */
export function loadRuleFile(path: string, context: RuleContext): LoadedRuleFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const error = new SmbError('RULE-READ', `The rule file "${path}" cannot be read: ${readingReason(cause)}.`);
    return { file: path, id: undefined, errors: [error], warnings: [] };
  }
  return parseRule({ file: path, text }, context);
}

/** Reads a rule from its text; see {@link loadRuleFile}. */
export function parseRule(source: SourceText, context: RuleContext): LoadedRuleFile {
  let file: TomlFile;
  try {
    file = parseToml(source);
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    return { file: source.file, id: undefined, errors: [error], warnings: [] };
  }
  const reading = new RuleReading(file, context);
  const top = file.root.entries.get('rule')?.value;
  const table = top?.kind === 'table' ? top : undefined;
  const id = table && textOf(table, 'id');
  const unsupported = table && unsupportedRule(table, source.file);
  if (unsupported) return { file: source.file, id, unsupported, errors: [], warnings: [] };

  if (table) {
    reading.parameters = readParameters(reading, table, id);
    reading.reader.parameters = reading.parameters;
  }
  const read = reading.reader.table(file.root, RULE_FILE_KEYS).values.rule;
  const rule = read && toRule(reading, read);
  const { errors } = reading.reader;
  if (!rule || errors.length > 0) return { file: source.file, id, errors, warnings: reading.warnings };
  lintRule(reading, read, rule);
  const override = context.settings.overrides.get(rule.id);
  if (override && (rule.finding || rule.convergence)) {
    const message = `what happened decides the severity of "${rule.id}", so this override changes nothing`;
    reading.warnings.push({ code: 'CONFIG-OVERRIDE', message, place: override.place });
  }
  return { file: source.file, id, rule, errors, warnings: reading.warnings };
}

function textOf(table: TomlTable, key: string): string | undefined {
  const node = table.entries.get(key)?.value;
  return node?.kind === 'text' ? node.value : undefined;
}

/** Makes the rule, recording errors; where something is wrong a stand-in is used and the rule is thrown away. */
function toRule(reading: RuleReading, read: RuleRead): Rule {
  const { values } = read;
  const { settings } = reading.context;
  const id = values.id ?? '';
  const override = settings.overrides.get(id);
  const severity = override?.severity ?? values.severity ?? 'low';
  const ownScore = override?.severity === undefined ? values.risk_score : undefined;
  const datasets = (values.datasets ?? []).map(({ value }) => value);
  const language = values.language ?? (values.type === 'eql' ? 'eql' : 'kql');
  const eql = language === 'eql' ? readEqlPart(reading, read, datasetPredicate(datasets)) : undefined;
  const query = eql ?? readQuery(reading, read, datasets.length > 0);
  const convergence = toConvergence(reading, read);
  const legs = eql?.legs ?? convergenceLegs(convergence, datasetPredicate(datasets));
  const given = 'ast' in query && query.ast ? requiredFields(query.ast) : new Set<string>();
  const lookBackMs = values.from ?? 9 * MINUTE_MS;
  const suppression = values.alert_suppression?.values;
  const type = values.type ?? 'query';
  const isNamed = (list: readonly { readonly value: string }[]) => list.some(({ value }) => value === id);
  return {
    id,
    uuid: values.uuid ?? uuidV5(id),
    name: values.name ?? '',
    version: values.version ?? 1,
    type,
    description: values.description ?? '',
    author: values.author ?? [],
    license: values.license ?? '',
    language,
    query: query.text.trim(),
    predicate:
      legs.length > 0 ? or(legs.map((leg) => leg.predicate)) : and([datasetPredicate(datasets), query.predicate]),
    legs,
    datasets,
    severity,
    riskScore: override?.riskScore ?? ownScore ?? RISK_SCORE[severity],
    intervalMs: values.interval ?? 5 * MINUTE_MS,
    lookBackMs,
    maxSignals: values.max_signals ?? 100,
    overflow: values.overflow ?? 'resume',
    timestampOverride: values.timestamp_override ?? 'event.ingested',
    enabled: isNamed(settings.enable) || ((values.enabled ?? true) && !isNamed(settings.disable)),
    buildingBlock: values.building_block ?? false,
    tags: values.tags ?? [],
    falsePositives: values.false_positives ?? [],
    references: values.references ?? [],
    note: values.note ?? '',
    setup: values.setup ?? '',
    threat: (values.threat ?? []).flatMap(({ values: one, nodes, node }) => {
      const { technique, name, tactic, attack_version: version } = one;
      return technique === undefined
        ? []
        : [toThreat(reading, technique, nodes.technique ?? node, { name, tactic, version })];
    }),
    threshold: toThreshold(reading, read, lookBackMs),
    newTerms: toNewTerms(reading, read),
    volume: toVolume(reading, read),
    finding: toFinding(reading, read, given),
    sequence: eql?.sequence,
    pipes: eql?.pipes,
    correlation: undefined,
    convergence: convergence?.part,
    counters: (values.counter ?? []).map(({ values: { name = '', when, hint = '' } }) => ({
      name,
      when: reading.query(when).predicate,
      hint,
    })),
    suppression: suppression && {
      groupBy: (suppression.group_by ?? []).map(({ value }) => value),
      durationMs: suppression.duration,
      missing: suppression.missing_fields_strategy ?? 'suppress',
    },
    overrides: {
      severity: (values.severity_mapping ?? []).map(({ value: { values: one } }) => ({
        field: one.field ?? '',
        value: one.value ?? '',
        severity: one.severity ?? severity,
      })),
      riskScoreField: values.risk_score_mapping,
      nameField: values.rule_name_override,
    },
    reason: readReason(
      reading,
      values.reason,
      (convergence?.part.legs ?? legs).map(({ name }) => name),
    ),
    investigationFields: (values.investigation_fields ?? []).map(({ value }) => value),
    exceptionLists: (values.exceptions ?? []).map(({ value }) => value),
    examples: toExamples(reading, read),
    file: reading.file.source.file,
  };
}

function readQuery(reading: RuleReading, read: RuleRead, hasDatasets: boolean): ReturnType<RuleReading['query']> {
  const { type, query } = read.values;
  if (!read.nodes.query && type !== 'convergence') {
    reading.reader.fail('missing', '[rule] needs the key "query".', read.node);
  }
  return reading.query(query, { hasDatasets });
}

function missingPart(reading: RuleReading, read: RuleRead, part: string): undefined {
  const at: TomlNode = read.nodes.type ?? read.node;
  return reading.reader.fail('missing', `A rule of type "${part}" needs [rule.${part}].`, at);
}

function toThreshold(reading: RuleReading, read: RuleRead, lookBackMs: number): ThresholdPart | undefined {
  if (read.values.type !== 'threshold') return undefined;
  if (!read.nodes.threshold) return missingPart(reading, read, 'threshold');
  const values = read.values.threshold?.values;
  return {
    field: (values?.field ?? []).map((one) => one.value),
    value: values?.value ?? 1,
    windowMs: values?.window ?? lookBackMs,
    cardinality: (values?.cardinality ?? []).map(({ value: { values: one } }) => ({
      field: one.field ?? '',
      value: one.value ?? 1,
    })),
  };
}

function toNewTerms(reading: RuleReading, read: RuleRead): NewTermsPart | undefined {
  const { type, new_terms: part, new_terms_fields: fields, history_window_start: start } = read.values;
  if (type !== 'new_terms') return undefined;
  if (!read.nodes.new_terms && !read.nodes.new_terms_fields) return missingPart(reading, read, 'new_terms');
  return {
    fields: (part?.values.fields ?? fields ?? []).map(({ value }) => value),
    historyMs: part?.values.history ?? start ?? 14 * DAY_MS,
    learnMs: part?.values.learn ?? 0,
  };
}

function toVolume(reading: RuleReading, read: RuleRead): VolumePart | undefined {
  if (read.values.type !== 'volume') return undefined;
  if (!read.nodes.volume) return missingPart(reading, read, 'volume');
  const values = read.values.volume?.values;
  return {
    key: (values?.key ?? []).map(({ value }) => value),
    sentBy: values?.sent_by ?? 'server',
    atLeast: values?.at_least ?? 1,
    factor: values?.factor ?? 10,
    historyMs: values?.history ?? 14 * DAY_MS,
  };
}

function toFinding(reading: RuleReading, read: RuleRead, given: ReadonlySet<string>): Rule['finding'] {
  if (read.values.type !== 'finding') return undefined;
  if (!read.nodes.finding) return missingPart(reading, read, 'finding');
  return read.values.finding && toFindingPart(reading, read.values.finding, given);
}

function toExamples(reading: RuleReading, read: RuleRead): RuleExample[] {
  const folder = dirname(resolve(reading.file.source.file));
  return (read.values.example ?? []).map(({ values }) => ({
    fires: values.fires ?? true,
    note: values.note,
    events: (values.events ?? []).map(({ value, node }) => {
      const file = resolve(folder, value);
      if (!existsSync(file)) {
        // The rule runs all the same; only `rules test` cannot prove it.
        reading.warn('LINT-EXAMPLE', `there is no file "${value}" beside the rule.${nearestFile(file)}`, node);
      }
      return file;
    }),
  }));
}

function nearestFile(file: string): string {
  try {
    return didYouMean(basename(file), readdirSync(dirname(file)));
  } catch {
    // The folder is missing as well: there is nothing to suggest.
    return '';
  }
}
