import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fields } from '../../event/field.ts';
import { compileKql } from './compile-kql.ts';
import { completeKql } from './complete.ts';
import { KNOWN_VALUES } from './known-values.ts';

/** The query with `|` for the cursor. */
function at(marked: string) {
  const cursor = marked.indexOf('|');
  return completeKql(marked.replace('|', ''), cursor);
}

const JOINS = ['and', 'or', 'and not'];

test.each<[marked: string, first: string[], from: number]>([
  ['source.i|', ['source.ip'], 0],
  ['SOURCE.I|', ['source.ip'], 0],
  ['so|urce.x', ['source.address'], 0],
  ['community|', ['network.community_id'], 0],
  ['threat.enrichments:{ indicator.t|', ['indicator.type'], 21],
  ['winlog.event_d|', ['winlog.event_data.'], 0],
  ['event.code:1 and sourc|', ['source.address'], 17],
  ['not (sourc|', ['source.address'], 5],
  ['event.code:1 or not sourc|', ['source.address'], 20],
  ['"source.i|', ['source.ip'], 0],
  ['no|', ['not', 'file.inode'], 0],
  ['source.port|', ['source.port:', 'source.port:*', 'source.port < ', 'source.port <= '], 0],
  ['source.port |', [':', ':*', '< ', '<= ', '> ', '>= '], 12],
  ['message |', [':', ':*'], 8],
  ['threat.enrichments |', [':{ ', ':*'], 19],
  ['event.outcome:|', ['success', 'failure', 'unknown', '*'], 14],
  ['event.outcome: |', ['success', 'failure', 'unknown', '*'], 15],
  ['event.outcome:f|', ['failure'], 14],
  ['event.outcome:fail|ure', ['failure'], 14],
  ['event.outcome:"f|"', ['"failure"'], 14],
  ['event.outcome:(success or f|', ['failure'], 26],
  ['event.outcome:(success or not f|', ['failure'], 30],
  ['event.category:det|', ['intrusion_detection'], 15],
  ['smb.dialect:NT L|', ['NT LM 0.12'], 12],
  ['smb.share.admin:|', ['true', 'false', '*'], 16],
  ['smb.share.admin:t|', ['true'], 16],
  ['@timestamp >= |', ['now-15m', 'now-1h'], 14],
  ['@timestamp >= now/|', ['now/d', 'now/w'], 14],
  ['source.port >= |', [], 15],
  ['network.transport:tcp |', JOINS, 22],
  ['network.transport:tcp a|', ['and', 'and not'], 22],
  ['network.transport:tcp o|', ['or'], 22],
  ['network.transport:"tcp" |', JOINS, 24],
  ['(network.transport:tcp) |', JOINS, 24],
  ['network.transport:(tcp |', JOINS, 23],
  ['network.transport:* |', JOINS, 20],
  ['mimikatz |', JOINS, 9],
  ['event.code:1 and |', ['@timestamp'], 17],
  ['event.code:1 and network.transport:|', ['tcp', 'udp'], 35],
])('%s offers %j', (marked, first, from) => {
  const { items, from: start } = at(marked);
  expect(items.slice(0, first.length).map(({ text }) => text)).toEqual(first);
  expect(start).toBe(from);
});

test('what stands in the way is replaced', () => {
  expect(at('so|urce.x:1')).toMatchObject({ from: 0, to: 8 });
  expect(at('event.outcome:"f|"')).toMatchObject({ from: 14, to: 17 });
  expect(at('event.outcome:f|ail or x')).toMatchObject({ from: 14, to: 18 });
});

test('an empty query offers every field, and not', () => {
  const { items } = at('|');
  expect(items.filter(({ kind }) => kind === 'field').length).toBeGreaterThan(300);
  expect(items.at(-1)).toMatchObject({ text: 'not', kind: 'keyword' });
  expect(items.find(({ text }) => text === 'source.ip')).toEqual({
    text: 'source.ip',
    kind: 'field',
    detail: 'ip: Source address',
  });
});

test('every known value is one of a field of the catalogue, once, and runs as offered', () => {
  for (const [name, values] of Object.entries(KNOWN_VALUES)) {
    expect(fields.find(name)?.type, name).toBe('keyword');
    expect(new Set(values).size, name).toBe(values.length);
    const offered = completeKql(`${name}:`, name.length + 1).items.filter(({ text }) => text !== '*');
    expect(offered.length, name).toBe(values.length);
    for (const [index, { text }] of offered.entries()) {
      const { predicate } = compileKql({ file: 'query', text: `${name}:${text}` }, { now: 0 });
      expect(predicate).toMatchObject({ kind: 'equals', value: values[index] });
    }
  }
});

test('any text and cursor get an answer that fits the text', () => {
  const piece = fc.constantFrom(
    'source.ip',
    'event.outcome',
    ':',
    ' ',
    '(',
    ')',
    '{',
    '}',
    '"',
    '\\',
    '*',
    'and',
    'or',
    'not',
    '<',
    '>=',
    'a',
    '\n',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(60), (pieces, cursor) => {
      const text = pieces.join('');
      const { from, to } = completeKql(text, cursor);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from).toBeLessThanOrEqual(to);
      expect(to).toBeLessThanOrEqual(text.length);
      expect(from).toBeLessThanOrEqual(Math.min(cursor, text.length));
    }),
    { numRuns: 3000 },
  );
});

test('a megabyte is completed in linear time', () => {
  const start = performance.now();
  for (const text of [
    '('.repeat(1_000_000),
    'a '.repeat(500_000),
    'a:b and '.repeat(120_000),
    `a${' '.repeat(1_000_000)}b`,
  ]) {
    completeKql(text, text.length);
  }
  expect(performance.now() - start).toBeLessThan(5_000);
});
