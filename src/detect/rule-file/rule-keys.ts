/** Every key of a rule file, as data: what is checked, what is read and what the reference page says. */
import {
  duration,
  flag,
  integer,
  list,
  locatedText,
  mapOf,
  number,
  oneOf,
  parsedText,
  scalar,
  table,
  tables,
  text,
  texts,
} from '../../base/toml/shapes.ts';
import { type TomlReferenceRow, tomlReference } from '../../base/toml/toml-reference.ts';
import type { Shape, TableKeys } from '../../base/toml/toml-reader.ts';
import { byteSize } from '../../base/toml/shapes.ts';
import { parseDuration } from '../../base/time/duration.ts';
import { RULE_TYPES } from '../rule.ts';
import { MAX_SAMPLES_PER_KEY } from '../sequence/sample-machine.ts';
import { TECHNIQUE_ID } from './attack-techniques.ts';
import { CONVERGENCE } from './convergence-keys.ts';
import { fieldName, fieldNames, KQL, riskScore, severity } from './rule-shapes.ts';

const DAY_MS = 86_400_000;
const QUERY = 'a query in KQL or EQL';

/** `now-9m` or `9m`. */
const lookBack = (type: string) =>
  parsedText(type, (value) => parseDuration(value.replace(/^now-/, '')) || undefined, 'such as "now-9m"');

const technique = parsedText(
  'an ATT&CK technique',
  (value) => (TECHNIQUE_ID.test(value) ? value : undefined),
  'such as "T1021" or "T1021.002"',
);

const legName = parsedText(
  'a name in kebab-case',
  (value) => (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? value : undefined),
  'such as "logon"',
);

/** A number of bytes, or a size such as `64KiB`. */
const bytes: Shape<number> = {
  type: 'a number of bytes or a size such as "64KiB"',
  read: (node, name, reader) =>
    (node.kind === 'number' ? integer({ min: 1 }) : byteSize({ min: 1 })).read(node, name, reader),
};

/** `"field"`, or as other engines write it: a list of tables with `field`. */
const fieldOrMapping: Shape<string> = {
  type: 'the name of a field',
  read: (node, name, reader) => {
    const first = node.kind === 'array' && node.elements.length === 1 ? node.elements[0]! : node;
    if (first.kind !== 'table') return fieldName().read(first, name, reader);
    return reader.table(first, MAPPING).values.field;
  },
};
const MAPPING = {
  field: { shape: fieldName(), meaning: 'Field', required: true },
  operator: { shape: oneOf(['equals']), meaning: 'Always equals' },
  value: { shape: text({ empty: true }), meaning: 'Unused' },
} satisfies TableKeys;

const THRESHOLD = {
  field: { shape: fieldNames(0, 5), meaning: 'Fields whose values make a group', default: '[]' },
  value: { shape: integer({ min: 1 }), meaning: 'Events a group needs', required: true },
  window: { shape: duration({ min: 1 }), meaning: 'Span of event time that counts; slides', default: 'the look-back' },
  cardinality: {
    shape: list(
      table({
        field: { shape: fieldName(), meaning: 'Field counted', required: true },
        value: { shape: integer({ min: 1 }), meaning: 'Different values needed', required: true },
      }),
    ),
    meaning: 'Different values that a group needs beside the number of events',
    default: '[]',
  },
} satisfies TableKeys;

const NEW_TERMS = {
  fields: { shape: fieldNames(1, 3), meaning: 'Fields whose values together are a term', required: true },
  history: { shape: lookBack('a duration'), meaning: 'How long a term is remembered', default: '"14d"' },
  learn: { shape: duration(), meaning: 'Time at the start of the evidence that only teaches', default: '"0s"' },
} satisfies TableKeys;

const VOLUME = {
  key: { shape: fieldNames(1, 5), meaning: 'Fields whose values have a volume of their own', required: true },
  sent_by: { shape: oneOf(['client', 'server']), meaning: 'Side whose payload is counted', required: true },
  at_least: { shape: bytes, meaning: 'Bytes a UTC day needs, whatever was usual', required: true },
  factor: { shape: number(), meaning: 'Times the most of the days before', default: '10' },
  history: { shape: lookBack('a duration'), meaning: 'Days before that are looked at', default: '"14d"' },
} satisfies TableKeys;

const LEVEL = {
  name: { shape: text(), meaning: 'Name of the rung', required: true },
  when: { shape: locatedText(KQL), meaning: 'Events that prove the rung', required: true },
  bytes: { shape: bytes, meaning: 'Payload one way that proves the rung as well' },
  severity: { shape: severity, meaning: 'Severity of a finding on this rung', required: true },
  risk_score: { shape: riskScore, meaning: 'Risk score', default: 'that of the severity' },
  techniques: { shape: list(technique), meaning: 'Techniques the rung adds', default: '[]' },
} satisfies TableKeys;

const RAISE = {
  level: { shape: text(), meaning: 'Rung whose findings are counted', required: true },
  group_by: { shape: fieldNames(1, 5), meaning: 'Fields whose values make a group', required: true },
  distinct: { shape: fieldName(), meaning: 'Field whose different values count', required: true },
  value: { shape: integer({ min: 1 }), meaning: 'Different values needed', required: true },
  window: { shape: duration({ min: 1 }), meaning: 'Span of event time that counts', required: true },
  severity: { shape: severity, meaning: 'Severity then', required: true },
  risk_score: { shape: riskScore, meaning: 'Risk score then', default: 'that of the severity' },
} satisfies TableKeys;

const FINDING = {
  key: { shape: fieldNames(1, 5), meaning: 'Fields whose values are one finding', required: true },
  per: { shape: oneOf(['day', 'none']), meaning: 'Whether a new UTC day is a new finding', default: '"none"' },
  member: { shape: fieldNames(0, 5), meaning: 'Fields that tell the connections of a finding apart', default: '[]' },
  join: { shape: locatedText(KQL), meaning: 'Events that add to a finding but do not open one' },
  level: { shape: tables(LEVEL), meaning: 'Rungs, weakest proof first', required: true },
  raise: { shape: tables(RAISE), meaning: 'Raises findings of a rung when there are many', default: '[]' },
} satisfies TableKeys;

const SUPPRESSION = {
  group_by: { shape: fieldNames(1, 5), meaning: 'Fields whose values make a group', required: true },
  duration: {
    shape: duration({ min: 1, max: 7 * DAY_MS }),
    meaning: 'How long a group stays silent after its last match',
    default: 'the run',
  },
  missing_fields_strategy: {
    shape: oneOf(['suppress', 'doNotSuppress']),
    meaning: 'What happens with events that lack a field of the group',
    default: '"suppress"',
  },
} satisfies TableKeys;

const THREAT = {
  technique: { shape: technique, meaning: 'ATT&CK technique or sub-technique', required: true },
  name: { shape: text(), meaning: 'Its name', default: 'from content/attack-techniques.json' },
  tactic: { shape: text(), meaning: 'Tactic', default: 'from content/attack-techniques.json' },
  attack_version: { shape: text(), meaning: 'Version of ATT&CK', default: 'that of content/attack-techniques.json' },
} satisfies TableKeys;

const EXAMPLE = {
  fires: { shape: flag(), meaning: 'Whether the rule must fire', required: true },
  events: { shape: list(text(), { min: 1 }), meaning: 'Files of events, relative to the rule file', required: true },
  note: { shape: text(), meaning: 'What the example shows' },
} satisfies TableKeys;

const COUNTER = {
  name: { shape: text(), meaning: 'What is counted', required: true },
  when: { shape: locatedText(KQL), meaning: 'Events counted', required: true },
  hint: { shape: text(), meaning: 'What the reader can do about it', required: true },
} satisfies TableKeys;

const PARAMETER = {
  default: { shape: scalar(), meaning: 'Value unless the configuration gives another', required: true },
  meaning: { shape: text(), meaning: 'What it sets', required: true },
  min: { shape: number(), meaning: 'Least number allowed' },
  max: { shape: number(), meaning: 'Largest number allowed' },
} satisfies TableKeys;

const SEVERITY_MAPPING = {
  field: { shape: fieldName(), meaning: 'Field', required: true },
  operator: { shape: oneOf(['equals']), meaning: 'Always equals' },
  value: { shape: text(), meaning: 'Value', required: true },
  severity: { shape: severity, meaning: 'Severity when the field has the value', required: true },
} satisfies TableKeys;

const INTEGRATION = {
  package: { shape: text(), meaning: 'Package', required: true },
  integration: { shape: text(), meaning: 'Part of the package' },
  version: { shape: text(), meaning: 'Version' },
} satisfies TableKeys;

const REQUIRED_FIELD = {
  name: { shape: text(), meaning: 'Field', required: true },
  type: { shape: text(), meaning: 'Type' },
  ecs: { shape: flag(), meaning: 'Whether it is a field of ECS' },
} satisfies TableKeys;

/** Keys of `[rule]`. */
export const RULE_KEYS = {
  id: {
    shape: parsedText(
      'an id in kebab-case',
      (value) => (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? value : undefined),
      'such as "admin-share-write"',
    ),
    meaning: 'Id in kebab-case, stable for ever',
    required: true,
  },
  uuid: { shape: text(), meaning: 'UUID', default: 'UUIDv5 of the id' },
  name: { shape: text(), meaning: 'Name', required: true },
  version: { shape: integer({ min: 1 }), meaning: 'Raised on every change of meaning', default: '1' },
  type: { shape: oneOf(RULE_TYPES), meaning: 'Rule type', required: true },
  language: { shape: oneOf(['kql', 'eql']), meaning: 'Language of the query', default: '"kql"; "eql" for type eql' },
  datasets: { shape: list(text()), meaning: 'Datasets looked at, with * for any run of characters', default: 'all' },
  query: {
    shape: locatedText(QUERY),
    meaning: 'Condition; ${name} stands for a parameter; needed by all types but convergence',
  },
  steps: {
    shape: list(legName, { min: 1 }),
    meaning: 'Names of the items of a sequence or sample, in their order',
    default: 'step-1, step-2 …',
  },
  parameters: { shape: mapOf(table(PARAMETER), 'name'), meaning: 'Values that a site may change' },
  severity: { shape: severity, meaning: 'low 21, medium 47, high 73, critical 99', required: true },
  risk_score: { shape: riskScore, meaning: 'Risk score', default: 'that of the severity' },
  severity_mapping: { shape: list(table(SEVERITY_MAPPING)), meaning: 'Severity taken from a field', default: '[]' },
  risk_score_mapping: { shape: fieldOrMapping, meaning: 'Field that gives the risk score' },
  rule_name_override: { shape: fieldName(), meaning: 'Field that gives the name of the alert' },
  interval: { shape: duration({ min: 1000 }), meaning: 'How often a schedule runs the rule', default: '"5m"' },
  from: { shape: lookBack('a look-back'), meaning: 'How far each run looks back', default: '"now-9m"' },
  to: { shape: oneOf(['now']), meaning: 'End of each run', default: '"now"' },
  max_signals: { shape: integer({ min: 1, max: 100_000 }), meaning: 'New alerts of one scheduled run', default: '100' },
  timestamp_override: { shape: fieldName(), meaning: 'Clock of the schedule', default: '"event.ingested"' },
  timestamp_field: { shape: fieldName(), meaning: 'Order of events in time, for EQL', default: '"@timestamp"' },
  event_category_field: { shape: fieldName(), meaning: 'Category field of EQL', default: '"event.category"' },
  tiebreaker_field: {
    shape: fieldName(),
    meaning: 'Order of events of one time, for EQL',
    default: '"event.sequence"',
  },
  samples_per_key: {
    shape: integer({ min: 1, max: MAX_SAMPLES_PER_KEY }),
    meaning: 'Alerts of a sample for each key',
    default: '1',
  },
  allowed_lateness: { shape: duration(), meaning: 'How late an event may come, for sequences', default: '"2m"' },
  state: {
    shape: oneOf(['carried', 'window']),
    meaning: 'Whether a schedule keeps open sequences from run to run',
    default: '"carried"',
  },
  overflow: { shape: oneOf(['resume', 'summarise']), meaning: 'What happens above max_signals', default: '"resume"' },
  threshold: { shape: table(THRESHOLD), meaning: 'Part of type threshold' },
  new_terms: { shape: table(NEW_TERMS), meaning: 'Part of type new_terms' },
  new_terms_fields: { shape: fieldNames(1, 3), meaning: 'Same as new_terms.fields' },
  history_window_start: { shape: lookBack('a look-back'), meaning: 'Same as new_terms.history' },
  volume: { shape: table(VOLUME), meaning: 'Part of type volume' },
  finding: { shape: table(FINDING), meaning: 'Part of type finding' },
  convergence: { shape: table(CONVERGENCE), meaning: 'Part of type convergence' },
  counter: { shape: tables(COUNTER), meaning: 'Events counted and shown, never alerted', default: '[]' },
  alert_suppression: { shape: table(SUPPRESSION), meaning: 'One alert speaks for its group' },
  exceptions: { shape: list(text()), meaning: 'Ids of shared exception lists', default: '[]' },
  enabled: { shape: flag(), meaning: 'Whether the rule runs unless the configuration says otherwise', default: 'true' },
  building_block: { shape: flag(), meaning: 'Alerts feed other rules and are hidden', default: 'false' },
  reason: {
    shape: locatedText('text'),
    meaning: 'The alert in one sentence, with {field} for values',
    default: 'a built-in one',
  },
  description: { shape: text({ empty: true }), meaning: 'What the rule finds' },
  author: { shape: texts({ orOne: true }), meaning: 'Authors', default: '[]' },
  license: { shape: text({ empty: true }), meaning: 'Licence' },
  tags: { shape: texts(), meaning: 'Tags', default: '[]' },
  false_positives: { shape: texts(), meaning: 'What else looks like this', default: '[]' },
  references: { shape: texts(), meaning: 'Links', default: '[]' },
  note: { shape: text({ empty: true }), meaning: 'Investigation guide in Markdown' },
  setup: { shape: text({ empty: true }), meaning: 'What must be switched on for the rule to see anything' },
  investigation_fields: { shape: list(fieldName()), meaning: 'Fields worth showing first', default: '[]' },
  required_fields: { shape: list(table(REQUIRED_FIELD)), meaning: 'Fields the rule needs', default: '[]' },
  related_integrations: { shape: list(table(INTEGRATION)), meaning: 'Integrations that give them', default: '[]' },
  threat: { shape: tables(THREAT), meaning: 'ATT&CK techniques', default: '[]' },
  example: { shape: tables(EXAMPLE), meaning: 'Evidence the rule must fire on, and a near miss', default: '[]' },
} satisfies TableKeys;

/** Keys at the top of a rule file. */
export const RULE_FILE_KEYS = {
  rule: { shape: table(RULE_KEYS), meaning: 'The rule', required: true },
} satisfies TableKeys;

/** @returns every key of a rule file with its type, default and meaning */
export function ruleReference(): readonly TomlReferenceRow[] {
  return tomlReference(RULE_FILE_KEYS);
}

/** Keys of one parameter. */
export const PARAMETER_KEYS = PARAMETER;
