import { expect, test } from 'vitest';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { parseKql } from '../../query/kql/parser.ts';
import { importEql } from './eql-query.ts';
import { kqlToEql } from './kql-to-eql.ts';
import { NotExpressible } from './not-expressible.ts';

const filter = (text: string) => parseKql({ file: 'filter', text });

test('a query is kept as it was written', () => {
  const text = 'process where // every one\n  process.name : "a*"';
  expect(importEql(text, [])).toEqual({ query: text, unknown: [] });
});

test('fields that do not exist are marked, each time they are named', () => {
  const text = 'any where a.b == "x" and (length(a.b) > 1 or ?c.d : "y" or user.name : "z") and process != null';
  const { query, unknown } = importEql(text, []);
  expect(query).toBe(
    'any where ?a.b == "x" and (length(?a.b) > 1 or ?c.d : "y" or user.name : "z") and process != null',
  );
  expect(unknown).toEqual(['a.b']);
  const steps = importEql('sequence by e.f [any where true] by user.name [any where g.h in ("x")] by `i-j`', []);
  expect(steps.query).toBe('sequence by ?e.f [any where true] by user.name [any where ?g.h in ("x")] by ?`i-j`');
});

test('filters hold for every event', () => {
  const { query } = importEql('sequence with maxspan=1m [file where a or b] [any where true] until [any where c]', [
    filter('user.name:x'),
    filter('not event.code:1'),
  ]);
  const added = 'user.name == "x" and not event.code == "1"';
  expect(query).toBe(
    `sequence with maxspan=1m\n  [file where (?a or ?b) and ${added}]\n  [any where true and ${added}]\n  until [any where ?c and ${added}]`,
  );
});

test('what looks like a parameter stays text', () => {
  const { query } = importEql('any where file.path : """C:\\${x}\\*"""', []);
  expect(query).not.toContain('${');
  const { query: compiled } = compileEql({ file: 'query', text: query }, { now: 0 });
  if (compiled.kind !== 'event') throw new Error('no event query');
  const event = new DocumentEvent(new Networks(), { 'file.path': 'c:\\${x}\\a' });
  expect(compileMatcher(compiled.predicate)(event)).toBe(true);
});

const EVENTS: Document[] = [
  {},
  { user: { name: 'ann' }, source: { ip: '10.1.1.1', port: 445 }, smb: { share: { admin: true } } },
  { user: { name: ['bob', 'Ann'] }, source: { ip: 'fe80::1', port: 70 }, '@timestamp': '2026-03-01T10:00:00Z' },
];

test.each([
  'user.name:ann',
  'user.name:a*',
  'not user.name:"bob"',
  'user.name:*',
  'source.port:445',
  'source.port >= 100',
  'source.ip:10.0.0.0/8',
  'source.ip:"fe80::1"',
  'smb.share.admin:true',
  '@timestamp:2026-03-01',
  '@timestamp > 2026-03-01',
  'no.such.field:x',
  'not no.such.field:x or user.name:ann and source.port < 446',
  '',
])('the filter %s means the same in EQL', (text) => {
  const kql = compileMatcher(compileKql({ file: 'filter', text }, { now: 0 }).predicate);
  const { query } = importEql('any where true', [filter(text)]);
  const compiled = compileEql({ file: 'query', text: query }, { now: 0 }).query;
  if (compiled.kind !== 'event') throw new Error('no event query');
  const eql = compileMatcher(compiled.predicate);
  const view = new DocumentEvent(new Networks());
  for (const event of EVENTS) {
    view.point(event);
    expect(eql(view), JSON.stringify(event)).toBe(kql(view));
  }
});

test.each([
  'mimikatz',
  'message:word',
  'source.*:x',
  'user.name:what?*',
  'threat.enrichments:{ indicator.type:x }',
  'user.name:null',
])('the filter %s cannot be written in EQL', (text) => {
  expect(() => kqlToEql(filter(text))).toThrow(NotExpressible);
});
