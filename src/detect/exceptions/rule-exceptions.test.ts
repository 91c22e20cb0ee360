/** Exceptions of sequences and correlations, from the file to the alert. */
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Document } from '../../event/document.ts';
import { parseRule } from '../rule-file/load-rule-file.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import { ExceptionSet } from './exception-set.ts';
import { parseExceptions } from './load-exceptions.ts';
import { ruleExceptions } from './rule-exceptions.ts';

const START = Date.UTC(2026, 2, 1);
const QUERY =
  'sequence by host.name with maxspan=1h [any where event.action == "a"] ![any where event.action == "x"] [any where event.action == "b"]';
const { rule } = parseRule(
  {
    file: 'r.toml',
    text: `[rule]\nid = "seq"\nname = "S"\nseverity = "high"\ntype = "eql"\nsteps = ["first", "gap", "last"]\nquery = '''${QUERY}'''\n`,
  },
  { now: START, settings: DEFAULT_CONFIG.rules },
);

const load = (keys: string) =>
  parseExceptions(
    [
      {
        file: 'e.toml',
        text: `[[exception]]\nid = "known"\nname = "n"\nowner = "o"\nreason = "r"\nexpires = "never"\nrules = ["seq"]\n${keys}
[[exception.item]]\nentries = [ { field = "user.name", operator = "is", value = "scanner" } ]\n`,
      },
    ],
    { lists: new Map(), now: START, ruleIds: ['seq', 'single'], legs: new Map([['seq', ['first', 'gap', 'last']]]) },
  );

/** `a ann, b scanner`: one event a second, all on one host. */
const events = (text: string): Document[] =>
  text.split(', ').map((one, at) => ({
    '@timestamp': new Date(START + at * 1000).toISOString(),
    event: { action: one.split(' ')[0] },
    host: { name: 'fs01' },
    user: { name: one.split(' ')[1] },
  }));

/** Seconds of the events of each alert, the silenced ones in brackets. */
function found(keys: string, text: string) {
  const set = new ExceptionSet(load(keys).exceptions, START);
  const { alerts, rules } = scanDocuments([rule!], events(text), ruleExceptions(set));
  const shown = alerts.map(({ members, exceptedBy }) => {
    const seconds = members.map(({ time }) => (time - START) / 1000).join(' ');
    return exceptedBy === undefined ? seconds : `(${seconds})`;
  });
  return { shown, hits: set.results()[0]!.hits, excepted: rules[0]!.excepted };
}

test.each<[string, string, string, string[]]>([
  ['any member, unless said otherwise', '', 'a ann, b scanner', ['(0 1)']],
  ['no member', '', 'a ann, b bob', ['0 1']],
  ['an excepted event still ends what others began', '', 'a ann, a scanner, b ann', ['(1 2)']],
  ['an excepted event that must be missing has still happened', '', 'a ann, x scanner, b ann', []],
  ['all members', 'step = "all"', 'a ann, b scanner', ['0 1']],
  ['all members', 'step = "all"', 'a scanner, b scanner', ['(0 1)']],
  ['a step by its number', 'step = 1', 'a ann, b scanner', ['0 1']],
  ['a step by its number', 'step = 3', 'a ann, b scanner', ['(0 1)']],
  ['a step by its name', 'step = "last"', 'a scanner, b ann', ['0 1']],
  ['a step by its name', 'step = "first"', 'a scanner, b ann', ['(0 1)']],
  ['before matching', 'before = true', 'a ann, a scanner, b ann', ['0 2']],
  ['before matching', 'before = true', 'a ann, x scanner, b ann', ['0 2']],
])('%s: %s over %s', (_, keys, text, expected) => {
  expect(found(keys, text).shown).toEqual(expected);
});

test('a silenced match is one hit, and counted with its rule', () => {
  expect(found('', 'a scanner, b scanner, a ann, b ann')).toEqual({ shown: ['(0 1)', '2 3'], hits: 1, excepted: 1 });
});

test.each([
  ['step = "lst"', 'exception "known" silences nothing: the rule "seq" has no step "lst". Did you mean "last"?'],
  ['step = 4', 'exception "known" silences nothing: the rule "seq" has no step 4; it has 3.'],
])('a step that the rule does not have is remarked on: %s', (keys, message) => {
  const steps = load(keys).warnings.filter(({ code }) => code === 'EXCEPTION-STEP');
  expect(steps.map((warning) => warning.message)).toEqual([message]);
});
