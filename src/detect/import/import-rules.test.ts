import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { ExceptionSet } from '../exceptions/exception-set.ts';
import { parseExceptions } from '../exceptions/load-exceptions.ts';
import { parseRule } from '../rule-file/load-rule-file.ts';
import { parseValueList } from '../value-lists/load-value-list.ts';
import { importRules, importRuleText } from './import-rules.ts';
import { MAX_EXPORT_DEPTH } from './read-export.ts';

const RULE: Document = {
  rule_id: 'own-rule',
  name: 'Own rule',
  type: 'query',
  language: 'kuery',
  query: 'event.code:5145',
  severity: 'low',
  risk_score: 21,
  exceptions_list: [{ id: 'x', list_id: 'known-hosts', type: 'detection', namespace_type: 'single' }],
};
const LIST: Document = { list_id: 'known-hosts', type: 'detection', name: 'Known hosts', namespace_type: 'single' };
const VALUE_LIST: Document = {
  id: 'scanner hosts.txt',
  type: 'ip_range',
  name: 'scanner hosts.txt',
  description: 'All\nscanners',
};
const VALUES: readonly Document[] = [
  { id: '1', list_id: 'scanner hosts.txt', type: 'ip_range', value: '10.9.0.0/16' },
  { id: '2', list_id: 'scanner hosts.txt', type: 'ip_range', value: { gte: '10.8.0.1', lte: '10.8.0.9' } },
];
const SUMMARY: Document = {
  exported_count: 3,
  exported_rules_count: 1,
  missing_rules: [],
  exported_exception_list_count: 1,
  exported_exception_list_item_count: 1,
};

function item(entries: readonly unknown[], more: Document = {}): Document {
  return {
    item_id: 'item-1',
    list_id: 'known-hosts',
    type: 'simple',
    name: 'Backup server',
    description: 'Nightly backup',
    created_by: 'bob',
    created_at: '2026-01-02T03:04:05.678Z',
    expire_time: '2026-05-01T00:00:00.000Z',
    comments: [{ comment: 'agreed', created_by: 'eve', created_at: '2026-01-03T00:00:00.000Z' }],
    tags: ['backup'],
    os_types: [],
    entries,
    ...more,
  };
}

const MATCH = { type: 'match', field: 'source.ip', operator: 'included', value: '10.0.0.9' };

const ndjson = (...lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).join('\n');
const run = (...lines: readonly unknown[]) => importRuleText({ file: 'e.ndjson', text: ndjson(...lines) });
const refusedOf = (report: ReturnType<typeof run>) =>
  report.refused.map(({ name, reason, place }) => `${place?.line}:${place?.column} ${name}: ${reason}`);

test('a whole export: rules, exceptions and lists work together as they came', () => {
  const input = [
    RULE,
    LIST,
    item([
      MATCH,
      { type: 'list', field: 'destination.ip', operator: 'excluded', list: { id: VALUE_LIST['id'], type: 'ip_range' } },
    ]),
    VALUE_LIST,
    ...VALUES,
    SUMMARY,
  ];
  const report = run(...input);
  expect(report.refused).toEqual([]);
  expect(report.notes).toEqual([]);
  expect(report.rules.map(({ id, notes }) => [id, notes])).toEqual([['own-rule', []]]);
  expect(report.lists).toEqual([
    { name: 'scanner-hosts', text: '# kind: ip_range\n# All scanners\n10.9.0.0/16\n10.8.0.1-10.8.0.9\n', notes: [] },
  ]);
  expect(report.exceptions).toBe(`[[exception]]
id = "item-1"
name = "Backup server"
list = "known-hosts"
owner = "bob"
reason = "Nightly backup"
comment = '''
eve 2026-01-03T00:00:00.000Z: agreed
tags: backup'''
created = 2026-01-02T03:04:05.678Z
expires = 2026-05-01T00:00:00.000Z
[[exception.item]]
entries = [
  { field = "source.ip", operator = "is", value = "10.0.0.9" },
  { field = "destination.ip", operator = "not_in_list", value = "scanner-hosts" },
]
`);
  expect(run(...input)).toEqual(report);

  const { rule } = parseRule({ file: 'r', text: report.rules[0]!.toml }, { now: 0, settings: DEFAULT_CONFIG.rules });
  const { list } = parseValueList('scanner-hosts.txt', report.lists[0]!.text);
  const lists = new Map([[list.name, list]]);
  const loaded = parseExceptions([{ file: 'x', text: report.exceptions }], {
    lists,
    now: 0,
    sharedLists: rule!.exceptionLists,
  });
  expect([loaded.errors, loaded.warnings.map(({ code }) => code)]).toEqual([[], []]);
  const matcher = new ExceptionSet(loaded.exceptions, 0).forRule(rule!.id, rule!.exceptionLists)!;
  const hit = (destination: string) =>
    matcher(new DocumentEvent(new Networks(), { source: { ip: '10.0.0.9' }, destination: { ip: destination } }))?.id;
  expect([hit('10.1.1.1'), hit('10.9.1.1'), hit('10.8.0.5')]).toEqual(['item-1', undefined, undefined]);
});

const ENTRIES: readonly [entries: readonly unknown[], written: string][] = [
  [[MATCH], 'operator = "is", value = "10.0.0.9"'],
  [[{ ...MATCH, operator: 'excluded' }], 'operator = "is_not", value = "10.0.0.9"'],
  [
    [{ ...MATCH, type: 'match_any', value: ['10.0.0.1', '10.0.0.2'] }],
    'operator = "is_one_of", value = ["10.0.0.1", "10.0.0.2"]',
  ],
  [[{ ...MATCH, type: 'match_any', operator: 'excluded', value: ['10.0.0.1'] }], 'operator = "is_not_one_of"'],
  [[{ type: 'exists', field: 'user.name', operator: 'included' }], 'operator = "exists" }'],
  [[{ type: 'exists', field: 'user.name', operator: 'excluded' }], 'operator = "does_not_exist" }'],
  [
    [{ type: 'wildcard', field: 'process.name', operator: 'included', value: 'C:\\\\x\\\\a?*.exe' }],
    `operator = "matches", value = 'C:\\x\\a?*.exe'`,
  ],
  [
    [{ type: 'wildcard', field: 'process.name', operator: 'excluded', value: 'a*' }],
    'operator = "does_not_match", value = "a*"',
  ],
];

test.each(ENTRIES)('entries %j', (entries, written) => {
  const report = run(LIST, item(entries));
  expect(refusedOf(report)).toEqual([]);
  expect(report.exceptions).toContain(written);
});

test('nested entries must be met by one element, together with the plain entries', () => {
  const entries = [
    { type: 'match', field: 'matched.field', operator: 'included', value: 'source.ip' },
    { type: 'match_any', field: 'matched.atomic', operator: 'included', value: ['a', 'b'] },
    { type: 'exists', field: 'indicator.type', operator: 'excluded' },
  ];
  const report = run(LIST, item([MATCH, { type: 'nested', field: 'threat.enrichments', entries }]));
  expect(refusedOf(report)).toEqual([]);
  const { exceptions } = parseExceptions([{ file: 'x', text: report.exceptions }], { lists: new Map(), now: 0 });
  const matches = compileMatcher(exceptions[0]!.predicate);
  const holds = (ip: string, ...enrichments: readonly Document[]) =>
    matches(new DocumentEvent(new Networks(), { source: { ip }, threat: { enrichments } }));
  const both = { matched: { field: 'source.ip', atomic: 'b' } };
  expect(holds('10.0.0.9', both)).toBe(true);
  expect(holds('10.0.0.8', both)).toBe(false);
  expect(holds('10.0.0.9', { ...both, indicator: { type: 'ipv4-addr' } })).toBe(false);
  expect(holds('10.0.0.9', { matched: { field: 'source.ip' } }, { matched: { atomic: 'b' } })).toBe(false);
});

test('an exception without end says so, and its times are optional', () => {
  const report = run(
    LIST,
    item([MATCH], { expire_time: undefined, created_at: 'yesterday', created_by: '', description: '' }),
  );
  expect(report.exceptions).toContain('expires = "never"');
  expect(report.exceptions).not.toContain('created =');
  expect(report.exceptions).toContain('owner = "imported"\nreason = "Backup server"');
});

const REFUSED_ITEMS: readonly [changed: Document, reason: string][] = [
  [item([]), 'the item has no entries'],
  [item([5]), 'an entry is no object'],
  [item([{ type: 'match', operator: 'included', value: 'x' }]), 'an entry names no field'],
  [item([{ ...MATCH, type: 'regexp' }]), 'there is no entry type "regexp"'],
  [item([{ ...MATCH, type: 'constructor' }]), 'there is no entry type "constructor"'],
  [item([{ ...MATCH, operator: 'maybe' }]), 'neither included nor excluded, but "maybe"'],
  [item([{ ...MATCH, value: null }]), '"source.ip" has no value'],
  [item([{ ...MATCH, value: 'tenth' }]), 'takes an address or network'],
  [item([{ ...MATCH, type: 'match_any', value: [] }]), 'has no list of values'],
  [item([{ ...MATCH, field: 'own.field' }]), 'There is no field "own.field".'],
  [item([{ ...MATCH, type: 'wildcard', value: '10.*' }]), 'takes no pattern'],
  [item([{ type: 'wildcard', field: 'process.name', operator: 'included', value: 'a\\*' }]), 'holds "\\*"'],
  [item([{ type: 'wildcard', field: 'process.name', operator: 'included', value: 'C:\\x*' }]), 'holds "\\x"'],
  [
    item([{ type: 'list', field: 'source.ip', operator: 'included', list: { id: 'gone' } }]),
    'the value list "gone" is missing',
  ],
  [
    item([{ type: 'nested', field: 'process.parents', entries: [MATCH] }]),
    '"process.parents" is not a nested field here',
  ],
  [item([{ type: 'nested', field: 'threat.enrichments', entries: [] }]), 'has no entries'],
  [
    item([{ type: 'nested', field: 'threat.enrichments', entries: [{ ...MATCH, field: 'own' }] }]),
    'there is no field "threat.enrichments.own"',
  ],
  [item([MATCH], { expire_time: 'soon' }), 'expire_time "soon" is no time'],
  [item([MATCH], { os_types: ['windows'] }), 'endpoint agent'],
  [item([MATCH], { list_id: 'other' }), 'its exception list "other" is not in the file'],
  [item([MATCH], { item_id: ' ' }), 'no item_id'],
];

test.each(REFUSED_ITEMS)('item %j is refused', (changed, reason) => {
  const report = run(LIST, changed);
  expect(report.exceptions).toBe('');
  expect(refusedOf(report)).toHaveLength(1);
  expect(refusedOf(report)[0]).toMatch(/^2:1 exception /);
  expect(refusedOf(report)[0]).toContain(reason);
});

describe('what belongs together', () => {
  test.each([
    [
      'a rule whose exceptions are missing',
      [RULE],
      ['1:1 rule "Own rule": its exception list "known-hosts" is missing'],
    ],
    ['a rule twice', [LIST, RULE, RULE], ['3:1 rule "Own rule": there is another rule with the id "own-rule"']],
    [
      'an item twice',
      [LIST, item([MATCH]), item([MATCH])],
      ['3:1 exception "Backup server": there is another exception with the id "item-1"'],
    ],
    [
      'a list of the agent',
      [{ ...LIST, type: 'endpoint' }],
      ['1:1 exception list "known-hosts": lists of type "endpoint"'],
    ],
    [
      'a value without list',
      [VALUES[0]],
      ['1:1 value list item: its value list "scanner hosts.txt" is not in the file'],
    ],
    ['a list twice', [VALUE_LIST, VALUE_LIST], ['2:1 value list "scanner hosts.txt": there is another value list']],
    ['a list of dates', [{ id: 'd', type: 'date', name: 'd' }], ['1:1 value list "d": lists of type "date"']],
    [
      'a line of another kind',
      [{ a: 1, b: 2 }],
      ['1:1 line: this is no rule, exception, value list or summary (keys: a, b)'],
    ],
    ['two summaries', [SUMMARY, SUMMARY], ['1:1 summary: it counts 1 lines of kind "rule", the file has 0']],
  ])('%s', (_, lines, expected) => {
    const found = refusedOf(run(...lines));
    for (const [index, start] of expected.entries()) expect(found[index]).toContain(start);
  });

  test('counts are held against the summary, and what the export itself misses is told', () => {
    const report = run(LIST, { ...SUMMARY, missing_rules: [{ rule_id: 'r1' }], missing_rules_count: 1 });
    expect(refusedOf(report)).toEqual([
      '2:1 summary: it counts 1 lines of kind "rule", the file has 0',
      '2:1 summary: it counts 1 lines of kind "exception item", the file has 0',
      '2:1 summary: missing_rules: the export itself says that 1 are missing: r1',
    ]);
    expect(run(LIST).notes.join()).toContain('there is no summary line');
    expect(run({ type: 'action', attributes: {}, id: 'c' }).notes.join()).toContain('1 action connectors');
  });

  test('what is there already may be referred to', () => {
    const { list } = parseValueList('mine.txt', '10.0.0.1');
    const use = item([{ type: 'list', field: 'source.ip', operator: 'included', list: { id: 'mine.txt' } }], {
      list_id: 'here',
    });
    const text = ndjson({ ...RULE, exceptions_list: [{ list_id: 'here' }] }, use);
    const report = importRuleText({ file: 'e', text }, { lists: new Map([['mine', list]]), exceptionLists: ['here'] });
    expect(report.refused).toEqual([]);
    expect(report.exceptions).toContain('value = "mine"');
  });

  test('entries of a value list that cannot be read are noted', () => {
    const bad = { list_id: VALUE_LIST['id'], type: 'ip_range', value: '10.0.0.0/99' };
    const [list] = run(VALUE_LIST, bad, VALUES[0]).lists;
    expect(list?.text).toBe('# kind: ip_range\n# All scanners\n10.9.0.0/16\n');
    expect(list?.notes).toEqual(['the entry "10.0.0.0/99" cannot be read and is left out']);
  });
});

describe('hostile input', () => {
  const deep = `{"a":${'['.repeat(1_000_000)}`;
  const long = `{"note":"${'x'.repeat(300)}", oops}`;
  test.each([
    ['{}\nnot json', '2:1 line: the line is no JSON'],
    ['{"a":1,}', '1:8 line: the line is no JSON'],
    [long, '1:1 line: the line is no JSON, at character 313'],
    ['{}\n[1,2]', '2:1 line: the line is no JSON object'],
    ['{}\n"text"', '2:1 line: the line is no JSON object'],
    ['{}\nnull', '2:1 line: the line is no JSON object'],
    [deep, `1:${5 + MAX_EXPORT_DEPTH} line: more than ${MAX_EXPORT_DEPTH} objects or lists inside each other`],
    ['{"a":[1', '1:7 line: the line is no JSON'],
    [`{"a":"${'x'.repeat(5_000_000)}"}`, '1:1 line: the line is longer than'],
    ['{"__proto__":{"rule_id":"x"}}', '1:1 line: this is no rule'],
  ])('%.40j', (text, expected) => {
    const report = importRuleText({ file: 'e', text });
    expect(refusedOf(report).join('\n')).toContain(expected);
    expect([report.rules, report.exceptions, report.lists]).toEqual([[], '', []]);
  });

  test('a rule of wrong types everywhere is taken as far as it goes', () => {
    const keys = Object.fromEntries(Object.keys(RULE).map((key) => [key, { not: ['this'] }]));
    const odd = { ...keys, rule_id: 7, name: ['x'], filters: 'x', threat: [1], index: { a: 1 }, threshold: 5, note: 5 };
    const report = run(odd);
    expect(report.rules.length + report.refused.length).toBe(1);
  });
});

describe('any value in any key', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('constructor', '__proto__', '*', 'now', '2026-01-01', '${x}', "'''"),
  );
  const changed = (base: Document, keys: readonly string[]) =>
    fc
      .dictionary(fc.constantFrom(...Object.keys(base), ...keys), value, { maxKeys: 4 })
      .map((some) => ({ ...base, ...some }));

  test('gives a rule that loads, or says why not', () => {
    const keys = [
      'filters',
      'index',
      'threshold',
      'new_terms',
      'threat',
      'note',
      'alert_suppression',
      'tags',
      'version',
    ];
    fc.assert(
      fc.property(changed({ ...RULE, exceptions_list: [] }, keys), (rule) => {
        const { rules, refused } = run(rule);
        expect(rules.length + refused.length).toBe(1);
        for (const { toml } of rules) {
          expect(parseRule({ file: 'r', text: toml }, { now: 0, settings: DEFAULT_CONFIG.rules }).errors).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('gives an exception that loads, or says why not', () => {
    const entry = changed(MATCH, ['list', 'entries']);
    const both = fc.tuple(changed(item([]), ['meta']), fc.array(entry, { maxLength: 3 }));
    fc.assert(
      fc.property(both, ([one, entries]) => {
        const { exceptions, refused } = run(LIST, { ...one, entries });
        expect((exceptions === '' ? 0 : 1) + refused.length).toBe(1);
        expect(parseExceptions([{ file: 'x', text: exceptions }], { lists: new Map(), now: 0 }).errors).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

const read = (text: string) => importRuleText({ file: 'r.toml', text });

describe('rule files', () => {
  const TOML = `[metadata]
creation_date = "2026/01/01"
maturity = "production"

[rule]
rule_id = "own-toml-rule"
name = "Own rule in TOML"
author = ["Security team"]
type = "new_terms"
language = "kuery"
severity = "low"
risk_score = 21
index = ["logs-system.security-*"]
query = '''
event.code:5145
'''
[[rule.filters]]
[rule.filters.meta]
negate = true
[rule.filters.query.wildcard."user.name"]
value = "*$"
[[rule.threat]]
[rule.threat.tactic]
name = "Lateral Movement"
[[rule.threat.technique]]
id = "T1570"
name = "Lateral Tool Transfer"
[rule.new_terms]
field = "new_terms_fields"
value = ["user.name"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
`;
  test('are taken over as exports are', () => {
    const report = read(TOML);
    expect(report.refused).toEqual([]);
    expect(report.rules[0]!.notes).toEqual([
      "Kibana's filters stand in the query now: 1",
      '[metadata] is not kept: creation_date, maturity',
    ]);
    expect(report.rules[0]!.toml).toBe(`[rule]
id = "own-toml-rule"
name = "Own rule in TOML"
type = "new_terms"
datasets = ["system.security"]
query = "event.code:5145 and not user.name:*$"
severity = "low"
risk_score = 21
author = ["Security team"]

[rule.new_terms]
fields = ["user.name"]
history = "now-14d"

[[rule.threat]]
technique = "T1570"
name = "Lateral Tool Transfer"
tactic = "Lateral Movement"
`);
    expect(read(TOML)).toEqual(report);
  });

  test('deprecated ones are switched off, lists outside are told', () => {
    const [rule] = read(
      TOML.replace('production', 'deprecated').replace('risk_score', 'exceptions_list = ["x"]\nrisk_score'),
    ).rules;
    expect(rule!.toml).toContain('enabled = false');
    expect(rule!.notes.join('\n')).toMatch(/"deprecated"[^]*exception lists are not in a TOML file/);
  });

  test('a rule that does not run keeps its text', () => {
    const text = TOML.replace('"kuery"', '"lucene"');
    const [rule] = read(text).rules;
    expect(rule!.unsupported).toContain('Lucene');
    const loaded = parseRule({ file: 'x', text: rule!.toml }, { now: 0, settings: DEFAULT_CONFIG.rules });
    expect(loaded.unsupported?.id).toBe('own-toml-rule');
  });

  test.each([
    ['[rule\n', '1:6 r.toml: '],
    ['', '1:1 r.toml: there is no [rule]'],
    ['[rule]\nid = "x"\n', '1:1 rule "rule": this is a rule file of ours already'],
  ])('%j is refused', (text, expected) => {
    expect(refusedOf(read(text)).join()).toContain(expected);
  });
});

test('files are read by their content', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  const path = join(folder, 'export.ndjson');
  writeFileSync(path, `\uFEFF${ndjson(LIST, RULE)}\n`);
  expect(importRules(path).rules).toHaveLength(1);
  expect(importRules(join(folder, 'none')).refused[0]?.reason).toContain('cannot be read');
});

test.each([
  ['a rule', { rule_id: 'A'.repeat(5000), type: 'query', name: 'n', severity: 'low', query: 'event.code: 1' }],
  ['a rule beside it', { rule_id: `${'A'.repeat(5000)}b`, type: 'query', name: 'n', severity: 'low', query: '*' }],
  ['a list', { id: 'A'.repeat(5000), type: 'keyword', name: 'n' }],
])('%s with a very long name gets one that a file can have', (_, line) => {
  const { rules, lists } = importRuleText({ file: 'export.ndjson', text: JSON.stringify(line) });
  const [name = ''] = [...rules.map(({ id }) => id), ...lists.map((list) => list.name)];
  expect(name).toMatch(/^a{107}-[0-9a-f]{12}$/i);
});

test('long names that begin alike stay apart, lists that differ by case are one file', () => {
  const rest = { type: 'query', name: 'n', severity: 'low', query: '*' };
  const long = 'a'.repeat(5000);
  const lines = [
    { rule_id: long, ...rest },
    { rule_id: `${long}b`, ...rest },
    { id: 'Ab', type: 'ip', name: 'x' },
  ];
  const text = [...lines, { id: 'aB', type: 'ip', name: 'y' }].map((line) => JSON.stringify(line)).join('\n');
  const { rules, lists, refused } = importRuleText({ file: 'export.ndjson', text });
  expect(new Set(rules.map(({ id }) => id)).size).toBe(2);
  expect(lists.map(({ name }) => name)).toEqual(['Ab']);
  expect(refused.map(({ name }) => name)).toEqual(['value list "aB"']);
});

test('a table name of a thousand dots is refused and ends no stack', () => {
  const { refused } = importRuleText({ file: 'a.toml', text: `[rule.${'a.'.repeat(50_000)}b]\nx = 1\n` });
  expect(refused[0]!.reason).toMatch(/More than 64/);
});
