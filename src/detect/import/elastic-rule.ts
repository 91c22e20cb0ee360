/** One of a user's own Elastic rules to our rule file. Fields, numbers and words are kept; what is not is in the notes. */
import { SmbError } from '../../base/error.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Document } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { parseKql } from '../../query/kql/parser.ts';
import { printKql } from '../../query/kql/printer.ts';
import { SEVERITIES } from '../../event/severity.ts';
import { parseRule } from '../rule-file/load-rule-file.ts';
import { importEql } from './eql-query.ts';
import { ForeignRule } from './foreign-rule.ts';
import { indexToDatasets } from './index-datasets.ts';
import { filterToKql } from './kibana-filter.ts';
import { andNode } from './kql-nodes.ts';
import { shortName } from './short-name.ts';
import { NotExpressible } from './not-expressible.ts';
import {
  investigationFieldsOf,
  newTermsOf,
  plainTables,
  riskScoreMappingOf,
  severityMappingOf,
  suppressionOf,
  threatOf,
  thresholdOf,
} from './rule-parts.ts';
import type { TomlInline } from './toml-writer.ts';
import { writeRuleToml } from './write-rule-toml.ts';

/** A rule taken over. */
export interface ImportedRule {
  /** Kebab-case; the file may be called so. */
  readonly id: string;
  readonly name: string;
  /** Text of the rule file. */
  readonly toml: string;
  /** What could not be taken over, and what means something else here. */
  readonly notes: readonly string[];
  /** Why the rule cannot run; it is then kept whole, switched off. */
  readonly unsupported: string | undefined;
}

/** A rule to take over. */
export interface ElasticRule {
  readonly keys: Document;
  /** The text it was read from, kept for rules that cannot run, so that they can be given back unchanged. */
  readonly original: string;
  /** Shared exception lists it names. */
  readonly exceptionLists: readonly string[];
}

/** Types that cannot run, with the reason. */
const UNSUPPORTED_TYPES: Readonly<Record<string, string>> = {
  esql: 'ES|QL is not supported',
  machine_learning: 'it reads the results of a machine learning job',
  threat_match: 'matching against an index of indicators is not supported; a value list with in_list does the same',
};

/** Keys that are records of the other system and say nothing about the detection. */
const RECORDS: ReadonlySet<string> = new Set([
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'revision',
  'immutable',
  'rule_source',
  'meta',
  'id',
  'execution_summary',
  'last_success_at',
  'last_success_message',
  'status',
  'status_date',
  'outcome',
  'alias_target_id',
  'output_index',
  'namespace',
  'throttle',
  'concurrent_searches',
  'items_per_search',
]);

/**
 * @param rule keys as Kibana exports them or as `[rule]` of a rule file
 * @returns the rule file; never throws: what cannot run is `unsupported`
 */
export function convertElasticRule(rule: ElasticRule): ImportedRule {
  const from = new ForeignRule(rule.keys);
  const id = idOf(rule.keys);
  const name = from.text('name') ?? id;
  try {
    const toml = writeRuleToml(ruleText(from, rule, id, name));
    checkLoads(id, toml);
    return { id, name, toml, notes: from.notes, unsupported: undefined };
  } catch (error) {
    if (!(error instanceof NotExpressible)) throw error;
    const reason = error.message;
    const toml = writeRuleToml(unsupportedText(rule, id, name, reason));
    return { id, name, toml, notes: [`not run here: ${reason}; kept as it was`], unsupported: reason };
  }
}

/** The loader has the last word: what it refuses is kept as unsupported, with its words. */
function checkLoads(id: string, text: string): void {
  const { errors } = parseRule({ file: `${id}.toml`, text }, { now: 0, settings: DEFAULT_CONFIG.rules });
  if (errors.length > 0) throw new NotExpressible(errors.map((error) => error.message).join(' '));
}

/** A rule file that says what it is and why it does not run, with the whole rule as it came. */
function unsupportedText(rule: ElasticRule, id: string, name: string, reason: string): TomlInline {
  const { rule_id: ruleId, type, language, author, license, tags } = rule.keys;
  return {
    id,
    uuid: textOr(ruleId),
    name,
    type: textOr(type) ?? 'query',
    language: textOr(language),
    enabled: false,
    author: textsOr(author),
    license: textOr(license),
    tags: textsOr(tags),
    unsupported: reason,
    original: rule.original,
  };
}

/** @returns the rule's id in kebab-case: its own where that fits, else made from it or from its name */
export function idOf(keys: Document): string {
  const { rule_id: ruleId, name } = keys;
  return slug(textOr(ruleId) ?? '') || slug(textOr(name) ?? '') || 'rule';
}

/** @returns lower-case words joined by hyphens, short enough for the name of a file */
function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return shortName(words);
}

function ruleText(from: ForeignRule, rule: ElasticRule, id: string, name: string): TomlInline {
  const ruleId = from.text('rule_id');
  const type = typeOf(from);
  const { query, filters } = type === 'eql' ? eqlQueryOf(from) : kqlQueryOf(from);
  const { datasets, notes } = indexToDatasets(from.texts('index') ?? []);
  from.notes.push(...notes);
  const threshold = type === 'threshold' ? thresholdOf(from) : undefined;
  const text: TomlInline = {
    id,
    uuid: ruleId !== undefined && (ruleId !== id || UUID.test(ruleId)) ? ruleId : undefined,
    name,
    version: from.integer('version', 1, Number.MAX_SAFE_INTEGER),
    type,
    datasets: datasets.length === 0 ? undefined : datasets,
    query,
    severity: severityOf(from),
    risk_score: from.integer('risk_score', 0, 100),
    severity_mapping: severityMappingOf(from),
    risk_score_mapping: riskScoreMappingOf(from),
    rule_name_override: from.field('rule_name_override'),
    interval: from.duration('interval'),
    from: from.duration('from'),
    max_signals: from.integer('max_signals', 1, 100_000),
    timestamp_override: from.field('timestamp_override'),
    timestamp_field: type === 'eql' ? from.text('timestamp_field') : undefined,
    event_category_field:
      type === 'eql' ? (from.field('event_category_override') ?? from.field('event_category_field')) : undefined,
    tiebreaker_field: type === 'eql' ? from.field('tiebreaker_field') : undefined,
    threshold,
    new_terms: type === 'new_terms' ? newTermsOf(from) : undefined,
    alert_suppression: suppressionOf(from, threshold?.['field']),
    exceptions: rule.exceptionLists.length === 0 ? undefined : rule.exceptionLists,
    enabled: from.flag('enabled'),
    building_block: from.text('building_block_type') === undefined ? undefined : true,
    description: from.text('description'),
    author: from.texts('author'),
    license: from.text('license'),
    tags: from.texts('tags'),
    false_positives: from.texts('false_positives'),
    references: from.texts('references'),
    note: noteOf(from),
    setup: from.text('setup'),
    investigation_fields: investigationFieldsOf(from),
    required_fields: plainTables(from, 'required_fields', 'name'),
    related_integrations: plainTables(from, 'related_integrations', 'package'),
    threat: threatOf(from),
  };
  if (filters > 0) from.notes.push(`Kibana's filters stand in the query now: ${filters}`);
  noteRest(from);
  return text;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function typeOf(from: ForeignRule): string {
  const type = from.text('type') ?? 'query';
  const language = from.text('language') ?? 'kuery';
  const reason = Object.hasOwn(UNSUPPORTED_TYPES, type) ? UNSUPPORTED_TYPES[type] : undefined;
  if (reason !== undefined) throw new NotExpressible(reason);
  if (type === 'eql') return type;
  if (language === 'lucene') throw new NotExpressible('Lucene queries are not supported');
  if (language !== 'kuery' && language !== 'kql') throw new NotExpressible(`there is no query language "${language}"`);
  if (type === 'saved_query') {
    from.notes.push(`the saved query "${from.text('saved_id') ?? ''}" is not followed; the query in the rule is used`);
    if (from.take('query') === undefined)
      throw new NotExpressible('the query of a saved_query rule is not in the file');
    return 'query';
  }
  if (type !== 'query' && type !== 'threshold' && type !== 'new_terms') {
    throw new NotExpressible(`there is no rule type "${type}"`);
  }
  return type;
}

/** The query with Kibana's filters AND-ed to it, as it was written where there are none. */
function kqlQueryOf(from: ForeignRule): { query: string; filters: number } {
  const query = (from.text('query') ?? '').trim();
  const conditions = filtersOf(from);
  return readable(() => {
    const source = { file: 'query', text: query };
    const whole = conditions.length === 0 ? query : printKql(andNode([parseKql(source), ...conditions]));
    noteRemarks(from, compileKql({ file: 'query', text: whole }, { now: 0 }).diagnostics);
    return { query: withoutParameters(whole), filters: conditions.length };
  });
}

/** Fields that do not exist here are marked as optional, so that the rule loads and says what it cannot see. */
function eqlQueryOf(from: ForeignRule): { query: string; filters: number } {
  const text = (from.text('query') ?? '').trim();
  const conditions = filtersOf(from);
  return readable(() => {
    const { query, unknown } = importEql(text, conditions);
    if (unknown.length > 0) {
      from.notes.push(`query: fields that do not exist here are read as absent: ${unknown.join(', ')}`);
    }
    const category = fields.find(from.text('event_category_override') ?? from.text('event_category_field') ?? '');
    const { diagnostics } = compileEql({ file: 'query', text: query }, { now: 0, categoryField: category });
    noteRemarks(
      from,
      diagnostics.filter(({ code }) => code !== 'EQL-UNKNOWN-FIELD'),
    );
    return { query, filters: conditions.length };
  });
}

function filtersOf(from: ForeignRule): KqlNode[] {
  const list = from.take('filters');
  return (Array.isArray(list) ? list : []).flatMap((filter: unknown, index) => {
    const condition = filterToKql(filter);
    if (!condition) from.notes.push(`filter ${index + 1} is switched off and left out`);
    return condition ?? [];
  });
}

function noteRemarks(from: ForeignRule, diagnostics: readonly Diagnostic[]): void {
  for (const { message } of diagnostics) from.notes.push(`query: ${message}`);
}

/** @throws NotExpressible with the place, when the query cannot be read */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    const where = error.place ? ` (line ${error.place.line}, column ${error.place.column} of the query)` : '';
    throw new NotExpressible(`its query cannot be read: ${error.message}${where}`);
  }
}

/** A rule file puts parameters where `${name}` stands; in an imported query it is text. */
function withoutParameters(query: string): string {
  return query.replaceAll('${', '$\\u007b');
}

function severityOf(from: ForeignRule): string {
  const severity = from.text('severity');
  const known = SEVERITIES.find((name) => name === severity);
  if (known) return known;
  from.notes.push(`severity ${JSON.stringify(severity ?? null)} is not known; medium is taken`);
  return 'medium';
}

function noteOf(from: ForeignRule): string | undefined {
  const note = from.text('note');
  const plugins = new Set((note ?? '').match(/!\{(?:osquery|insight|investigate)/g));
  if (plugins.size > 0) {
    from.notes.push(
      `the guide has blocks that only Kibana runs (${[...plugins].map((one) => one.slice(2)).join(', ')}); kept as text`,
    );
  }
  return note;
}

function noteRest(from: ForeignRule): void {
  if (from.text('to') !== undefined && from.take('to') !== 'now') from.notes.push('to: every run ends now; left out');
  const actions = from.take('actions');
  if (Array.isArray(actions) && actions.length > 0) from.notes.push(`${actions.length} actions are not taken over`);
  const responses = from.take('response_actions');
  if (Array.isArray(responses) && responses.length > 0) {
    from.notes.push(`${responses.length} response actions (osquery, endpoint) are not taken over`);
  }
  from.take('exceptions_list');
  const rest = from.rest();
  const records = rest.filter((key) => RECORDS.has(key));
  const others = rest.filter((key) => !RECORDS.has(key));
  if (others.length > 0) from.notes.push(`not taken over: ${others.join(', ')}`);
  if (records.length > 0) from.notes.push(`records of the other system, not kept: ${records.join(', ')}`);
}

function textOr(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function textsOr(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}
