/** Holds docs/eql.md against the program. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Document } from '../src/event/document.ts';
import { DocumentEvent } from '../src/event/document-event.ts';
import { Networks } from '../src/event/networks.ts';
import { compileMatcher } from '../src/query/compile/matcher.ts';
import { compileEql } from '../src/query/eql/compile-eql.ts';
import { EQL_FUNCTIONS } from '../src/query/eql/functions.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../docs/eql.md', import.meta.url)), 'utf8');
const EVENT = JSON.parse(/<!-- event -->\n```json\n([\s\S]*?)```/.exec(PAGE)![1]!) as Document;
const NOW = Date.parse('2026-03-02T14:30:00Z');
const networks = new Networks();

const rows = [...PAGE.matchAll(/^\| `(.*?)` \| (yes|no) \|/gm)].map(([, query, answer]) => [query!, answer!] as const);

test.each(rows)('docs/eql.md: %s on the event of the page: %s', (text, answer) => {
  const { query } = compileEql({ file: 'query', text }, { now: NOW });
  if (query.kind !== 'event') throw new Error('the table asks single events');
  expect(compileMatcher(query.predicate)(new DocumentEvent(networks, EVENT))).toBe(answer === 'yes');
});

test('docs/eql.md has rows, names every function, and its commands compile', () => {
  expect(rows.length).toBeGreaterThan(15);
  expect([...EQL_FUNCTIONS.values()].filter(({ name }) => !PAGE.includes(`\`${name}\``))).toEqual([]);
  const commands = [...PAGE.matchAll(/^smbastion query --language eql '([^']*)'/gm)].map(([, text]) => text!);
  expect(commands).toHaveLength(2);
  for (const text of commands) expect(compileEql({ file: 'query', text }, { now: NOW }).diagnostics).toEqual([]);
});
