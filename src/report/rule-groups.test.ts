import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleAlert, sampleRule } from '../../test/conformance/reports-sample.ts';
import type { Severity } from '../event/severity.ts';
import { groupByRule, shareOut } from './rule-groups.ts';

const a = sampleRule({ id: 'a' });
const b = sampleRule({ id: 'b' });
const c = sampleRule({ id: 'c' });
const make = (rule: typeof a, id: string, severity: Severity, originalTime: number) =>
  sampleAlert(rule, id, { severity, originalTime, lastTime: originalTime + 5 });

test('groups come worst first, then largest, then by id; alerts worst first, then earliest, without time last', () => {
  const alerts = [
    make(c, 'c1', 'low', 1),
    make(b, 'b1', 'low', 1),
    make(a, 'a1', 'low', 9),
    make(a, 'a2', 'critical', 8),
    make(a, 'a3', 'low', NaN),
    make(a, 'a4', 'low', 2),
    make(b, 'b2', 'low', 2),
  ];
  const groups = groupByRule(() => alerts, { perRule: Infinity, total: Infinity });
  expect(groups.map((group) => [group.rule.id, group.count, group.worst])).toEqual([
    ['a', 4, 'critical'],
    ['b', 2, 'low'],
    ['c', 1, 'low'],
  ]);
  expect(groups[0]!.shown.map((alert) => alert.id)).toEqual(['a2', 'a4', 'a1', 'a3']);
  expect([groups[0]!.firstTime, groups[0]!.lastTime]).toEqual([2, 14]);
});

test('what is shown are the worst, whatever order they come in', () => {
  const severity = fc.constantFrom<Severity>('low', 'medium', 'high', 'critical');
  const entry = fc.record({ severity, time: fc.integer({ min: 0, max: 20 }) });
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      (entries, perRule) => {
        const alerts = entries.map(({ severity: is, time }, i) => make(a, `id-${i}`, is, time));
        const all = groupByRule(() => alerts, { perRule: Infinity, total: Infinity })[0]!;
        const some = groupByRule(() => alerts, { perRule, total: Infinity })[0]!;
        expect(some.shown).toEqual(all.shown.slice(0, perRule));
        expect(some.count).toBe(entries.length);
      },
    ),
  );
});

test.each([
  [[10, 1, 2], 100, [10, 1, 2]],
  [[10, 1, 10], 9, [4, 1, 4]],
  [[10, 1, 10], 8, [4, 1, 3]],
  [[5, 5, 5], 2, [1, 1, 0]],
  [[5, 5], Infinity, [5, 5]],
  [[], 7, []],
])('shareOut(%j, %d) = %j', (wanted, total, given) => {
  expect(shareOut(wanted, total)).toEqual(given);
});

const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);

test('shareOut gives everything there is, and nobody more than wanted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(200), (wanted, total) => {
      const given = shareOut(wanted, total);
      expect(given.every((got, i) => got >= 0 && got <= wanted[i]!)).toBe(true);
      expect(sum(given)).toBe(Math.min(total, sum(wanted)));
    }),
  );
});
