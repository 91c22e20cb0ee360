import { expect, test } from 'vitest';
import { parseCidr } from '../../../base/address/cidr.ts';
import { fields } from '../../../event/field.ts';
import { compileKql } from '../../kql/compile-kql.ts';
import { not, or, type Predicate } from '../../predicate.ts';
import { CatalogueColumns } from './catalogue-columns.ts';
import { compileSql } from './compile-sql.ts';
import type { SqlColumns } from './sql-columns.ts';

const USUAL = new CatalogueColumns(fields.catalogued, 'usual');
const kql = (text: string): Predicate => compileKql({ file: 'test', text }, { now: 0 }).predicate;
const PORTS = Array.from({ length: 20 }, (_, i) => i);

test.each([
  ['', 'TRUE', []],
  ['file.name:*', '"file.name" IS NOT NULL', []],
  ['file.name:a', '"file.name" = ?', ['a']],
  ['not file.name:a', 'NOT COALESCE("file.name" = ?, FALSE)', ['a']],
  ['file.name:(a or b)', '"file.name" IN (?, ?)', ['a', 'b']],
  ['file.name:a*b', 'regexp_full_match("file.name", ?)', ['(?s)a.*b']],
  ['file.size > 3 and file.name:a', '("file.size" > ? AND "file.name" = ?)', [3, 'a']],
  ['smb.auth.guest:false', '(NOT "smb.auth.guest")', []],
  ['source.ip:10.0.0.1', '"source.ip" = ?::UHUGEINT', ['281470849515521']],
  ['source.ip:10.0.0.0/8', '"source.ip" BETWEEN ?::UHUGEINT AND ?::UHUGEINT', ['281470849515520', '281470866292735']],
  ['host.ip:"::1"', 'list_bool_or(list_transform("host.ip", lambda v: v = ?::UHUGEINT))', ['1']],
  ['tags:a', 'list_bool_or(list_transform("tags", lambda v: v = ?))', ['a']],
  ['@timestamp:1970-01-01', '("@timestamp" >= ? AND "@timestamp" < ?)', [0, 86_400_000]],
  ['labels.site:x', 'list_bool_or(list_transform("members"[?], lambda v: v = ?))', ['labels.site', 'x']],
  [
    'threat.enrichments:{ indicator.type:a }',
    'list_bool_or(list_transform("threat.enrichments", lambda e: ' +
      'list_bool_or(list_transform(e."indicator.type", lambda v: v = ?))))',
    ['a'],
  ],
  [`file.size:(${PORTS.join(' or ')})`, '"file.size" IN (SELECT unnest(?::DOUBLE[]))', [PORTS]],
  [
    `tags:(${PORTS.join(' or ')})`,
    'EXISTS (SELECT 1 FROM unnest("tags") AS u(v) WHERE v IN (SELECT unnest(?::VARCHAR[])))',
    [PORTS.map(String)],
  ],
])('%s', (query, condition, parameters) => {
  const { sql, parameters: found, residual } = compileSql(kql(query), USUAL);
  expect([sql, found, residual]).toEqual([condition, parameters, undefined]);
});

test('letters fold by a macro that knows A to Z alone', () => {
  const leaf: Predicate = { kind: 'suffix', field: fields.get('file.path'), text: '.EXE', fold: true };
  expect(compileSql(leaf, USUAL)).toMatchObject({
    sql: 'ends_with(ascii_lower("file.path"), ?)',
    parameters: ['.exe'],
  });
});

const WORDS = kql('message:mimikatz');

test.each([
  ['stays, with what it needs', WORDS, 'regexp_matches("message", ?)'],
  ['may be anything when negated', not(WORDS), 'TRUE'],
  ['needs a value when negated twice', not(not({ kind: 'and', parts: [WORDS, kql('file.name:a')] })), undefined],
  ['beside another branch', or([WORDS, kql('file.name:a')]), '(regexp_matches("message", ?) OR "file.name" = ?)'],
])('a residual word %s', (_, predicate, condition) => {
  const { sql, residual, residualLeaves } = compileSql(predicate, USUAL);
  if (condition !== undefined) expect(sql).toBe(condition);
  expect(residual).toBeDefined();
  expect(residualLeaves).toEqual([{ leaf: WORDS, reason: 'words of a text' }]);
});

test('of conditions that must all hold, only the undecided are left to the matcher', () => {
  const { sql, residual } = compileSql(kql('file.size > 3 and message:mimikatz and destination.port:445'), USUAL);
  expect(sql).toBe('("file.size" > ? AND regexp_matches("message", ?) AND "destination.port" = ?)');
  expect(residual).toEqual(WORDS);
});

test('a field that has no column is left to the matcher', () => {
  const few = new CatalogueColumns([fields.get('file.name')], 'usual');
  expect(compileSql(kql('file.name:a and file.size:1'), few)).toMatchObject({
    sql: '"file.name" = ?',
    residual: { kind: 'equals', field: { name: 'file.size' } },
  });
});

test('values never become text of the condition', () => {
  const hostile = `'; DROP TABLE events; --"\\`;
  const field = fields.get('file.name');
  const leaves: Predicate[] = [
    { kind: 'equals', field, value: hostile, fold: false },
    { kind: 'glob', field, parts: [{ kind: 'text', text: hostile }, { kind: 'one' }], fold: true },
    { kind: 'regex', field, pattern: `${hostile}\\`, mode: 'search', flags: {} },
    { kind: 'range', field, op: '<', value: hostile },
    { kind: 'equals', field: fields.get(`labels.${hostile}`), value: 'x', fold: false },
    { kind: 'cidr', field: fields.get('source.ip'), nets: [parseCidr('10.0.0.0/8')!] },
  ];
  for (const leaf of leaves) expect(compileSql(leaf, USUAL).sql).not.toMatch(/DROP|'/);
});

test('what the driver has no type for is never stored or asked', () => {
  const field = fields.get('file.name');
  expect(compileSql({ kind: 'equals', field, value: '\ud800', fold: false }, USUAL).sql).toBe('FALSE');
  expect(compileSql({ kind: 'equals', field, value: 1, fold: false }, USUAL).sql).toBe('FALSE');
});

test.each([
  ['file.name:a', 'FALSE'],
  ['file.name:*', 'FALSE'],
  ['file.name > a', 'FALSE'],
  ['not file.name:a', 'TRUE'],
  ['file.name:a and file.size:1', 'FALSE'],
  ['file.name:a or file.size:1', '"file.size" = ?'],
  ['threat.enrichments:{ indicator.type:a }', 'FALSE'],
])('of a column that no row has, nothing is asked: %s', (query, condition) => {
  const empty = new Set(['file.name', 'threat.enrichments']);
  const columns: SqlColumns = {
    find: (field) => {
      const source = USUAL.find(field);
      return source && { ...source, isEmpty: empty.has(field.name) };
    },
    elements: (field) => {
      const elements = USUAL.elements(field);
      return elements && { ...elements, isEmpty: empty.has(field.name) };
    },
  };
  expect(compileSql(kql(query), columns)).toMatchObject({ sql: condition, residual: undefined });
});
