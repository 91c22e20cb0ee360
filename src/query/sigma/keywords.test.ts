import { expect, test } from 'vitest';
import { matches, rulePredicate, securityEvent, securityRule } from '../../../test/tools/sigma/sigma-match.ts';

const RAW = { ServiceName: 'PSEXESVC', ImagePath: '%SystemRoot%\\PSEXESVC.exe', StartType: 'demand start' };

test.each<[string, boolean]>([
  ["'psexe'", true],
  ["'PSEXESVC.exe'", true],
  ["'demand'", true],
  ["'psexe*exe'", true],
  ["'psexe?vc'", true],
  // One value ends and another begins.
  ["'PSEXESVC%System'", false],
  ["'PSEXESVC*demand'", false],
  // Our own words are no text of the record.
  ["'system.security'", false],
  ["['nothing', 'demand']", true],
])('the keywords %s in raw values: %s', (keywords, expected) => {
  const rule = securityRule(`selection: ${keywords}`);
  expect(matches(rulePredicate(rule), securityEvent(RAW))).toBe(expected);
});

test.each<[string, boolean]>([
  ["'service was installed'", true],
  ["'INSTALLED'", true],
  ["'psexe'", false],
])('with a message the keywords %s are looked for there alone: %s', (keywords, expected) => {
  const event = securityEvent(RAW, { message: 'A service was installed in the system.' });
  expect(matches(rulePredicate(securityRule(`selection: ${keywords}`)), event)).toBe(expected);
});

test.each<[string, boolean]>([
  ["'|all':\n    - 'psexe'\n    - 'demand'", true],
  ["'|all':\n    - 'psexe'\n    - 'other'", false],
  ["'|contains|all':\n    - 'psexe'\n    - 'demand'", true],
  ["'|contains':\n    - 'other'\n    - 'demand'", true],
  ["'|cased': 'psexe'", false],
  ["'|cased': 'PSEXE'", true],
  ["'|re': 'PSEXE[A-Z]+\\.exe$'", true],
  ["'|re': 'psexe'", false],
  ["'|re|i': 'psexe'", true],
  ["'|neq': 'psexe'", false],
])('keywords with modifiers, %s: %s', (entry, expected) => {
  expect(matches(rulePredicate(securityRule(`selection:\n  ${entry}`)), securityEvent(RAW))).toBe(expected);
});

test('keywords and maps in one list are alternatives', () => {
  const predicate = rulePredicate(securityRule("selection:\n  - 'demand'\n  - EventID: 1"));
  expect(matches(predicate, securityEvent(RAW))).toBe(true);
  expect(matches(predicate, { event: { code: '1' }, winlog: { channel: 'Security' } })).toBe(true);
  expect(matches(predicate, securityEvent({}))).toBe(false);
});

test('maps in one list are alternatives, entries of a map are all needed', () => {
  const predicate = rulePredicate(
    securityRule('selection:\n  - EventID: 5145\n    StartType: x\n  - ServiceName: psexesvc'),
  );
  expect(matches(predicate, securityEvent(RAW))).toBe(true);
  expect(matches(predicate, securityEvent({ StartType: 'y' }))).toBe(false);
});
