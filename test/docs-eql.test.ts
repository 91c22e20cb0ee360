/** Holds docs/eql.md against the program: its tables are run, its errors and remarks are said. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SmbError } from '../src/base/error.ts';
import type { Document } from '../src/event/document.ts';
import { DocumentEvent } from '../src/event/document-event.ts';
import { Networks } from '../src/event/networks.ts';
import { compileMatcher } from '../src/query/compile/matcher.ts';
import { compileEql } from '../src/query/eql/compile-eql.ts';
import { EQL_FUNCTIONS } from '../src/query/eql/functions.ts';
import { blocks, plain, rows, section } from './tools/pages.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/eql.md`, 'utf8');
const NOW = Date.parse('2026-03-02T14:30:00Z');
const EVENT = JSON.parse(/<!-- event -->\n```json\n([\s\S]*?)```/.exec(PAGE)![1]!) as Document;

const compile = (text: string) => compileEql({ file: 'query', text }, { now: NOW });

const asked = rows(PAGE, 'query', 'matches', 'why').map(([query, answer]) => [plain(query!), answer!] as const);

test.each(asked)('%s on the event of the page: %s', (text, answer) => {
  const { query } = compile(text);
  if (query.kind !== 'event') throw new Error('no event query');
  const isMatch = compileMatcher(query.predicate)(new DocumentEvent(new Networks(), EVENT));
  expect(isMatch ? 'yes' : 'no').toBe(answer);
});

const wrong = rows(section(PAGE, 'errors'), 'query', 'error').map(([query, said]) => [plain(query!), said!] as const);

test.each(wrong)('%s fails: %s', (query, said) => {
  expect(() => compile(query)).toThrow(SmbError);
  expect(() => compile(query)).toThrow(said);
});

const odd = rows(section(PAGE, 'remarks'), 'query', 'remark').map(
  ([query, code]) => [plain(query!), plain(code!)] as const,
);

test.each(odd)('%s compiles with the remark %s', (query, code) => {
  expect(compile(query).diagnostics.map((remark) => remark.code)).toEqual([code]);
});

test('every remark is told', () => {
  const files = readdirSync(`${ROOT}src/query/eql`).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const text = files.map((name) => readFileSync(`${ROOT}src/query/eql/${name}`, 'utf8')).join('\n');
  const known = new Set(text.match(/(?<=')EQL-[A-Z-]+(?=')/g));
  known.delete('EQL-SYNTAX');
  known.delete('EQL-TYPE');
  const told = new Set(PAGE.match(/(?<=`)EQL-[A-Z-]+(?=`)/g));
  expect([...told].toSorted()).toEqual([...known].toSorted());
});

test('every function is told, with a ~ where it takes one', () => {
  const told = rows(PAGE, 'function', 'gives').flatMap(([names]) => [...names!.matchAll(/`(\w+)(~?)/g)]);
  const written = told.map(([, name, tilde]) => `${name}${tilde}`).toSorted();
  const known = [...EQL_FUNCTIONS.values()].map(({ name, canFold }) => `${name}${canFold ? '~' : ''}`);
  expect(written).toEqual(known.toSorted());
});

test('the sequences and samples of the page are read without remarks', () => {
  const queries = blocks(PAGE, 'eql').flatMap((block) => block.trim().split('\n\n'));
  expect(queries.map((text) => compile(text).query.kind)).toEqual(['sequence', 'sequence', 'sequence', 'sample']);
  for (const text of queries) expect(compile(text).diagnostics).toEqual([]);
  const commands = [...PAGE.matchAll(/^smbastion query --language eql '([^']*)'/gm)].map((match) => match[1]!);
  expect(commands.length).toBeGreaterThan(1);
  for (const text of commands) expect(compile(text).diagnostics).toEqual([]);
});

test('there are examples of every kind', () => {
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.every(([, answer]) => answer === 'yes' || answer === 'no')).toBe(true);
  expect(wrong.length).toBeGreaterThan(10);
});
