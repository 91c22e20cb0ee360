import { expect, test } from 'vitest';
import { importRuleText } from './import-rules.ts';
import { shownText } from './shown-text.ts';

test.each([
  ['a', 'a'],
  [1, '1'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{ toString: [] }, '{"toString":[]}'],
])('%j', (value, expected) => expect(shownText(value)).toBe(expected));

test('an export whose ids are objects is refused in words', () => {
  const odd = { toString: [] };
  const lines = [
    { list_id: odd, item_id: odd, name: odd, type: 'simple', entries: [] },
    { list_id: odd, type: odd, name: odd },
    { rule_id: odd, id: odd, name: odd, type: 'query', query: odd, exceptions_list: [{ list_id: odd }, odd] },
    { exported_count: odd, missing_rules: [odd, { rule_id: odd }] },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  expect(importRuleText({ file: 'e.ndjson', text }).refused.length).toBeGreaterThan(0);
});
