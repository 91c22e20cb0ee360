import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafNodes, plainEvent, predicate, show, view } from '../../../test/tools/arbitrary-predicates.ts';
import { holds } from '../../../test/tools/plain-meaning.ts';
import type { Scalar } from '../../event/document.ts';
import { type Field, fields } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';
import { compileMatcher } from './matcher.ts';

test('the matcher agrees with the plain meaning of every node', () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(predicate, fc.array(plainEvent, { minLength: 1, maxLength: 4 }), (node, events) => {
      const matches = compileMatcher(node);
      for (const event of events) {
        const expected = holds(node, show(event));
        seen[`${expected}`]++;
        expect(matches(view)).toBe(expected);
      }
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500);
});

test.each(leafNodes.map((_, index) => index))('leaf %i alone agrees with its plain meaning', (index) => {
  fc.assert(
    fc.property(leafNodes[index]!, plainEvent, (node, event) => {
      const expected = holds(node, show(event));
      expect(compileMatcher(node)(view)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

const CODE = fields.get('event.code');
const equals = (field: Field, value: Scalar, folded = false): Predicate => ({
  kind: 'equals',
  field,
  value,
  fold: folded,
});

test('a long value is compared whole', () => {
  const long = 'x'.repeat(2_000);
  view.point({ process: { command_line: `${long}y` } });
  const field = fields.get('process.command_line');
  expect(compileMatcher(equals(field, `${long}y`))(view)).toBe(true);
  expect(compileMatcher(equals(field, long))(view)).toBe(false);
  expect(compileMatcher({ kind: 'contains', field, text: 'XY', fold: true })(view)).toBe(true);
});

test('ten thousand alternatives are one look-up', () => {
  const parts = Array.from({ length: 10_000 }, (_, i) => equals(CODE, String(i)));
  const matches = compileMatcher({ kind: 'or', parts });
  for (let i = 0; i < 20_000; i++) {
    view.point({ 'event.code': 'none' });
    expect(matches(view)).toBe(false);
  }
});
