import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatError } from '../../base/error.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { parseConfig } from '../../config/load-config.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { parseRule } from './load-rule-file.ts';
import type { RuleContext } from './rule-context.ts';

const CONTEXT: RuleContext = { now: Date.UTC(2026, 2, 1), settings: DEFAULT_CONFIG.rules };
const withConfig = (text: string): RuleContext => ({
  ...CONTEXT,
  settings: parseConfig({ file: 'site.toml', text }).rules,
});
const load = (text: string, context = CONTEXT) => parseRule({ file: 'a.toml', text }, context);

const HEAD = '[rule]\nid = "a-b"\nname = "A"\nseverity = "high"\n';
const QUERY = `${HEAD}type = "query"\nquery = "event.code:5145"\n`;
const THRESHOLD = `${HEAD}type = "threshold"\nquery = "event.code:5140"\n[rule.threshold]\n`;
const FINDING = `${HEAD}type = "finding"\nquery = "smb.flow.direction:egress"\n[rule.finding]\nkey = ["client.ip"]\n`;
const LEVEL = '[[rule.finding.level]]\nname = "low"\nwhen = "smb.flow.outcome:attempted"\nseverity = "low"\n';

/** A warning as people see it, without the two about examples that none of these rules has. */
function formatWarning({ code, message, place }: Diagnostic): string {
  if (!place) return `${code} ${message}`;
  const caret = `${' '.repeat(place.column - 1)}${'^'.repeat(place.length)}`;
  return `${code} ${place.line}:${place.column}  ${message}\n    ${place.sourceLine}\n    ${caret}`;
}
const warningsOf = (text: string, context = CONTEXT) => {
  const { warnings, errors } = load(text, context);
  return [...errors.map(formatError), ...warnings.filter(({ code }) => code !== 'LINT-EXAMPLE').map(formatWarning)];
};

test('what a rule does not say is put in', () => {
  const { rule, errors } = load(QUERY);
  expect(errors).toEqual([]);
  expect(rule).toMatchObject({
    id: 'a-b',
    version: 1,
    riskScore: 73,
    intervalMs: 300_000,
    lookBackMs: 540_000,
    maxSignals: 100,
    enabled: true,
    buildingBlock: false,
    timestampOverride: 'event.ingested',
    query: 'event.code:5145',
    reason: '',
    examples: [],
  });
  expect(rule?.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
});

const eventOf = (dataset: string, port: number) =>
  new DocumentEvent(new Networks(), {
    event: { dataset },
    smb: { flow: { direction: 'egress' } },
    destination: { port },
  });

test('every part of a finding is read, parameters and all', () => {
  const { rule, errors } = load(`
[rule]
id = "egress"
name = "SMB to the Internet"
type = "finding"
severity = "high"
datasets = ["zeek.*", "panw.panos"]
query = "smb.flow.direction:egress and destination.port:\${port}"
reason = "{client.ip} to {server.ip}, {alert.count} events"
exceptions = ["cloud-files"]
severity_mapping = [{ field = "host.name", value = "dc1", severity = "critical" }]
risk_score_mapping = [{ field = "event.risk_score", operator = "equals", value = "" }]
[rule.parameters]
port = { default = 445, meaning = "port", min = 1, max = 65535 }
servers = { default = 5, meaning = "servers" }
window = { default = "1h", meaning = "window" }
[rule.alert_suppression]
group_by = "client.ip"
duration = "24h"
[rule.finding]
key = ["client.ip", "server.ip"]
per = "day"
member = ["client.port"]
join = "smb.flow.evidence:*"
[[rule.finding.level]]
name = "attempted"
when = "smb.flow.outcome:attempted"
severity = "low"
[[rule.finding.level]]
name = "moved"
when = "smb.flow.moved:true"
bytes = "64KiB"
severity = "critical"
risk_score = 98
techniques = ["T1048"]
[[rule.finding.raise]]
level = "attempted"
group_by = ["client.ip"]
distinct = "server.ip"
value = "\${servers}"
window = "\${window}"
severity = "medium"
[[rule.counter]]
name = "undecided"
when = "smb.flow.direction:undecided"
hint = "name your prefixes"
[[rule.threat]]
technique = "T1048"
`);
  expect(errors.map(formatError)).toEqual([]);
  const { predicate, finding: part, counters, ...rest } = rule!;
  expect(rest).toMatchSnapshot({ uuid: expect.any(String) });
  const { join, levels, ...finding } = part!;
  expect(join).toMatchObject({ kind: 'exists' });
  expect(levels.map(({ when, ...level }) => ({ ...level, when: when.kind }))).toMatchSnapshot();
  expect(finding).toMatchSnapshot();
  expect(counters.map(({ name, hint }) => [name, hint])).toEqual([['undecided', 'name your prefixes']]);
  const matches = compileMatcher(predicate);
  expect(['zeek.connection', 'panw.panos', 'panw.other'].map((dataset) => matches(eventOf(dataset, 445)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(matches(eventOf('zeek.connection', 139))).toBe(false);
});

test.each([
  ['new_terms_fields = ["user.name"]\nhistory_window_start = "now-7d"', { historyMs: 7 * 86_400_000, learnMs: 0 }],
  ['[rule.new_terms]\nfields = ["user.name"]\nlearn = "1h"', { historyMs: 14 * 86_400_000, learnMs: 3_600_000 }],
])('new terms: %s', (part, expected) => {
  const { rule } = load(`${HEAD}type = "new_terms"\nquery = "event.code:4624"\n${part}`);
  expect(rule?.newTerms).toEqual({ fields: ['user.name'], ...expected });
});

test('a threshold counts within the look-back unless it says otherwise', () => {
  const { rule } = load(
    `${THRESHOLD}field = "source.ip"\nvalue = 5\ncardinality = [{ field = "host.name", value = 2 }]`,
  );
  expect(rule?.threshold).toEqual({
    field: ['source.ip'],
    value: 5,
    windowMs: 540_000,
    cardinality: [{ field: 'host.name', value: 2 }],
  });
});

describe('the configuration', () => {
  const parameters = `${THRESHOLD}value = "\${hosts}"\n[rule.parameters]\nhosts = { default = 30, meaning = "hosts", max = 99 }\n`;

  test('overrides parameters, severity and whether a rule runs', () => {
    const context = withConfig(
      '[rules]\ndisable = ["a-b"]\n[rules.parameters.a-b]\nhosts = 50\n[rules.override.a-b]\nseverity = "low"',
    );
    expect(load(parameters, context).rule).toMatchObject({
      threshold: { value: 50 },
      severity: 'low',
      riskScore: 21,
      enabled: false,
    });
    expect(load(parameters).rule).toMatchObject({ threshold: { value: 30 }, severity: 'high', enabled: true });
  });

  test('switches on what is off by default', () => {
    expect(load(`${QUERY}enabled = false`).rule?.enabled).toBe(false);
    expect(load(`${QUERY}enabled = false`, withConfig('[rules]\nenable = ["a-b"]')).rule?.enabled).toBe(true);
  });

  test.each([['hosts = 100'], ['hosts = "50"'], ['hots = 5']])('%s is an error in the configuration', (line) => {
    const { errors } = load(parameters, withConfig(`[rules.parameters.a-b]\n${line}`));
    expect(errors.map(formatError).join('\n')).toMatchSnapshot();
  });
});

describe('errors, with place and caret', () => {
  test.each([
    ['a = 1'],
    ['[rule]\nid = "A B"\nname = "x"\nseverity = "hi"\ntype = "querry"'],
    [`${QUERY}fals_positives = []`],
    [`${HEAD}type = "query"\nquery = '''\nevent.code:5145 and\n  source.ip:()\n'''`],
    [`${HEAD}type = "query"\nquery = "user.name:\\"x\\" and source.ip:10.*"`],
    [
      `${HEAD}type = "query"\nquery = "destination.port > \${limt}"\n[rule.parameters]\nlimit = { default = 1, meaning = "x" }`,
    ],
    [
      `${HEAD}type = "query"\nquery = "host.name:\${host} and destination.port:x"\n[rule.parameters]\nhost = { default = "long-name", meaning = "x" }`,
    ],
    [`${QUERY}reason = "{client.ipp} and {alert.cuont}"`],
    [`${QUERY}datasets = "zeek.conn"`],
    [`${QUERY}from = "9 minutes"`],
    [`${QUERY}[[rule.threat]]\ntechnique = "1021"`],
    [`${QUERY}[rule.alert_suppression]\ngroup_by = ["source.pi"]\nduration = "8d"`],
    [`${QUERY}[[rule.example]]\nfires = "yes"`],
    [`${HEAD}type = "threshold"\nquery = "event.code:1"`],
    [`${THRESHOLD}value = 0`],
    [`${THRESHOLD}value = 5\nfield = ["dns.answers"]`],
    [`${HEAD}type = "finding"\nquery = "event.code:1"`],
    [FINDING],
    [`${FINDING}${LEVEL}${LEVEL}`],
    [
      `${FINDING}${LEVEL}[[rule.finding.raise]]\nlevel = "lwo"\ngroup_by = ["client.ip"]\ndistinct = "server.ip"\nvalue = 5\nwindow = "1h"\nseverity = "low"`,
    ],
    [
      `${HEAD}type = "new_terms"\nquery = "event.code:1"\n[rule.new_terms]\nfields = ["a", "user.name", "host.name", "host.id"]`,
    ],
    [`${QUERY}[rule.parameters]\nhosts = 5`],
  ])('%j', (text) => {
    const { errors, rule } = load(text);
    expect(rule).toBeUndefined();
    expect(errors.map(formatError).join('\n')).toMatchSnapshot();
  });

  test('all of a file are found at once, also in its queries', () => {
    const { errors } = load(
      `${FINDING}colour = "red"\n${LEVEL.replace('attempted', '(')}${LEVEL.replace('"low"\nwhen', '"b"\nwhen').replace('smb.', 'source.ip:x or smb.')}`,
    );
    expect(errors.map(({ code, place }) => `${code} ${place?.line}`)).toEqual([
      'RULE-KEY 9',
      'KQL-SYNTAX 12',
      'KQL-TYPE 16',
    ]);
  });
});

describe('warnings of queries', () => {
  test.each([
    ['smb.share.name:admin$'],
    ['smb.share.name:"\\\\\\\\*\\\\ADMIN$"'],
    ['smb.share.name:(ADMIN$ or C$) and smb.share.name:D*'],
    ['network.transport:TCP'],
    ['smb.pipe.name:"\\\\pipe\\\\svcctl" or smb.pipe.name:SVCCTL or smb.pipe.name:svcctl'],
    ['smb.flow.outcome:etablished'],
    ['smb.flow.outcome:est* or smb.flow.outcome:esta*b'],
    ['file.extension:.exe or file.extension:EXE'],
    ['smb.file.path:"\\\\Windows\\\\*"'],
    ['smb.file.name:Evil.exe or smb.status:status_success or smb.version:SMB3'],
    ['event.code:05145'],
    ['user.name:"svc*" or smb.share.name:"*" or user.name:"a"'],
    ['event.dataset:zeek.con'],
    ['event.dataset:zeek.* and event.dataset:zeek.connection'],
    ['destination.port:70000'],
    ['destination.port > 65535'],
    ['destination.port > 5 and destination.port < 3'],
    ['destination.port:445 and destination.port:139'],
    ['destination.port >= 445 and destination.port <= 445'],
    ['host.ip:10.0.0.1 and host.ip:10.0.0.2'],
    ['user.name:a and not host.name:x'],
    ['host.name:* and not host.name:x'],
    ['user.name:a and (not host.name:x or not host.name:*)'],
    ['not smb.auth.guest:true and not host.name:*'],
    ['process.command_line:*ADMIN$*'],
    ['event.code:4688 and process.command_line:*ADMIN$*'],
    ['no.such.field:1 or soruce.ip:10.0.0.1'],
    [''],
  ])('%j', (query) => {
    const context = { ...CONTEXT, knownDatasets: ['zeek.connection', 'zeek.smb_*'] };
    expect(warningsOf(`${HEAD}type = "query"\nquery = ${JSON.stringify(query)}`, context)).toMatchSnapshot();
  });
});

const messages = (text: string) => load(text).warnings.map(({ message }) => message);

describe('warnings of rules', () => {
  test.each([
    [`${QUERY}interval = "10m"`],
    [`${QUERY}risk_score = 10`],
    [`${QUERY}[rule.threshold]\nvalue = 1`],
    [`${QUERY}[[rule.threat]]\ntechnique = "T9999"`],
    [`${QUERY}datasets = ["zeek.connectoin", "zeek.*"]`],
    [
      `${HEAD}type = "new_terms"\nquery = "event.code:1"\nnew_terms_fields = ["user.name"]\nhistory_window_start = "now-5m"`,
    ],
  ])('%j', (text) => {
    expect(warningsOf(text, { ...CONTEXT, knownDatasets: ['zeek.connection'] })).toMatchSnapshot();
  });

  test('a rule without examples, or with a file that is not there', () => {
    expect(messages(QUERY)).toHaveLength(2);
    expect(messages(`${QUERY}[[rule.example]]\nfires = true\nevents = ["none.jsonl"]`)).toEqual([
      'there is no file "none.jsonl" beside the rule.',
      'the rule has no near miss (an example with fires = false)',
    ]);
  });
});

test('a damaged rule file gives a rule or errors, and never ends the program', () => {
  const whole = `${FINDING}${LEVEL}[rule.parameters]\nn = { default = 5, meaning = "n" }\n[[rule.threat]]\ntechnique = "T1048"\n`;
  const damage = fc.tuple(
    fc.nat(whole.length),
    fc.nat(4),
    fc.constantFrom('', '"', '[', '{', '${n}', '\n', '\\', 'é', '\u0000', '5'),
  );
  let rules = 0;
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      let text = whole;
      for (const [at, length, insert] of damages) text = text.slice(0, at) + insert + text.slice(at + length);
      const { rule, errors } = load(text);
      if (rule) rules++;
      expect(rule === undefined).toBe(errors.length > 0);
      for (const error of errors) expect(formatError(error)).toContain('a.toml:');
    }),
    { numRuns: 1000, seed: 445 },
  );
  expect(rules).toBeGreaterThan(10);
});

test.each([
  ['type = "sequence"', 'sequence'],
  ['type = "machine_learning"\nmachine_learning_job_id = "x"', 'machine_learning'],
  ['type = "query"\nlanguage = "lucene"\nquery = "a:b"', 'lucene'],
])('%j is kept as unsupported', (lines, type) => {
  const { unsupported, errors, rule } = load(`${HEAD}${lines}`);
  expect([errors, rule]).toEqual([[], undefined]);
  expect(unsupported).toMatchObject({ id: 'a-b', name: 'A', type, file: 'a.toml' });
  expect(unsupported?.reason).not.toBe('');
});
