import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import type { Rule } from '../rule.ts';
import { parseRule } from '../rule-file/load-rule-file.ts';
import { convertElasticRule } from './elastic-rule.ts';

const BASE: Document = {
  rule_id: 'own-share-rule',
  name: 'Own rule about shares',
  description: 'Written for this test.',
  type: 'query',
  language: 'kuery',
  query: 'event.code:5145',
  severity: 'medium',
  risk_score: 47,
  version: 3,
  author: ['Security team'],
  license: 'Own licence',
};

const CONTEXT = { now: 0, settings: DEFAULT_CONFIG.rules };

function convert(keys: Document) {
  return convertElasticRule({ keys: { ...BASE, ...keys }, original: '{"the": "original"}', exceptionLists: ['l1'] });
}

/** Converts and loads; the loader must take what the importer writes. */
function load(keys: Document): { rule: Rule; notes: readonly string[] } {
  const { toml, notes, unsupported } = convert(keys);
  expect(unsupported).toBeUndefined();
  const loaded = parseRule({ file: 'r.toml', text: toml }, CONTEXT);
  expect(loaded.errors).toEqual([]);
  return { rule: loaded.rule!, notes };
}

test('the plain keys are kept', () => {
  const { rule, notes } = load({
    interval: '10m',
    from: 'now-20m',
    to: 'now',
    max_signals: 50,
    tags: ['a', 'b'],
    false_positives: ['deployment'],
    references: ['https://example.org/x'],
    note: '## Steps\n\n1. Look at "source.ip" in C:\\Temp\n',
    setup: 'Switch on auditing.',
    enabled: false,
    building_block_type: 'default',
    timestamp_override: 'event.ingested',
    rule_name_override: 'event.action',
    investigation_fields: { field_names: ['source.ip', 'user.name'] },
    required_fields: [{ name: 'event.code', type: 'keyword', ecs: true }],
    related_integrations: [{ package: 'system', version: '^1.0.0', integration: '' }],
    severity_mapping: [{ field: 'event.outcome', operator: 'equals', value: 'success', severity: 'high' }],
    risk_score_mapping: [{ field: 'event.risk_score', operator: 'equals', value: '' }],
  });
  expect(notes).toEqual([]);
  expect(rule).toMatchObject({
    id: 'own-share-rule',
    name: BASE['name'],
    version: 3,
    query: 'event.code:5145',
    severity: 'medium',
    riskScore: 47,
    author: ['Security team'],
    license: 'Own licence',
    intervalMs: 600_000,
    lookBackMs: 1_200_000,
    maxSignals: 50,
    tags: ['a', 'b'],
    falsePositives: ['deployment'],
    references: ['https://example.org/x'],
    note: '## Steps\n\n1. Look at "source.ip" in C:\\Temp\n',
    setup: 'Switch on auditing.',
    enabled: false,
    buildingBlock: true,
    timestampOverride: 'event.ingested',
    investigationFields: ['source.ip', 'user.name'],
    exceptionLists: ['l1'],
    overrides: {
      severity: [{ field: 'event.outcome', value: 'success', severity: 'high' }],
      riskScoreField: 'event.risk_score',
      nameField: 'event.action',
    },
  });
});

test.each([
  ['own-share-rule', 'own-share-rule', undefined],
  [
    '9d0f2b6e-0000-4000-8000-00000000abcd',
    '9d0f2b6e-0000-4000-8000-00000000abcd',
    '9d0f2b6e-0000-4000-8000-00000000abcd',
  ],
  ['Own_Rule.7', 'own-rule-7', 'Own_Rule.7'],
  ['…', 'own-rule-about-shares', '…'],
])('rule_id %j becomes id %j, uuid %j', (ruleId, id, uuid) => {
  const { rule } = load({ rule_id: ruleId });
  expect(rule.id).toBe(id);
  if (uuid !== undefined) expect(rule.uuid).toBe(uuid);
});

describe('queries', () => {
  const networks = new Networks();
  const matches = (keys: Document, event: Document) =>
    compileMatcher(load(keys).rule.predicate)(new DocumentEvent(networks, event));
  const filters = [
    { meta: { negate: true }, query: { match_phrase: { 'user.name': 'backup' } } },
    { query: { bool: { should: [{ term: { 'event.code': '5145' } }, { term: { 'event.code': '5140' } }] } } },
  ];

  test.each([
    [{ query: 'event.code:5145' }, { event: { code: '5145' } }, true],
    [{ query: '' }, { event: { code: '1' } }, true],
    [{ query: undefined, filters }, { event: { code: '5140' } }, true],
    [
      { query: 'event.code:5145 or event.code:5140', filters },
      { event: { code: '5140' }, user: { name: 'backup' } },
      false,
    ],
    [{ query: 'event.code:1 or event.code:5140', filters }, { event: { code: '1' } }, false],
    [{ query: 'event.code:1 or event.code:5140', filters }, { event: { code: '5140' } }, true],
    [{ index: ['logs-system.security-*'] }, { event: { code: '5145', dataset: 'system.security' } }, true],
    [{ index: ['logs-system.security-*'] }, { event: { code: '5145', dataset: 'zeek.dns' } }, false],
    [{ index: ['logs-system.security-*', 'winlogbeat-*'] }, { event: { code: '5145', dataset: 'x' } }, true],
    [{ query: 'process.command_line:"${x}"' }, { process: { command_line: '${x}' } }, true],
  ])('%j on %j: %s', (keys, event, expected) => {
    expect(matches(keys, event)).toBe(expected);
  });

  test('a query without filters stays as it was written', () => {
    expect(load({ query: '\nevent.code:5145\n  and user.name:*\n' }).rule.query).toBe(
      'event.code:5145\n  and user.name:*',
    );
  });
});

describe('parts of rule types', () => {
  test('threshold', () => {
    const threshold = { field: ['source.ip'], value: 30, cardinality: [{ field: 'destination.ip', value: 5 }] };
    const { rule, notes } = load({
      type: 'threshold',
      threshold,
      alert_suppression: { duration: { value: 2, unit: 'h' } },
    });
    expect(rule.threshold).toEqual({ ...threshold, windowMs: 540_000 });
    expect(rule.suppression).toEqual({ groupBy: ['source.ip'], durationMs: 7_200_000, missing: 'suppress' });
    expect(notes).toEqual([]);
    expect(load({ type: 'threshold', threshold: { field: '', value: 3 } }).rule.threshold?.field).toEqual([]);
  });

  test.each([
    [{ new_terms_fields: ['user.name', 'host.name'], history_window_start: 'now-7d' }],
    [
      {
        new_terms: {
          field: 'new_terms_fields',
          value: ['user.name', 'host.name'],
          history_window_start: [{ field: 'history_window_start', value: 'now-7d' }],
        },
      },
    ],
  ])('new_terms %j', (keys) => {
    const { rule, notes } = load({ type: 'new_terms', ...keys });
    expect(rule.newTerms).toEqual({ fields: ['user.name', 'host.name'], historyMs: 7 * 86_400_000, learnMs: 0 });
    expect(notes).toEqual([]);
  });

  test('threat: sub-techniques stand for their technique', () => {
    const tactic = { id: 'TA0008', name: 'Lateral Movement' };
    const sub = [{ id: 'T1021.002', name: 'SMB/Windows Admin Shares' }];
    const { rule, notes } = load({
      threat: [
        {
          framework: 'MITRE ATT&CK',
          tactic,
          technique: [
            { id: 'T1021', name: 'Remote Services', subtechnique: sub },
            { id: 'T1570', name: 'Lateral Tool Transfer' },
          ],
        },
        { tactic: { name: 'Impact' }, technique: [] },
        { tactic, technique: [{ id: 'X1', name: 'x' }] },
      ],
    });
    expect(rule.threat.map(({ technique, name, tactic: of }) => [technique, name, of])).toEqual([
      ['T1021.002', 'SMB/Windows Admin Shares', 'Lateral Movement'],
      ['T1570', 'Lateral Tool Transfer', 'Lateral Movement'],
    ]);
    expect(notes).toEqual([
      'threat: the tactic "Impact" has no technique; left out',
      'threat: "X1" is no technique; left out',
    ]);
  });
});

const NOTED: readonly [keys: Document, note: string][] = [
  [{ severity: 'grave' }, 'severity "grave" is not known; medium is taken'],
  [{ risk_score: 200 }, 'risk_score is not a whole number from 0 to 100; left out'],
  [{ from: 'now-1M/M' }, 'from is not a duration'],
  [{ to: 'now-1h' }, 'to: every run ends now'],
  [{ tags: ['ok', 5] }, 'tags is not a list of texts'],
  [{ enabled: 'yes' }, 'enabled is not true or false'],
  [{ timestamp_override: 'own.ingest_time' }, 'timestamp_override: there is no field "own.ingest_time" here'],
  [{ rule_name_override: 'source' }, 'rule_name_override: there is no field "source" here'],
  [
    { investigation_fields: { field_names: ['own.x', 'user.name'] } },
    'investigation_fields: not known here and left out: own.x',
  ],
  [{ required_fields: [{ type: 'keyword' }] }, 'required_fields: an entry without name is left out'],
  [
    { severity_mapping: [{ field: 'own.x', value: 'a', severity: 'low' }] },
    'severity_mapping: "own.x" = "a" cannot be taken over',
  ],
  [{ risk_score_mapping: [{ field: 'own.x' }] }, 'risk_score_mapping: there is no field "own.x" here'],
  [
    { risk_score_mapping: [{ field: 'event.risk_score' }, { field: 'event.severity' }] },
    'only the first of several fields',
  ],
  [{ alert_suppression: { group_by: ['own.x'] } }, 'alert_suppression: groups by ["own.x"]'],
  [
    { alert_suppression: { group_by: ['user.name'], duration: { value: 1, unit: 'y' } } },
    'alert_suppression.duration "1y" is no duration',
  ],
  [
    { alert_suppression: { group_by: ['user.name'], duration: { value: 30, unit: 'd' } } },
    'cut to the longest one, 7d',
  ],
  [{ filters: [{ meta: { disabled: true }, query: { match_all: {} } }] }, 'filter 1 is switched off and left out'],
  [{ filters: [{ query: { exists: { field: 'user.name' } } }] }, "Kibana's filters stand in the query now: 1"],
  [{ query: 'own.field:1' }, 'query: '],
  [{ note: 'x !{osquery{"query":"y"}} !{insight{}}' }, 'blocks that only Kibana runs (osquery, insight)'],
  [{ actions: [{ id: 'x' }] }, '1 actions are not taken over'],
  [{ response_actions: [{ action_type_id: '.osquery' }] }, '1 response actions (osquery, endpoint) are not taken over'],
  [{ type: 'saved_query', saved_id: 's1' }, 'the saved query "s1" is not followed'],
  [{ timeline_id: 't', data_view_id: 'd' }, 'not taken over: timeline_id, data_view_id'],
  [{ created_by: 'bob', updated_at: 'x', meta: {} }, 'records of the other system, not kept: created_by, updated_at'],
  [{ index: ['packetbeat-*', 'logs-panw.panos*'] }, 'index "packetbeat-*" names no dataset'],
];

test('a sequence in EQL is taken over as it stands', () => {
  const query = 'sequence by host.name with maxspan=10m\n  [authentication where true]\n  [process where true]';
  const { rule } = load({ type: 'eql', language: 'eql', query, tiebreaker_field: 'event.sequence' });
  expect(rule.type).toBe('eql');
  expect(rule.sequence?.query).toMatchObject({ kind: 'sequence', maxspanMs: 600_000 });
  expect(rule.legs).toHaveLength(2);
});

test.each(NOTED)('%j is noted', (keys, note) => {
  expect(load(keys).notes.join('\n')).toContain(note);
});

test('rules in EQL are taken over whole', () => {
  const { rule, notes } = load({
    type: 'eql',
    language: 'eql',
    query: 'sequence by host.name with maxspan=1m\n  [file where own.field == "x"] // kept\n  [process where true]',
    event_category_override: 'event.type',
    tiebreaker_field: 'event.sequence',
    timestamp_field: 'event.ingested',
    filters: [],
  });
  expect(rule).toMatchObject({ type: 'eql', legs: [{ name: 'step-1' }, { name: 'step-2' }] });
  expect(rule.query).toContain('?own.field == "x"] // kept');
  expect(rule.sequence!.clock.timestamp).toBe('event.ingested');
  expect(rule.legs[1]!.predicate).toMatchObject({ kind: 'equals', field: { name: 'event.type' }, value: 'process' });
  expect(notes).toEqual(['query: fields that do not exist here are read as absent: own.field']);
});

test("Kibana's filters hold for each event of a rule in EQL", () => {
  const { rule, notes } = load({
    type: 'eql',
    language: 'eql',
    query: 'file where file.name : "a*"',
    filters: [{ query: { match_phrase: { 'user.name': 'ann' } } }],
  });
  expect(rule.query).toBe('file where file.name: "a*" and user.name == "ann"');
  expect(notes.join()).toContain("Kibana's filters stand in the query now: 1");
});

const UNSUPPORTED: readonly [keys: Document, reason: string][] = [
  [{ type: 'eql', language: 'eql', query: 'any where' }, '(line 1, column 10 of the query)'],
  [{ type: 'eql', language: 'eql', query: 'any where message : "x"' }, 'its query cannot be read: message is text'],
  [{ type: 'eql', language: 'eql', query: 'any where true', timestamp_field: 'event.duration' }, 'timestamp_field'],
  [
    { type: 'eql', language: 'eql', query: 'any where true', filters: [{ query: { match: { message: 'x' } } }] },
    'words of message',
  ],
  [{ type: 'eql', query: 'any where true', timestamp_field: 'own.clock' }, 'own.clock'],
  [{ type: 'esql', language: 'esql', query: 'from x' }, 'ES|QL is not supported'],
  [{ type: 'machine_learning', query: undefined }, 'machine learning job'],
  [{ type: 'threat_match' }, 'index of indicators'],
  [{ language: 'lucene' }, 'Lucene queries are not supported'],
  [{ language: 'sql' }, 'there is no query language "sql"'],
  [{ type: 'constructor' }, 'there is no rule type "constructor"'],
  [{ type: 'saved_query', query: undefined }, 'the query of a saved_query rule is not in the file'],
  [{ query: 'source.ip:()' }, '(line 1, column 12 of the query)'],
  [{ query: 'destination.port:smb' }, 'its query cannot be read'],
  [{ filters: [{ query: { script: {} } }] }, 'the clause "script" cannot be written in KQL'],
  [{ filters: [{ query: { wildcard: { 'source.ip': '10.*' } } }] }, 'its query cannot be read'],
  [{ type: 'threshold' }, 'a threshold rule without threshold'],
  [{ type: 'threshold', threshold: { field: [], value: 0 } }, 'threshold.value'],
  [{ type: 'threshold', threshold: { field: ['own.x'], value: 1 } }, 'threshold.field: there is no field "own.x" here'],
  [
    { type: 'threshold', threshold: { field: [], value: 1, cardinality: [{ field: 'user.name' }] } },
    'threshold.cardinality',
  ],
  [{ type: 'new_terms', new_terms_fields: [] }, 'new_terms_fields names 0 fields'],
  [
    { type: 'new_terms', new_terms_fields: ['user.name'], history_window_start: 'now-1M' },
    'history_window_start "now-1M"',
  ],
];

test.each(UNSUPPORTED)('%j is kept, but does not run', (keys, reason) => {
  const { toml, notes, unsupported } = convert(keys);
  expect(unsupported).toContain(reason);
  expect(notes).toHaveLength(1);
  const loaded = parseRule({ file: 'r.toml', text: toml }, CONTEXT);
  expect(loaded.errors).toEqual([]);
  expect(loaded.unsupported).toMatchObject({ id: 'own-share-rule', name: BASE['name'], reason: unsupported });
  expect(toml).toContain(`original = '{"the": "original"}'`);
  expect(toml).toContain('author = ["Security team"]');
  expect(toml).toContain('license = "Own licence"');
});
