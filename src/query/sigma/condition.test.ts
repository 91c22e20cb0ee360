import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatError, SmbError } from '../../base/error.ts';
import {
  loadSigmaText,
  matches,
  rulePredicate,
  securityEvent,
  securityRule,
} from '../../../test/tools/sigma/sigma-match.ts';
import type { ConditionNode } from './condition.ts';
import { parseCondition } from './parse-condition.ts';
import { printCondition } from './print-condition.ts';

type Bare =
  | { kind: 'and' | 'or'; parts: Bare[] }
  | { kind: 'not'; part: Bare }
  | { kind: 'search'; name: string }
  | { kind: 'of'; quantifier: 'any' | 'all'; pattern: string | undefined };

/** The tree without places. */
function bare(node: ConditionNode): Bare {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, parts: node.parts.map(bare) };
    case 'not':
      return { kind: 'not', part: bare(node.part) };
    case 'search':
      return { kind: 'search', name: node.name };
    case 'of':
      return { kind: 'of', quantifier: node.quantifier, pattern: node.pattern };
  }
}

const parse = (text: string) => bare(parseCondition({ file: 'rule.yml', text }).root);

const names = fc.constantFrom('a', 'sel_1', '_x', 'filter-main', '1', '2b', 'all', 'any', 'them', 'android', 'nothing');
const { condition } = fc.letrec<{ condition: Bare }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      names.map((name): Bare => ({ kind: 'search', name })),
      fc.record({
        kind: fc.constant('of' as const),
        quantifier: fc.constantFrom('any' as const, 'all' as const),
        pattern: fc.constantFrom(undefined, 'sel*', '*', '_*', 'a*b*c', 'plain'),
      }),
    ),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
    }),
    tie('condition').map((part): Bare => ({ kind: 'not', part })),
  ),
}));

test('a printed condition is read as the same condition', () => {
  fc.assert(
    fc.property(condition, (node) => {
      expect(parse(printCondition(node as ConditionNode))).toEqual(bare(node as ConditionNode));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a or b and not c', 'a or b and not c'],
  ['A OR B AND NOT C', 'A or B and not C'],
  ['(a or b) and c', '(a or b) and c'],
  ['((a))', 'a'],
  ['not not a', 'not not a'],
  ['not (a and b)', 'not (a and b)'],
  ['1 of them', '1 of them'],
  ['ANY OF Them', '1 of them'],
  ['all of sel_*', 'all of sel_*'],
  ['any of *', '1 of *'],
  ['not 1 of filter_* and a', 'not 1 of filter_* and a'],
  ['a\n  and\tb', 'a and b'],
  ['all', 'all'],
])('%j means %j', (text, printed) => {
  expect(printCondition(parseCondition({ file: 'rule.yml', text }).root)).toBe(printed);
});

/** Searches a, b, c and _h are true for the users of that name. */
const SEARCHES = ['a', 'b', 'c', '_h']
  .map((name) => `${name}:\n  SubjectUserName|contains: '${name.at(-1)}'`)
  .join('\n');

test.each<[string, string, boolean]>([
  ['a and b', 'ab', true],
  ['a and b', 'a', false],
  ['a or b and c', 'a', true],
  ['(a or b) and c', 'a', false],
  ['a and not b', 'a', true],
  ['a and not b', 'ab', false],
  ['not a', '', true],
  ['1 of them', 'c', true],
  ['1 of them', 'h', false],
  ['all of them', 'abc', true],
  ['all of them', 'ab', false],
  ['1 of _*', 'h', true],
  ['any of *', 'h', false],
  ['1 of _h', 'h', true],
  ['_h', 'h', true],
  ['all of a*', 'a', true],
  ['a and not 1 of nothing_*', 'a', true],
  ['a and not (1 of nothing_* or b)', 'ab', false],
  ['a and not (1 of nothing_* or b)', 'a', true],
])('%s for the user %j: %s', (text, user, expected) => {
  const event = securityEvent(user === '' ? {} : { SubjectUserName: user });
  expect(matches(rulePredicate(securityRule(SEARCHES, text)), event)).toBe(expected);
});

test('a list of conditions is several queries', () => {
  const rule = securityRule(SEARCHES, '[a and b, c]');
  expect(matches(rulePredicate(rule), securityEvent({ SubjectUserName: 'c' }))).toBe(true);
  expect(matches(rulePredicate(rule), securityEvent({ SubjectUserName: 'a' }))).toBe(false);
});

test('a pattern under not that fits nothing is left out with a warning', () => {
  const { warnings } = loadSigmaText(securityRule(SEARCHES, 'a and not 1 of filter_*'));
  expect(warnings).toContain('LINT-SIGMA-PATTERN No search fits "filter_*"; this part is left out');
});

function errorOf(text: string): string {
  try {
    parseCondition({ file: 'rule.yml', text });
    return '';
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    return formatError(error);
  }
}

test.each([
  '',
  'a b',
  'a and',
  '(a',
  'a)',
  'a & b',
  '!a',
  'a and or b',
  '2 of them',
  'some of them',
  '1 of',
  '1 of (a)',
  'sel*',
  'a | count() by user > 5',
  'a near b',
  '"a"',
  'sel.1',
  `${'('.repeat(101)}a${')'.repeat(101)}`,
])('%j is refused with its place', (text) => {
  expect(errorOf(text)).toMatchSnapshot();
});

test('a million brackets or words end in a sentence, at once', () => {
  expect(errorOf('('.repeat(1_000_000))).toContain('More than 100 brackets');
  expect(errorOf('not '.repeat(250_000))).toContain('More than 100 brackets');
  expect(parseCondition({ file: 'x', text: `a${' or a'.repeat(19_000)}` }).root.kind).toBe('or');
});

test('changed conditions give a tree or an error with a place, never anything else', () => {
  const text = 'selection_a and not (1 of filter_* or all of them) or 1 of sel*';
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ unit: 'grapheme', maxLength: 3 }), fc.nat(3), (at, put, cut) => {
      const changed = text.slice(0, at) + put + text.slice(at + cut);
      const said = errorOf(changed);
      if (said !== '') expect(said).toMatch(/^SIGMA-(?:SYNTAX|UNSUPPORTED) rule\.yml:1:\d+ {2}/);
    }),
    { numRuns: 2000 },
  );
});
