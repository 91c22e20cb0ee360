import { describe, expect, test } from 'vitest';
import { parseGlob } from '../../../base/glob.ts';
import { fields } from '../../../event/field.ts';
import { compileKql } from '../../kql/compile-kql.ts';
import { not, type Predicate } from '../../predicate.ts';
import { compileDsl } from './compile-dsl.ts';
import { type DslOptions, dslOptions } from './dsl-options.ts';

const WHOLE: DslOptions = { ...dslOptions('elasticsearch'), ignoreAbove: () => undefined };
const kql = (text: string): Predicate => compileKql({ file: 'test', text }, { now: 0 }).predicate;
const name = fields.get('file.name');

describe('an index that holds every value decides', () => {
  test.each([
    ['', { match_all: {} }],
    ['file.name:*', { exists: { field: 'file.name' } }],
    ['file.name:a', { term: { 'file.name': { value: 'a' } } }],
    ['file.size:(1 or 2)', { terms: { 'file.size': [1, 2] } }],
    ['smb.auth.guest:true', { term: { 'smb.auth.guest': { value: true } } }],
    ['source.ip:10.0.0.0/8', { term: { 'source.ip': { value: '10.0.0.0/8' } } }],
    ['source.ip:"::ffff:10.0.0.0/104"', { term: { 'source.ip': { value: '10.0.0.0/8' } } }],
    ['source.ip:"fe80::/10"', { term: { 'source.ip': { value: 'fe80::/10' } } }],
    ['source.ip >= 10.0.0.1', { range: { 'source.ip': { gte: '10.0.0.1' } } }],
    ['file.name:a*\\*\\\\?', { wildcard: { 'file.name': { value: 'a*\\*\\\\\\?' } } }],
    ['message:(net use)', { match: { message: { query: 'net use' } } }],
    ['message:"net use"', { match_phrase: { message: { query: 'net use' } } }],
    ['message:mimi*', { wildcard: { message: { value: 'mimi*' } } }],
    ['file.size > 3', { range: { 'file.size': { gt: 3 } } }],
    ['@timestamp:1970-01-01', { range: { '@timestamp': { gte: 0, lt: 86_400_000, format: 'epoch_millis' } } }],
    ['@timestamp > 1970-01-01', { range: { '@timestamp': { gte: 86_400_000, format: 'epoch_millis' } } }],
    ['not file.size:1', { bool: { must_not: [{ term: { 'file.size': { value: 1 } } }] } }],
    [
      'file.size:1 or file.name:a',
      {
        bool: {
          should: [{ term: { 'file.size': { value: 1 } } }, { term: { 'file.name': { value: 'a' } } }],
          minimum_should_match: 1,
        },
      },
    ],
    [
      'threat.enrichments:{ indicator.type:a }',
      {
        nested: {
          path: 'threat.enrichments',
          query: { term: { 'threat.enrichments.indicator.type': { value: 'a' } } },
          score_mode: 'none',
          ignore_unmapped: true,
        },
      },
    ],
  ])('%s', (query, clause) => {
    expect(compileDsl(kql(query), WHOLE)).toEqual({ query: clause, residual: undefined, residualLeaves: [] });
  });

  const folded: [Predicate, object][] = [
    [
      { kind: 'equals', field: name, value: 'A.exe', fold: true },
      { term: { 'file.name': { value: 'a.exe', case_insensitive: true } } },
    ],
    [{ kind: 'equals', field: name, value: '4624', fold: true }, { term: { 'file.name': { value: '4624' } } }],
    [
      { kind: 'prefix', field: name, text: 'a?', fold: true },
      { prefix: { 'file.name': { value: 'a?', case_insensitive: true } } },
    ],
    [
      { kind: 'suffix', field: name, text: 'a?', fold: true },
      { wildcard: { 'file.name': { value: '*a\\?', case_insensitive: true } } },
    ],
    [
      {
        kind: 'glob',
        field: name,
        parts: [
          { kind: 'class', characters: '-/' },
          { kind: 'text', text: 'x' },
        ],
        fold: true,
      },
      { regexp: { 'file.name': { value: '[\\-\\/][Xx]', flags: 'NONE' } } },
    ],
    [
      { kind: 'regex', field: name, pattern: '^cmd\\.exe$', mode: 'search', flags: {} },
      { regexp: { 'file.name': { value: 'cmd\\.exe', flags: 'NONE' } } },
    ],
    [{ kind: 'exists', field: fields.get('dns.answers') }, { exists: { field: 'dns.answers' } }],
  ];
  test.each(folded)('%o', (leaf, clause) => {
    expect(compileDsl(leaf, WHOLE)).toMatchObject({ query: clause, residual: undefined });
  });
});

test('an engine without case_insensitive gets expressions', () => {
  const leaf: Predicate = { kind: 'prefix', field: name, text: 'aB', fold: true };
  expect(compileDsl(leaf, { ...WHOLE, hasCaseInsensitive: false }).query).toEqual({
    regexp: { 'file.name': { value: '[Aa][Bb].*', flags: 'NONE' } },
  });
});

describe('ignore_above', () => {
  const ignored = { term: { _ignored: { value: 'file.name' } } };
  const options = dslOptions('elasticsearch');

  test('a short value is found, a long one by the name of its field', () => {
    expect(compileDsl(kql('file.name:a'), options).residual).toBeUndefined();
    const { query, residualLeaves } = compileDsl(kql(`file.name:${'x'.repeat(1_025)}`), options);
    expect(query).toEqual(ignored);
    expect(residualLeaves).toMatchObject([{ reason: 'values longer than 1,024 characters are not in the index' }]);
  });

  test('a value that is not in the index could fit a pattern, and may fit it when negated', () => {
    const clause = { wildcard: { 'file.name': { value: 'a*' } } };
    expect(compileDsl(kql('file.name:a*'), options).query).toEqual({
      bool: { should: [clause, ignored], minimum_should_match: 1 },
    });
    expect(compileDsl(not(kql('file.name:a*')), options).query).toEqual({ bool: { must_not: [clause] } });
  });

  test('fields of type wildcard hold long values', () => {
    expect(compileDsl(kql('process.command_line:*a*'), options).residual).toBeUndefined();
    expect(compileDsl(kql('process.command_line:*a*'), dslOptions('opensearch')).residual).toBeDefined();
  });
});

test.each([
  ['mimikatz', 'all fields are looked at, also those that are not indexed', { match_all: {} }],
  ['event.original:a', 'a field that is not indexed', { match_all: {} }],
  ['labels:*', 'all fields are looked at, also those that are not indexed', { exists: { field: 'labels' } }],
])('%s is left to the matcher', (query, reason, clause) => {
  const { query: found, residualLeaves } = compileDsl(kql(query), dslOptions('elasticsearch'));
  expect(JSON.stringify(found)).toContain(JSON.stringify(clause));
  expect(residualLeaves.map((one) => one.reason)).toEqual([reason]);
});

const regex = (pattern: string): Predicate => ({ kind: 'regex', field: name, pattern, mode: 'search', flags: {} });

test.each([
  ['\\bcmd\\b', { regexp: { 'file.name': { value: '.*cmd.*', flags: 'NONE' } } }],
  ['\\p{Greek}', { exists: { field: 'file.name' } }],
  ['a.{40}b', { exists: { field: 'file.name' } }],
  ['x'.repeat(1_001), { exists: { field: 'file.name' } }],
])('the expression %s is pushed as what it needs', (pattern, clause) => {
  expect(compileDsl(regex(pattern), WHOLE)).toMatchObject({ query: clause, residual: regex(pattern) });
});

describe('limits', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => `v${i}`);

  test('one query holds so many values, several of them more', () => {
    const leaf: Predicate = { kind: 'oneOf', field: name, values, fold: false };
    expect(compileDsl(leaf, WHOLE).query).toEqual({ terms: { 'file.name': values } });
    const { query } = compileDsl(leaf, { ...WHOLE, maxTerms: 4_000 });
    expect((query['bool'] as { should: object[] }).should).toHaveLength(3);
  });

  test('what would take more clauses than a query may have is left to the matcher', () => {
    const leaf: Predicate = { kind: 'oneOf', field: name, values, fold: true };
    expect(compileDsl({ kind: 'and', parts: [kql('file.size:1'), leaf] }, WHOLE)).toMatchObject({
      query: { term: { 'file.size': { value: 1 } } },
      residual: leaf,
    });
  });

  test('a pattern that takes too many states is not asked', () => {
    const leaf: Predicate = { kind: 'glob', field: name, parts: parseGlob(`*a${'?'.repeat(40)}b`, true), fold: false };
    expect(compileDsl(leaf, WHOLE).query).toEqual({ exists: { field: 'file.name' } });
  });
});
