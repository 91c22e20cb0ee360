import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseConfig } from '../src/config/load-config.ts';
import { readContentJson } from '../src/base/content.ts';
import { ENTRY_MODIFIERS, MODIFIER_NAMES } from '../src/query/sigma/modifiers.ts';
import { entryRule, loadSigmaText, matches, rulePredicate, securityEvent } from './tools/sigma/sigma-match.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../docs/sigma.md', import.meta.url)), 'utf8');

/** Rows of the tables whose heading is `entry | value | matches`. */
const rows = PAGE.split('\n')
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
  .filter((cells) => cells.length === 5 && (cells[3] === 'yes' || cells[3] === 'no'))
  .map(([, entry = '', value = '', answer = '']) => [entry.slice(1, -1), value, answer] as const);

test.each(rows)('docs/sigma.md: %s on %s: %s', (entry, value, answer) => {
  const field = /^'?([\w@]+)/.exec(entry)![1]!;
  const event =
    field === 'EventID' ? securityEvent({}) : securityEvent(value === 'absent' ? {} : { [field]: value.slice(1, -1) });
  expect(matches(rulePredicate(entryRule(entry)), event)).toBe(answer === 'yes');
});

test('docs/sigma.md has rows of every kind', () => expect(rows.length).toBeGreaterThan(25));

const documents = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);

test('the documents of docs/sigma.md load together', () => {
  const opened =
    'title: x\nname: share_opened\nlogsource: {product: windows, service: security}\ndetection:\n  s: {EventID: 5140}\n  condition: s\n';
  const { errors, warnings, resolved } = loadSigmaText([...documents, opened].join('---\n'));
  expect([errors, warnings]).toEqual(['', []]);
  expect(resolved.map(({ fate }) => fate.kind)).toEqual(['rule', 'filter', 'correlation', 'rule']);
});

test('the configuration of docs/sigma.md is one', () => {
  const text = /```toml\n([\s\S]*?)```/.exec(PAGE)![1]!;
  expect(parseConfig({ file: 'smbastion.toml', text }).sigma.placeholders.get('Servers')).toEqual(['srv01', 'file*']);
});

test('docs/sigma.md names every modifier', () => {
  const long = ['ignorecase', 'multiline', 'dotall'];
  const missing = [...MODIFIER_NAMES, ...ENTRY_MODIFIERS].filter(
    (name) => !long.includes(name) && !PAGE.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});

test('docs/sigma.md names logsources that there are', () => {
  const { products } = readContentJson<{ products: Record<string, { categories: object }> }>('sigma/logsources.json');
  const categories = Object.keys(products['windows']!.categories);
  for (const name of [
    'process_creation',
    'network_connection',
    'image_load',
    'process_access',
    'file_event',
    'file_delete',
    'ps_script',
  ]) {
    expect(categories).toContain(name);
    expect(PAGE).toContain(name);
  }
});
