import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryRule, loadSigmaText, securityRule } from '../../../test/tools/sigma/sigma-match.ts';

const RULE = entryRule(`CommandLine|contains|all:\n  - 'a*'\n  - "b\\\\c"`);

test.each<[string, string, string]>([
  ['deep flow lists', `a: ${'['.repeat(500_000)}`, 'More than 64 lists'],
  ['deep compact lists', '- '.repeat(300_000), 'More than 64 lists'],
  ['deep maps', Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'More than 64 lists'],
  [
    'aliases that stand for thousands of millions',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghijk'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`).join('\n')}`,
    'more than 1000000 values',
  ],
  ['an alias of nothing', 'a: *b', 'No anchor &b'],
  ['an alias of itself', 'a: &a [*a]', 'No anchor &a'],
  ['a tag', 'title: !!js/function x', 'Tags'],
  ['a list as key', '? [a]\n: b', 'A key is text'],
  ['a scalar as document', 'hello', 'This is no Sigma document'],
  ['nothing', '', 'The file is empty'],
  ['comments alone', '# nothing\n---\n# here', 'The file is empty'],
])('%s: a sentence', (_what, text, said) => {
  expect(loadSigmaText(text).errors).toContain(said);
});

test('a value of a megabyte is a value, an error about it is cut', () => {
  const long = 'x'.repeat(1_000_000);
  expect(loadSigmaText(entryRule(`CommandLine|contains: '${long}'`)).errors).toBe('');
  expect(loadSigmaText(entryRule(`CommandLine|cidr: '${long}'`)).errors.length).toBeLessThan(2000);
  expect(loadSigmaText(entryRule(`${long}: a`)).errors.length).toBeLessThan(2000);
});

test.each<[string, string]>([
  [
    'a hundred thousand mistakes in one line',
    `title: x\nlogsource: {product: windows}\ndetection: {condition: s, s: {a|x: 1, b: [${'[],'.repeat(100_000)}1]}}`,
  ],
  [
    'a condition of unknown names',
    securityRule('s: {EventID: 1}', Array.from({ length: 15_000 }, (_, i) => `u${i}`).join(' or ')),
  ],
  ['a condition of many names', securityRule('s: {EventID: 1}', `s${' or s'.repeat(30_000)}`)],
  ['many searches', securityRule(Array.from({ length: 3000 }, (_, i) => `s${i}: {EventID: 1}`).join('\n'), '1 of s*')],
  [
    'patterns of many searches',
    securityRule(
      Array.from({ length: 1500 }, (_, i) => `s${i}: {EventID: 1}`).join('\n'),
      `1 of s*${' or all of s*'.repeat(500)}`,
    ),
  ],
  ['a regular expression that grows', entryRule(`CommandLine|re: '((((a{1000}){1000}){1000}){1000}){1000}'`)],
  ['many unknown modifiers', entryRule(`CommandLine${'|x'.repeat(100_000)}: a`)],
])('%s: a few errors, soon', (_what, text) => {
  const { reads, errors } = loadSigmaText(text);
  expect(errors).not.toBe('');
  expect(reads[0]!.errors.length).toBeLessThanOrEqual(100);
  expect(errors.length).toBeLessThan(200_000);
});

test('anchors and merge keys are followed', () => {
  const text = `title: x
logsource: {product: windows, service: security}
detection:
  base: &base
    EventID: 5145
  selection:
    <<: *base
    ShareName: a
  condition: base and selection
`;
  const { errors, resolved } = loadSigmaText(text);
  expect(errors).toBe('');
  const [first] = resolved;
  const selection = first?.document.kind === 'rule' ? first.document.detections.get('selection') : undefined;
  expect(selection?.kind === 'and' && selection.parts.length).toBe(2);
});

test('changed rules are rules or errors with a place, never anything else', () => {
  fc.assert(
    fc.property(fc.nat(RULE.length), fc.string({ unit: 'binary', maxLength: 4 }), fc.nat(8), (at, put, cut) => {
      const { errors } = loadSigmaText(RULE.slice(0, at) + put + RULE.slice(at + cut));
      if (errors !== '') expect(errors).toMatch(/^[A-Z]+-[A-Z]+ rule\.yml:\d+:\d+ {2}/);
    }),
    { numRuns: 1000 },
  );
});
