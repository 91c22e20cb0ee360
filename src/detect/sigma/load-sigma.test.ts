import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatError } from '../../base/error.ts';
import { type Config, DEFAULT_CONFIG } from '../../config/config.ts';
import type { Document } from '../../event/document.ts';
import { ExceptionSet } from '../exceptions/exception-set.ts';
import { ruleExceptions } from '../exceptions/rule-exceptions.ts';
import { loadDetection } from '../load-detection.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import { compileSigmaQuery } from './sigma-query.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smbastion-sigma-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function load(config: Partial<Config> = {}) {
  const loaded = loadDetection(
    { ...DEFAULT_CONFIG, ...config },
    { ruleFolders: [folder], withoutBuiltIn: true, now: 0 },
  );
  return { ...loaded, said: loaded.errors.map((error) => formatError(error).replaceAll(`${folder}/`, '')).join('\n') };
}

const rule = (title: string, code: number, more = '') => `title: ${title}
${more}logsource: {product: windows, service: security}
detection:
  selection: {EventID: ${code}}
  condition: selection
`;
const event = (code: number, second: number, user = 'bob'): Document => ({
  '@timestamp': new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(),
  event: { code: String(code), dataset: 'system.security' },
  winlog: { channel: 'Security', record_id: `${code}-${second}-${user}`, event_data: { SubjectUserName: user } },
  smbastion: { event: { id: `${code}-${second}-${user}` } },
});

const FULL = `title: Tool copied to an admin share
id: 11111111-2222-4333-8444-55556666AAAA
name: tool_copied
status: test
description: >
    Something is copied.
license: MIT
author: Ann Example, Bob Example
references:
    - https://example.org/a
tags:
    - attack.lateral-movement
    - attack.t1021.002
    - attack.t9999.001
    - cve.2020-0796
falsepositives:
    - Software distribution
fields: [SubjectUserName, ShareName, NoSuchField]
logsource:
    product: windows
    service: security
    definition: Audit Detailed File Share must be on
detection:
    selection:
        EventID: 5145
    condition: selection
level: critical
`;

test('what a document says of itself is what the rule says', () => {
  write('full.yml', FULL);
  const { rules, said, warnings } = load();
  expect([said, warnings]).toEqual(['', []]);
  expect(rules[0]).toMatchObject({
    id: '11111111-2222-4333-8444-55556666aaaa',
    uuid: '11111111-2222-4333-8444-55556666aaaa',
    name: 'Tool copied to an admin share',
    type: 'query',
    language: 'sigma',
    description: 'Something is copied.',
    license: 'MIT',
    author: ['Ann Example', 'Bob Example'],
    severity: 'critical',
    riskScore: 99,
    enabled: true,
    tags: ['attack.lateral-movement', 'attack.t1021.002', 'attack.t9999.001', 'cve.2020-0796'],
    references: ['https://example.org/a'],
    falsePositives: ['Software distribution'],
    investigationFields: ['winlog.event_data.SubjectUserName', 'winlog.event_data.ShareName'],
    setup: 'Audit Detailed File Share must be on',
    query: 'selection:\n    EventID: 5145\ncondition: selection',
    threat: [
      { technique: 'T1021.002', name: 'SMB/Windows Admin Shares', tactic: 'Lateral Movement' },
      { technique: 'T9999.001', name: undefined, tactic: 'Lateral Movement' },
    ],
  });
});

test.each([
  ['a name', 'name: my_rule\n', 'my_rule', 'medium', 47],
  ['its title', '', 'several-words-here', 'medium', 47],
  ['the level informational', 'level: informational\n', 'several-words-here', 'low', 10],
  ['the level high', 'level: HIGH\n', 'several-words-here', 'high', 73],
] as const)('a rule without id is known by %s', (_what, more, id, severity, riskScore) => {
  write('a.yaml', rule('Several words, here!', 1, more));
  expect(load().rules[0]).toMatchObject({ id, severity, riskScore });
});

test('deprecated and unsupported rules are off, and can be switched on', () => {
  write('a.yml', rule('Old', 1, 'status: deprecated\n'));
  write('b.yml', rule('Odd', 1, 'status: unsupported\n'));
  write('c.yml', rule('New', 1, 'status: experimental\n'));
  expect(load().active.map(({ id }) => id)).toEqual(['new']);
  const place = { file: 'x', line: 1, column: 1, sourceLine: '', length: 1 };
  const rules = { ...DEFAULT_CONFIG.rules, enable: [{ value: 'old', place }], disable: [{ value: 'new', place }] };
  expect(load({ rules }).active.map(({ id }) => id)).toEqual(['old']);
});

test('the configuration gives another severity, values of placeholders and a zone', () => {
  const place = { file: 'x', line: 1, column: 1, sourceLine: '', length: 1 };
  write('a.yml', rule('A', 1).replace('{EventID: 1}', `{SubjectUserName|expand: '%Admins%', '@timestamp|hour': 11}`));
  const { rules, said } = load({
    rules: { ...DEFAULT_CONFIG.rules, overrides: new Map([['a', { severity: 'high', riskScore: undefined, place }]]) },
    sigma: { placeholders: new Map([['Admins', ['adm*']]]), timezone: 'Europe/Vienna' },
  });
  expect(said).toBe('');
  expect(rules[0]).toMatchObject({ severity: 'high', riskScore: 73 });
  expect(scanDocuments(rules, [event(1, 0, 'ADM-x'), event(1, 1, 'bob')]).alerts.length).toBe(1);
});

test('a folder is read in a fixed order, hidden folders are not', () => {
  write('z/b.yml', rule('Second', 2));
  write('a/c.yaml', rule('First', 1));
  write('.github/workflow.yml', 'on: push');
  write('a/readme.md', 'x');
  const { rules, said } = load();
  expect(said).toBe('');
  expect(rules.map(({ file }) => file.slice(folder.length + 1))).toEqual(['a/c.yaml', 'z/b.yml']);
});

test('one file holds several documents, each with its own fate', () => {
  write(
    'a.yml',
    [
      rule('Good', 1),
      rule('Bad', 1).replace('condition: selection', 'condition: selektion'),
      rule('Linux', 1).replace('windows', 'linux'),
    ].join('---\n'),
  );
  const { rules, unsupported, said } = load();
  expect(rules.map(({ id }) => id)).toEqual(['good']);
  expect(unsupported).toMatchObject([
    { id: 'linux', type: 'sigma', reason: 'no data source here for product linux, service security.' },
  ]);
  expect(said).toBe(`SIGMA-REFERENCE a.yml:11:14  There is no search "selektion". Did you mean "selection"?
      condition: selektion
                 ^^^^^^^^^  searches here: selection`);
});

test('two documents with one id: the first is used', () => {
  write('a.yml', rule('A', 1, 'id: 11111111-2222-4333-8444-555566667777\n'));
  write('b.yml', rule('B', 1, 'id: 11111111-2222-4333-8444-555566667777\n'));
  const { rules, said } = load();
  expect(rules.map(({ name }) => name)).toEqual(['A']);
  expect(said).toContain('RULE-DUPLICATE The rule id "11111111-2222-4333-8444-555566667777" stands in');
});

test.each<[string, Buffer, string]>([
  ['no UTF-8', Buffer.from([0x74, 0x69, 0x74, 0x6c, 0x65, 0x3a, 0xff, 0xc3]), 'RULE-READ The rule file "'],
  ['no UTF-8, where', Buffer.from([0x74, 0x69, 0xc3, 0x28]), 'is no UTF-8: the byte at offset 2 fits nothing.'],
  ['a binary', Buffer.from(Array.from({ length: 256 }, (_, i) => i)), 'is no UTF-8'],
  ['zeros', Buffer.alloc(1000), 'SIGMA'],
])('%s is an error in a sentence', (_what, bytes, said) => {
  write('a.yml', bytes);
  expect(load().said).toContain(said);
});

test('a byte order mark is nothing, UTF-16 is read', () => {
  write('a.yml', `\ufeff${rule('A', 1)}`);
  write('b.yml', Buffer.from(`\ufeff${rule('B', 1)}`, 'utf16le'));
  expect(load().rules.map(({ id }) => id)).toEqual(['a', 'b']);
});

const many = (more = '') => `title: Many\ncorrelation:
  type: event_count
  rules: [opened]
  group-by: [SubjectUserName]
  timespan: 10s
  condition: {gte: 3}
${more}`;

describe('documents that name each other', () => {
  const events = [event(5145, 0), event(5145, 1), event(5145, 2, 'eve'), event(5145, 3), event(4624, 4)];

  test('a correlation counts, and its rule raises no alerts of its own', () => {
    write('corr.yml', many());
    write('rule.yml', rule('Opened', 5145, 'name: opened\n'));
    const { active, rules, said } = load();
    expect(said).toBe('');
    expect(rules.map(({ id, type, enabled }) => [id, type, enabled])).toEqual([
      ['many', 'correlation', true],
      ['opened', 'query', false],
    ]);
    const { alerts } = scanDocuments(active, events);
    expect(alerts.map((alert) => [alert.rule.id, alert.memberCount])).toEqual([['many', 3]]);
  });

  test('with generate both speak', () => {
    write('all.yml', [many('  generate: true\n'), rule('Opened', 5145, 'name: opened\n')].join('---\n'));
    const { alerts } = scanDocuments(load().active, events);
    expect(alerts.map((alert) => alert.rule.id).toSorted()).toEqual(['many', 'opened', 'opened', 'opened', 'opened']);
  });

  test('a filter in another file narrows the rule, also for a correlation', () => {
    write('corr.yml', many('  generate: true\n'));
    write('rule.yml', rule('Opened', 5145, 'name: opened\n'));
    write(
      'filter.yml',
      `title: Known\nlogsource: {product: windows}\nfilter:\n  rules: [opened]\n  s: {SubjectUserName: bob}\n  condition: not s\n`,
    );
    const { active, rules, exceptions, said } = load();
    expect(said).toBe('');
    const set = new ExceptionSet(exceptions, 0);
    const { alerts, rules: results } = scanDocuments(active, events, ruleExceptions(set));
    const spoken = alerts.filter(({ exceptedBy }) => exceptedBy === undefined);
    expect(spoken.map((alert) => alert.rule.id)).toEqual(['opened']);
    // What the filter leaves out of the rule is silenced and counted.
    const silenced = alerts.filter(({ exceptedBy }) => exceptedBy !== undefined);
    expect(silenced.map(({ rule: { id }, exceptedBy }) => [id, exceptedBy])).toEqual([
      ['opened', 'known'],
      ['opened', 'known'],
      ['opened', 'known'],
    ]);
    expect(set.results()).toMatchObject([{ id: 'known', name: 'Known', hits: 3, expires: 'never' }]);
    expect(results.map((one) => [one.rule.id, one.alerts, one.excepted])).toContainEqual(['opened', 1, 3]);
    // Who looks at the rules themselves has the filter in them.
    const listed = scanDocuments(rules, events).alerts.map((alert) => alert.rule.id);
    expect(listed).toEqual(['opened']);
  });

  test('a filter for rules about other logs silences nothing of theirs', () => {
    write('rule.yml', rule('Opened', 5145, 'name: opened\n'));
    write('other.yml', rule('Started', 1, 'name: started\n').replace('service: security', 'service: sysmon'));
    write(
      'filter.yml',
      `title: Known\nauthor: Ann\ndescription: Her tool\nlogsource: {product: windows}\nfilter:\n  rules: any\n  s: {SubjectUserName: bob}\n  condition: not s\n`,
    );
    const { active, exceptions } = load();
    expect(exceptions).toMatchObject([{ rules: ['started', 'opened'], owner: 'Ann', reason: 'Her tool' }]);
    const { alerts } = scanDocuments(
      active,
      [event(5145, 1, 'eve'), event(5145, 2)],
      ruleExceptions(new ExceptionSet(exceptions, 0)),
    );
    expect(alerts.map(({ exceptedBy }) => exceptedBy)).toEqual([undefined, 'known']);
  });

  test('a correlation that is off silences nobody', () => {
    write('all.yml', [many(), rule('Opened', 5145, 'name: opened\n')].join('---\n'));
    const place = { file: 'x', line: 1, column: 1, sourceLine: '', length: 1 };
    const rules = { ...DEFAULT_CONFIG.rules, disable: [{ value: 'many', place }] };
    expect(load({ rules }).active.map(({ id }) => id)).toEqual(['opened']);
  });

  test('a rule that a correlation silences can be switched on', () => {
    write('all.yml', [many(), rule('Opened', 5145, 'name: opened\n')].join('---\n'));
    const place = { file: 'x', line: 1, column: 1, sourceLine: '', length: 1 };
    const rules = { ...DEFAULT_CONFIG.rules, enable: [{ value: 'opened', place }] };
    expect(load({ rules }).active.map(({ id }) => id)).toEqual(['many', 'opened']);
  });
});

describe('a file as a query', () => {
  const context = { now: 0, settings: DEFAULT_CONFIG.rules };

  test('matches what any of its rules matches', () => {
    const file = write('a.yml', [rule('A', 1), rule('B', 2)].join('---\n'));
    expect(compileSigmaQuery(file, context).predicate.kind).toBe('or');
  });

  test.each([
    [
      'a correlation',
      'title: x\nname: x\ncorrelation: {type: temporal, rules: [a], timespan: 5m}\n---\n' + rule('A', 1, 'name: a\n'),
      'is a correlation, and a query is about single events',
    ],
    ['logs that no source gives', rule('A', 1).replace('windows', 'linux'), 'no data source here for product linux'],
    [
      'a filter alone',
      'title: x\nlogsource: {product: windows}\nfilter:\n  s: {EventID: 1}\n  condition: not s\n',
      'holds no rule, only filters',
    ],
    ['an error', rule('A', 1).replace('EventID', 'A|x'), 'There is no modifier "x"'],
  ])('%s is refused', (_what, text, said) => {
    expect(() => compileSigmaQuery(write('a.yml', text), context)).toThrow(said);
  });
});
