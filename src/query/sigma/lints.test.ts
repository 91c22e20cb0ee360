import { expect, test } from 'vitest';
import { entryRule, loadSigmaText, securityRule } from '../../../test/tools/sigma/sigma-match.ts';

test.each<[string, string]>([
  [`ShareName: 'ADMIN$'`, 'LINT-SIGMA-SHARE'],
  [`ObjectName: 'C:\\Temp\\*'`, 'LINT-SIGMA-STAR'],
  [`ObjectName|endswith: '\\Temp\\*'`, 'LINT-SIGMA-STAR'],
  [`ObjectName: '\\\\srv\\pub'`, 'LINT-SIGMA-BACKSLASH'],
  [`ObjectName|startswith: '\\\\srv'`, 'LINT-SIGMA-BACKSLASH'],
  [`ObjectName: ['a', null]`, 'SIGMA-NULL-IN-LIST'],
  [`CommandLine: ''`, 'LINT-SIGMA-EMPTY'],
  [`AccessMask: 0x2`, 'LINT-SIGMA-NUMBER'],
  [`Nonsense: 'a'`, 'SIGMA-UNKNOWN-FIELD'],
])('%s is remarked on', (entry, code) => {
  const { warnings, errors } = loadSigmaText(entryRule(entry));
  expect(errors).toBe('');
  expect(warnings.map((warning) => warning.split(' ')[0])).toEqual([code]);
});

test.each([
  `ShareName|endswith: '\\ADMIN$'`,
  `ShareName: '\\\\*\\ADMIN$'`,
  `ShareName: '\\\\\\\\\\*\\\\ADMIN$'`,
  `ObjectName: 'C:\\Temp\\\\*'`,
  `ObjectName|endswith: '\\\\cmd.exe'`,
  `ObjectName: '\\\\\\\\srv\\pub'`,
  `ObjectName|re: '\\\\srv\\*'`,
  `ObjectName: null`,
])('%s is right', (entry) => {
  expect(loadSigmaText(entryRule(entry)).warnings).toEqual([]);
});

test.each([
  [
    'a search that no condition uses',
    securityRule('selection: {EventID: 1}\nother: {EventID: 2}'),
    'LINT-SIGMA-UNUSED no condition uses the search "other"',
  ],
  [
    'a key that is nearly one',
    `falsepositive: x\n${entryRule('EventID: 1')}`,
    'LINT-SIGMA-KEY "falsepositive" is no key of Sigma and is not looked at. Did you mean "falsepositives"?',
  ],
  ['an id that is no UUID', `id: abc\n${entryRule('EventID: 1')}`, 'LINT-SIGMA-ID an id is a UUID'],
])('%s', (_what, text, said) => {
  expect(loadSigmaText(text).warnings).toEqual([said]);
});

test('keys of other tools are kept and nobody is told', () => {
  expect(loadSigmaText(`x-our-team: blue\n${entryRule('EventID: 1')}`).warnings).toEqual([]);
});
