import { describe, expect, test } from 'vitest';
import { printKql } from '../../query/kql/printer.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { filterToKql } from './kibana-filter.ts';
import { clauseToKql } from './query-dsl.ts';

test.each([
  [{ term: { 'event.code': '5145' } }, 'event.code:"5145"'],
  [{ term: { 'event.code': { value: 5145, boost: 1 } } }, 'event.code:"5145"'],
  [{ term: { 'smb.share.admin': true } }, 'smb.share.admin:"true"'],
  [{ terms: { 'event.code': ['5140', 5145], boost: 2 } }, 'event.code:"5140" or event.code:"5145"'],
  [{ match_phrase: { 'host.name': 'a "b" \\c' } }, 'host.name:"a \\"b\\" \\\\c"'],
  [{ match_phrase: { message: { query: 'share opened', slop: 0 } } }, 'message:"share opened"'],
  [{ match: { message: 'share opened' } }, 'message:share opened'],
  [{ match: { 'user.name': { query: 'bob', type: 'phrase' } } }, 'user.name:"bob"'],
  [{ exists: { field: 'user.name' } }, 'user.name:*'],
  [{ prefix: { 'process.name': 'cmd' } }, 'process.name:cmd*'],
  [{ wildcard: { 'process.name': { value: 'c*d.exe', case_insensitive: false } } }, 'process.name:c*d.exe'],
  [{ wildcard: { 'process.name': { wildcard: 'C:\\\\x\\**' } } }, 'process.name:C\\:\\\\x\\**'],
  [{ range: { 'destination.port': { gte: 1024, lt: 2000 } } }, 'destination.port >= 1024 and destination.port < 2000'],
  [{ range: { '@timestamp': { gt: 'now-1d', format: 'strict_date_optional_time' } } }, '@timestamp > now-1d'],
  [{ match_all: {} }, ''],
  [
    {
      bool: {
        must: [{ exists: { field: 'user.name' } }],
        filter: { term: { 'event.code': '1' } },
        must_not: [{ term: { 'user.name': 'x' } }],
      },
    },
    'user.name:* and event.code:"1" and not user.name:"x"',
  ],
  [
    { bool: { should: [{ term: { 'event.code': '1' } }, { term: { 'event.code': '2' } }] } },
    'event.code:"1" or event.code:"2"',
  ],
  [
    { bool: { should: [{ term: { 'event.code': '1' } }, { term: { 'event.code': '2' } }], minimum_should_match: 2 } },
    'event.code:"1" and event.code:"2"',
  ],
  [{ bool: { must: [{ term: { 'event.code': '1' } }], should: [{ term: { 'event.code': '2' } }] } }, 'event.code:"1"'],
  [{ bool: {} }, ''],
])('%j is %s', (clause, kql) => {
  const text = printKql(clauseToKql(clause));
  expect(text).toBe(kql);
  expect(() => compileKql({ file: 'q', text }, { now: 0 })).not.toThrow();
});

const deep = (levels: number): unknown => {
  let clause: unknown = { term: { 'event.code': '1' } };
  for (let i = 0; i < levels; i++) clause = { bool: { must: [clause] } };
  return clause;
};

test.each([
  [{ query_string: { query: 'x' } }, 'the clause "query_string" cannot be written in KQL'],
  [{ script: {} }, 'the clause "script" cannot be written in KQL'],
  [{ constructor: {} }, 'the clause "constructor" cannot be written in KQL'],
  [{}, 'a clause must have one key'],
  ['x', 'a clause must have one key'],
  [{ term: { a: '1' }, terms: {} }, 'a clause must have one key'],
  [{ term: { 'process.name': { value: 'x', case_insensitive: true } } }, 'without regard to case'],
  [{ term: { message: 'opened' } }, '"message" holds words'],
  [{ term: { 'process.name': null } }, 'no text or number'],
  [{ term: { 'process.name': {} } }, 'has no value'],
  [{ match: { message: { query: 'a b', operator: 'and' } } }, 'the option "operator" of match'],
  [{ match_phrase: { message: { query: 'a b', slop: 2 } } }, '(slop)'],
  [{ terms: { 'user.name': { index: 'i', id: '1', path: 'p' } } }, 'looked up in another index'],
  [{ terms: { 'user.name': [] } }, 'is empty'],
  [{ wildcard: { 'process.name': 'cm?.exe' } }, 'KQL has no sign for one character'],
  [{ wildcard: { 'process.name': '' } }, 'an empty pattern'],
  [{ range: { '@timestamp': { gte: 'now', time_zone: '+01:00' } } }, 'the option "time_zone" of range'],
  [{ range: { '@timestamp': { constructor: 1 } } }, 'the option "constructor" of range'],
  [{ range: { '@timestamp': {} } }, 'has no end'],
  [{ bool: { should: [{ exists: { field: 'a' } }], minimum_should_match: '75%' } }, 'minimum_should_match "75%"'],
  [
    { bool: { should: ['a', 'b', 'c'].map((field) => ({ exists: { field } })), minimum_should_match: 2 } },
    '2 of 3 alternatives',
  ],
  [{ bool: { must_not: [{ match_all: {} }] } }, 'a condition that no event meets'],
  [{ bool: { musts: [] } }, 'bool has no part "musts"'],
  [{ exists: { field: 5 } }, undefined],
  [deep(60), 'more than 50 clauses inside each other'],
])('%j is refused', (clause, reason) => {
  if (reason === undefined) expect(printKql(clauseToKql(clause))).toBe('5:*');
  else expect(() => clauseToKql(clause)).toThrow(reason);
});

describe('filters of Kibana', () => {
  const query = { match_phrase: { 'event.code': '5145' } };
  const other = { query: { exists: { field: 'user.name' } } };
  test.each([
    [{ query }, 'event.code:"5145"'],
    [{ meta: { negate: true }, query }, 'not event.code:"5145"'],
    [{ meta: { disabled: true }, query }, undefined],
    [{ meta: { negate: false, disabled: false }, exists: { field: 'user.name' } }, 'user.name:*'],
    [{ meta: { type: 'combined', relation: 'OR', params: [{ query }, other] } }, 'event.code:"5145" or user.name:*'],
    [
      {
        meta: {
          type: 'combined',
          relation: 'AND',
          negate: true,
          params: [{ query }, { ...other, meta: { negate: true } }],
        },
      },
      'not (event.code:"5145" and not user.name:*)',
    ],
    [{ meta: { type: 'combined', relation: 'AND', params: [{ query, meta: { disabled: true } }] } }, undefined],
  ])('%j is %s', (filter, kql) => {
    const condition = filterToKql(filter);
    expect(condition && printKql(condition)).toBe(kql);
  });

  test.each([
    [5, 'a filter is no object'],
    [{}, 'a filter has no clause'],
    [{ meta: { type: 'combined', relation: 'XOR', params: [] } }, 'neither AND nor OR'],
    [{ meta: { type: 'combined', relation: 'OR' } }, 'has no filters'],
  ])('%j is refused', (filter, reason) => {
    expect(() => filterToKql(filter)).toThrow(reason);
  });
});
