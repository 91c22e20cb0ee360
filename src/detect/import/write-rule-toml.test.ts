import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTENT_FOLDER } from '../../base/content.ts';
import { parseToml } from '../../base/toml/parse-toml.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { parseRule } from '../rule-file/load-rule-file.ts';
import { ruleTextOf, type RuleText, writeRuleToml } from './write-rule-toml.ts';

const CONTEXT = { now: 0, settings: DEFAULT_CONFIG.rules };
const FOLDER = join(CONTENT_FOLDER, 'rules');

function documentOf(text: string): RuleText {
  const rule = ruleTextOf(parseToml({ file: 'r.toml', text }).root);
  if (!rule) throw new Error('the text has no [rule]');
  return rule;
}

test('reads as a person would write it: keys in the order of the reference, then tables', () => {
  const rule: RuleText = {
    threshold: { value: 3, field: ['source.ip'], cardinality: [{ field: 'user.name', value: 2 }] },
    query: 'event.code:5145\n  and smb.share.name:ADMIN$',
    severity: 'low',
    id: 'x',
    license: undefined,
  };
  const written = `# two
# lines
[rule]
id = "x"
query = '''
event.code:5145
  and smb.share.name:ADMIN$'''
severity = "low"

[rule.threshold]
value = 3
field = ["source.ip"]

[[rule.threshold.cardinality]]
field = "user.name"
value = 2
`;
  expect(writeRuleToml(rule, ['two\nlines'])).toBe(written);
  expect(writeRuleToml(documentOf(written), ['two', 'lines'])).toBe(written);
});

describe('the rules that are shipped', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.toml'));
  test('are there', () => expect(files.length).toBeGreaterThan(10));

  test.each(files)('%s is the same rule after writing', (name) => {
    const file = join(FOLDER, name);
    const text = readFileSync(file, 'utf8');
    const document = documentOf(text);
    const written = writeRuleToml(document);
    expect(documentOf(written)).toEqual(document);
    expect(writeRuleToml(documentOf(written))).toBe(written);
    const before = parseRule({ file, text }, CONTEXT);
    const after = parseRule({ file, text: written }, CONTEXT);
    expect(after.errors).toEqual([]);
    expect(after.rule).toEqual(before.rule);
  });
});

test('any text in any key comes back as it was', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !/\p{Surrogate}/u.test(one));
  const rule = fc.record({
    id: fc.constant('x'),
    name: text,
    note: fc.oneof(
      text,
      fc.array(text).map((lines) => lines.join('\n')),
    ),
    tags: fc.array(text, { minLength: 1 }),
    severity_mapping: fc.array(fc.record({ field: text, value: text }), { minLength: 1 }),
    parameters: fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      fc.record({ default: fc.integer(), meaning: text }),
      {
        minKeys: 1,
        noNullPrototype: true,
      },
    ),
  });
  fc.assert(
    fc.property(rule, (one) => {
      expect(documentOf(writeRuleToml(one))).toEqual(one);
    }),
    { numRuns: 200 },
  );
});

test('remarks cannot break out of their comment', () => {
  const written = writeRuleToml({ id: 'x' }, ['a\r\nb = 1\u0007', '']);
  expect(written.split('\n').slice(0, 3)).toEqual(['# a', '# b = 1 ', '#']);
  expect(documentOf(written)).toEqual({ id: 'x' });
});
