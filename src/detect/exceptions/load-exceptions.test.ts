import { describe, expect, test } from 'vitest';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { parseValueList } from '../value-lists/load-value-list.ts';
import { parseExceptions } from './load-exceptions.ts';

const NOW = Date.UTC(2026, 3, 1);
const networks = new Networks();
const lists = new Map(
  [parseValueList('scanners', '10.9.0.0/16\nscan-*'), parseValueList('ports', '# kind: keyword\n445\n139')].map(
    ({ list }) => [list.name, list] as const,
  ),
);

const EVENT: Document = {
  '@timestamp': '2026-03-01T14:30:00Z',
  message: 'Share opened by svc_backup',
  event: { code: '5145', duration: 1500 },
  source: { ip: ['10.9.1.2', 'fe80::9'], port: 50123 },
  destination: { port: 445 },
  user: { name: ['svc_backup', 'SVC$'] },
  process: { name: 'PSEXESVC.exe', command_line: 'C:\\Windows\\PSEXESVC.exe -x' },
  smb: { share: { admin: true } },
  host: { name: 'scan-7' },
};

const HEAD = 'id = "e1"\nname = "n"\nrules = ["*"]\nowner = "o"\nreason = "r"\nexpires = 2026-06-01\n';

function load(body: string, head = HEAD) {
  return parseExceptions([{ file: 'e.toml', text: `[[exception]]\n${head}${body}` }], { lists, now: NOW });
}

/** Loads one entry written as an inline table without its braces. */
function loadEntry(entry: string) {
  return load(`[[exception.item]]\nentries = [ { ${entry} } ]\n`);
}

function holds(body: ReturnType<typeof load>, event = EVENT): boolean {
  expect(body.errors.map((error) => error.message)).toEqual([]);
  return compileMatcher(body.exceptions[0]!.predicate)(new DocumentEvent(networks, event));
}

const ENTRIES: readonly [entry: string, expected: boolean][] = [
  ['field = "process.name", operator = "is", value = "PSEXESVC.exe"', true],
  ['field = "process.name", operator = "is", value = "psexesvc.exe"', false],
  ['field = "process.name", operator = "is_not", value = "psexesvc.exe"', true],
  ['field = "user.name", operator = "is", value = "SVC$"', true],
  ['field = "user.name", operator = "is_not", value = "SVC$"', false],
  ['field = "file.name", operator = "is_not", value = "x"', true],
  ['field = "event.code", operator = "is", value = 5145', true],
  ['field = "event.code", operator = "is_one_of", value = [4624, "5145"]', true],
  ['field = "event.code", operator = "is_not_one_of", value = ["4624", "5145"]', false],
  ['field = "destination.port", operator = "is", value = "445"', true],
  ['field = "destination.port", operator = "is_one_of", value = [139, 445]', true],
  ['field = "destination.port", operator = "is", value = 446', false],
  ['field = "source.ip", operator = "is", value = "10.9.1.2"', true],
  ['field = "source.ip", operator = "is", value = "FE80:0::9"', true],
  ['field = "source.ip", operator = "is_one_of", value = ["192.0.2.1", "10.0.0.0/8"]', true],
  ['field = "smb.share.admin", operator = "is", value = true', true],
  ['field = "smb.share.admin", operator = "is", value = "false"', false],
  ['field = "message", operator = "is", value = "Opened BY"', true],
  ['field = "message", operator = "is", value = "opened svc_backup"', false],
  ['field = "@timestamp", operator = "is", value = 2026-03-01', true],
  ['field = "@timestamp", operator = "is", value = 2026-03-01T14:30:00Z', true],
  ['field = "@timestamp", operator = "is", value = "2026-03-02"', false],
  ['field = "process.name", operator = "exists"', true],
  ['field = "file.name", operator = "exists"', false],
  ['field = "file.name", operator = "does_not_exist"', true],
  ['field = "process.name", operator = "matches", value = "PSEXE*.exe"', true],
  ['field = "process.name", operator = "matches", value = "PSEXESV?.exe"', true],
  ['field = "process.name", operator = "matches", value = ["a*", "P*"]', true],
  ['field = "process.name", operator = "matches", value = "psexe*"', false],
  ['field = "process.command_line", operator = "matches", value = \'C:\\Windows\\*\'', true],
  ['field = "process.name", operator = "does_not_match", value = "P*"', false],
  ['field = "file.name", operator = "does_not_match", value = "P*"', true],
  ['field = "source.ip", operator = "in_range", value = "10.0.0.0/8"', true],
  ['field = "source.ip", operator = "in_range", value = "10.9.1.1-10.9.1.2"', true],
  ['field = "source.ip", operator = "in_range", value = "10.9.1.3-10.9.1.9"', false],
  ['field = "source.ip", operator = "in_range", value = ["192.0.2.0/24", "fe80::1-fe80::a"]', true],
  ['field = "source.port", operator = "in_range", value = { from = 49152, to = 50123 }', true],
  ['field = "source.port", operator = "in_range", value = { from = 50124 }', false],
  ['field = "source.port", operator = "in_range", value = { to = 50123 }', true],
  ['field = "source.port", operator = "in_range", value = { from = 50000, to = 50122.5 }', false],
  ['field = "@timestamp", operator = "in_range", value = { from = 2026-02-01, to = 2026-03-01 }', true],
  ['field = "@timestamp", operator = "in_range", value = { from = 2026-02-01, to = 2026-03-01T14:29:59Z }', false],
  ['field = "source.ip", operator = "in_list", value = "scanners"', true],
  ['field = "source.ip", operator = "not_in_list", value = "scanners"', false],
  ['field = "host.name", operator = "in_list", value = "scanners"', true],
  ['field = "destination.port", operator = "in_list", value = "ports"', true],
  ['field = "source.port", operator = "not_in_list", value = "ports"', true],
  ['field = "file.name", operator = "not_in_list", value = "ports"', true],
];

test.each(ENTRIES)('%s: %s', (entry, expected) => {
  expect(holds(loadEntry(entry))).toBe(expected);
});

describe('items', () => {
  const psexec = '{ field = "process.name", operator = "is", value = "PSEXESVC.exe" }';
  const other = '{ field = "process.name", operator = "is", value = "cmd.exe" }';
  test.each([
    [`[[exception.item]]\nentries = [${psexec}, ${other}]`, false],
    [`[[exception.item]]\nentries = [${psexec}]\n[[exception.item]]\nentries = [${other}]`, true],
    [`[[exception.item]]\nquery = '''process.name:PSEXE* and destination.port > 400'''`, true],
    [`[[exception.item]]\nentries = [${other}]\nquery = "process.name:*"`, false],
    [
      `[[exception.item]]\nentries = [${psexec}, { field = "source.ip", operator = "in_list", value = "scanners" }]`,
      true,
    ],
  ])('%s: %s', (body, expected) => {
    expect(holds(load(body))).toBe(expected);
  });
});

/** `line:column message` of every error. */
function errorsOf(loaded: ReturnType<typeof load>): string[] {
  return loaded.errors.map((error) => `${error.code} ${error.place?.line}:${error.place?.column} ${error.message}`);
}

test.each([
  ['field = "procss.name", operator = "exists"', 'There is no field "procss.name". Did you mean "process.name"?'],
  ['field = "process.name", operator = "equals", value = "x"', '"operator" must be one of'],
  ['field = "process.name", operator = "is"', '"is" needs the key "value".'],
  ['field = "process.name", operator = "exists", value = 1', '"exists" takes no value.'],
  ['field = "process.name", operator = "is", value = ["a"]', 'takes text, not a list'],
  ['field = "process.name", operator = "is_one_of", value = "a"', '"is_one_of" takes a list'],
  ['field = "process.name", operator = "is_one_of", value = []', 'This list is empty.'],
  ['field = "destination.port", operator = "is", value = "smb"', 'takes a number'],
  ['field = "destination.port", operator = "is", value = 1.5', 'takes a whole number'],
  ['field = "source.ip", operator = "is", value = "10.0.*"', 'takes an address or network'],
  ['field = "source.ip", operator = "matches", value = "10.*"', 'takes no pattern'],
  ['field = "message", operator = "matches", value = "x*"', 'takes no pattern'],
  ['field = "message", operator = "is", value = "--"', 'takes text with at least one word'],
  ['field = "smb.share.admin", operator = "is", value = 1', 'takes true or false'],
  ['field = "@timestamp", operator = "is", value = "soon"', 'takes a time'],
  ['field = "process.name", operator = "in_range", value = "a-b"', 'takes no range'],
  ['field = "source.ip", operator = "in_range", value = "10.0.0.9-10.0.0.1"', 'takes a network or range'],
  ['field = "source.port", operator = "in_range", value = 5', 'takes a range'],
  ['field = "source.port", operator = "in_range", value = {}', 'This range has no end.'],
  ['field = "source.port", operator = "in_range", value = { from = 5, to = 4 }', 'This range is empty'],
  ['field = "source.port", operator = "in_range", value = { form = 5 }', 'Did you mean "from"?'],
  ['field = "source.ip", operator = "in_list", value = "scaners"', 'Did you mean "scanners"?'],
  ['field = "source.ip", operator = "not_in_list", value = "nobody"', 'There is no value list "nobody".'],
  ['field = "dns.answers", operator = "is", value = "x"', 'holds other fields'],
  ['feild = "source.ip", operator = "exists"', 'Did you mean "field"?'],
])('%s is refused', (entry, message) => {
  const loaded = loadEntry(entry);
  expect(loaded.exceptions).toEqual([]);
  expect(errorsOf(loaded).join('\n')).toContain(message);
  expect(loaded.errors[0]?.place?.line).toBe(9);
});

const ITEM = '[[exception.item]]\nentries = [ { field = "process.name", operator = "exists" } ]\n';

test.each([
  ['expires = 2026-06-01\n', '', '[exception] needs the key "expires"'],
  ['expires = 2026-06-01\n', 'expires = "later"\n', '"expires" must be a time, or "never"'],
  ['owner = "o"\n', 'owner = ""\n', '"owner" is empty'],
  ['rules = ["*"]\n', '', 'needs the key "rules" or "list"'],
  ['name = "n"\n', 'name = "n"\nlevel = "alert"\n', '"level" must be'],
  ['name = "n"\n', 'name = "n"\nstep = 0\n', '"step" must be'],
  ['name = "n"\n', 'name = "n"\nexpiry = 1\n', 'Did you mean "expires"?'],
])('head with %j instead of %j is refused', (from, to, message) => {
  expect(HEAD).toContain(from);
  const loaded = load(ITEM, HEAD.replace(from, to));
  expect(loaded.exceptions).toEqual([]);
  expect(errorsOf(loaded).join('\n')).toContain(message);
});

test('a query that cannot be parsed is shown at its place in the file', () => {
  expect(errorsOf(load(`[[exception.item]]\nquery = '''\nsource.ip:()\n'''\n`))[0]).toMatch(/^KQL-SYNTAX 10:12 /);
  expect(errorsOf(load('[[exception.item]]\nquery = " "\n'))[0]).toContain('An empty query holds for every event.');
});

test('one bad exception does not touch the others, and every id is used once', () => {
  const texts = [
    {
      file: 'a.toml',
      text: `[[exception]]\n${HEAD}${ITEM}[[exception]]\n${HEAD.replace('e1', 'e2')}[[exception.item]]\n`,
    },
    { file: 'b.toml', text: `[[exception]]\n${HEAD}${ITEM}\n[[exception]]\n${HEAD.replace('e1', 'e3')}${ITEM}` },
    { file: 'c.toml', text: '[[exception]\n' },
    { file: 'd.toml', text: 'exception = 5\n' },
  ];
  const loaded = parseExceptions(texts, { lists, now: NOW });
  expect(loaded.exceptions.map(({ id, place }) => `${id} ${place.file}:${place.line}`)).toEqual([
    'e1 a.toml:2',
    'e3 b.toml:12',
  ]);
  expect(loaded.errors.map(({ code, place }) => `${code} ${place?.file}`)).toEqual([
    'EXCEPTION-VALUE a.toml',
    'EXCEPTION-VALUE b.toml',
    'TOML-SYNTAX c.toml',
    'EXCEPTION-VALUE d.toml',
  ]);
});

test('keys that other rule types need are kept', () => {
  const { exceptions } = load(
    ITEM,
    `${HEAD}step = 2\nbefore = true\nlevel = "event"\nlist = "l1"\ncreated = 2026-01-01\n`,
  );
  expect(exceptions[0]).toMatchObject({ step: 2, before: true, list: 'l1', created: Date.UTC(2026, 0, 1) });
});

test.each([
  ['rules = ["*"]', 'rules = ["smb-egres"]', 'EXCEPTION-RULE', 'Did you mean "smb-egress"?'],
  ['2026-06-01', '"never"', 'EXCEPTION-NEVER', 'never expires'],
  ['2026-06-01', '2026-04-01T00:00:00Z', 'EXCEPTION-EXPIRED', 'expired at 2026-04-01T00:00:00Z'],
  ['rules = ["*"]', 'list = "shard"', 'EXCEPTION-LIST', 'Did you mean "shared"?'],
])('%s -> %s warns %s', (from, to, code, message) => {
  const text = `[[exception]]\n${HEAD.replace(from, to)}${ITEM}`;
  const context = { lists, now: NOW, ruleIds: ['smb-egress'], sharedLists: ['shared'] };
  const { warnings, exceptions } = parseExceptions([{ file: 'e.toml', text }], context);
  expect(exceptions).toHaveLength(1);
  expect(warnings.map((warning) => warning.code)).toEqual([code]);
  expect(warnings[0]?.message).toContain(message);
});

test('an item of opposites only is broad, as is one of nearly all values, and unknown fields of a query are told', () => {
  const broad = loadEntry('field = "process.name", operator = "is_not", value = "x"');
  expect(broad.warnings.map((warning) => warning.code)).toEqual(['EXCEPTION-BROAD']);
  for (const [entry, codes] of [
    ['operator = "is", value = "0.0.0.0/0"', ['EXCEPTION-BROAD']],
    ['operator = "in_range", value = ["0.0.0.0/1", "10.0.0.0/8"]', ['EXCEPTION-BROAD']],
    ['operator = "is", value = "::/0"', ['EXCEPTION-BROAD']],
    ['operator = "is", value = "10.0.0.0/8"', []],
  ] as const) {
    const { warnings } = loadEntry(`field = "source.ip", ${entry}`);
    expect([entry, warnings.map(({ code }) => code)]).toEqual([entry, codes]);
  }
  expect(loadEntry('field = "file.name", operator = "matches", value = "*"').warnings).toHaveLength(1);
  const unknown = load(`[[exception.item]]\nquery = "procss.name:x"\n`);
  expect(unknown.warnings.map((warning) => warning.place?.line)).toEqual([9]);
});
