import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { formatError } from '../../base/error.ts';
import { parseRule } from './load-rule-file.ts';

const RULE = `[rule]
id = "a-b"
name = "A"
severity = "high"
type = "convergence"
datasets = ["system.security"]
reason = "{alert.legs} by {logon.user.name}"
[rule.parameters]
opens = { default = 3, meaning = "Opens" }
[rule.convergence]
window = "10m"
per = ["host.name"]
same = ["client.ip", "user.name"]
anchor = "run"
[[rule.convergence.leg]]
name = "logon"
blind = "audit logons"
[[rule.convergence.leg.way]]
when = "event.code:4624"
links = { session = "winlog.logon.id" }
sight = "event.code:(4624 or 4625)"
says = "{user.name} logged on"
[[rule.convergence.leg]]
name = "opens"
[[rule.convergence.leg.way]]
name = "files"
when = "event.code:5145"
count = "\${opens}"
distinct = ["file.path"]
again = "1s"
sight = "event.code:5145"
says = "{count} opens"
[[rule.convergence.leg.way]]
when = "event.code:5140"
same = ["client.ip"]
sight = "event.code:(4624 or 4625)"
note = "no files"
says = "{count} opens"
[[rule.convergence.leg]]
name = "run"
[[rule.convergence.leg.way]]
when = "event.code:4697"
links = { session = "winlog.logon.id" }
needs = [{ with = ["logon", "opens"], link = "session", order = "before" }]
says = "{service.name}[ {after} later]"
[[rule.convergence.grade]]
name = "exact"
legs = ["logon", "opens", "run"]
linked = ["session"]
severity = "critical"
[[rule.convergence.grade]]
name = "weak"
legs = ["logon", "opens"]
severity = "low"
building_block = true
`;

const load = (text: string) => parseRule({ file: 'a.toml', text }, { now: 0, settings: DEFAULT_CONFIG.rules });

test('every part is read; names become numbers, parameters values', () => {
  const { rule, errors } = load(RULE);
  expect(errors.map(formatError)).toEqual([]);
  expect(rule!.legs.map(({ name, isSight }) => [name, isSight ?? false])).toEqual([
    ['logon: 1', false],
    ['opens: files', false],
    ['opens: 2', false],
    ['run: 1', false],
    ['sight 1', true],
    ['sight 2', true],
  ]);
  expect(rule!.convergence).toMatchObject({
    windowMs: 600_000,
    anchor: 2,
    isOrdered: false,
    legs: [
      { name: 'logon', ways: [0], isSupporting: false, blind: 'audit logons' },
      { name: 'opens', ways: [1, 2] },
      { name: 'run', ways: [3] },
    ],
    ways: [
      { leg: 0, count: 1, sight: 0, links: [{ name: 'session', field: 'winlog.logon.id' }], needs: [] },
      { leg: 1, count: 3, sight: 1, distinct: ['file.path'], againMs: 1000, same: ['client.ip', 'user.name'] },
      { leg: 1, sight: 0, note: 'no files', same: ['client.ip', undefined] },
      { leg: 2, sight: undefined, needs: [{ ways: [0, 1, 2], link: 'session', order: 'before' }] },
    ],
    grades: [
      { name: 'exact', legs: [0, 1, 2], linked: ['session'], severity: 'critical', riskScore: 99 },
      { name: 'weak', legs: [0, 1], linked: [], riskScore: 21, isBuildingBlock: true },
    ],
  });
});

test.each<[string, string, string]>([
  ['anchor = "run"', 'anchor = "runn"', 'There is no leg "runn". Did you mean "run"?'],
  ['with = ["logon", "opens"]', 'with = ["open"]', 'There is no leg "open". Did you mean "opens"?'],
  ['linked = ["session"]', 'linked = ["sesion"]', 'There is no link "sesion". Did you mean "session"?'],
  ['link = "session"', 'link = "path"', 'There is no link "path".'],
  ['same = ["client.ip"]', 'same = ["user.id"]', '"user.id" is none of the rule\'s "same".'],
  ['name = "opens"', 'name = "logon"', 'Two legs have this name.'],
  ['says = "{user.name} logged on"', 'says = "{user.nam} logged on"', 'There is no field "user.nam".'],
  ['anchor = "run"', 'anchor = "logon"\norder = "listed"', 'Legs that come as listed end with the anchor.'],
  ['anchor = "run"', 'anchor = "logon"', 'Only ways of the anchor may need other events.'],
  ['name = "opens"', 'name = "opens"\nsupporting = true', 'A supporting leg is asked for by no grade.'],
  ['distinct = ["file.path"]', 'distinct = ["file.pat"]', 'There is no field "file.pat".'],
  [
    'same = ["client.ip"]',
    'per = ["host.name", "user.name"]',
    '"per" must name as many fields as the rule\'s does, 1.',
  ],
  ['{logon.user.name}', '{logn.user.name}', 'There is no field "logn.user.name".'],
  ['window = "10m"\n', '', '[rule.convergence] needs the key "window".'],
  ['when = "event.code:5140"', 'when = "event.code:("', 'expected'],
])('%s becomes %s', (from, to, message) => {
  expect(RULE).toContain(from);
  const { rule, errors } = load(RULE.replace(from, to));
  expect(rule).toBeUndefined();
  expect(errors.map(formatError).join('\n').toLowerCase()).toContain(message.toLowerCase());
  expect(errors[0]!.place?.line).toBeGreaterThan(1);
});

test('a rule of the type needs its part, and another type does not use it', () => {
  const [head] = RULE.split('[rule.parameters]');
  expect(load(head!.replace('by {logon.user.name}', '')).errors.map(({ message }) => message)).toEqual([
    'A rule of type "convergence" needs [rule.convergence].',
  ]);
  const { warnings } = load(
    RULE.replace('type = "convergence"', 'type = "query"\nquery = "*"').replace(' by {logon.user.name}', ''),
  );
  expect(warnings.map(({ message }) => message)).toContain(
    '"convergence" belongs to rules of type convergence and is not used here',
  );
});
