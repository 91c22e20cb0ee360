import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BOOLEAN,
  INSIDE,
  KEYWORDS,
  NESTED,
  plainEvent,
  selective,
  show,
} from '../../../test/tools/arbitrary-predicates.ts';
import { holds } from '../../../test/tools/plain-meaning.ts';
import { foldAscii, parseGlob } from '../../base/glob.ts';
import type { Scalar } from '../../event/document.ts';
import { type Field, fields } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';
import { type CoverTerm, coverOf } from './cover.ts';
import { couldMatch } from './could-match.ts';
import { fieldsOf } from './fields-of.ts';
import { requiredValues } from './required.ts';
import { specialise } from './specialise.ts';

test('required values: a matching event has one of them', () => {
  const asked = [...KEYWORDS, 'file.size', BOOLEAN].map((name) => fields.get(name));
  let said = 0;
  fc.assert(
    fc.property(selective, plainEvent, (node, plain) => {
      const event = show(plain);
      if (!holds(node, event)) return;
      for (const field of asked) {
        const required = requiredValues(node, field);
        if (required === undefined) continue;
        said++;
        expect((event.values[field.name] ?? []).some((value) => required.has(value))).toBe(true);
      }
    }),
    { numRuns: 20_000 },
  );
  expect(said).toBeGreaterThan(50);
});

const CODE = fields.get('event.code');
const NAME = fields.get('user.name');
const equals = (field: Field, value: Scalar, folded = false): Predicate => ({
  kind: 'equals',
  field,
  value,
  fold: folded,
});

test.each<[what: string, node: Predicate, expected: Scalar[] | undefined]>([
  ['equality', equals(CODE, '5145'), ['5145']],
  ['another field', equals(NAME, 'x'), undefined],
  ['folded digits', equals(CODE, '5145', true), ['5145']],
  ['folded letters', equals(CODE, 'a1', true), ['a1', 'A1']],
  ['many folded letters', equals(CODE, 'security', true), undefined],
  ['a set', { kind: 'oneOf', field: CODE, values: ['1', '2'], fold: false }, ['1', '2']],
  ['and', { kind: 'and', parts: [equals(NAME, 'x'), equals(CODE, '1')] }, ['1']],
  [
    'the smaller of two',
    { kind: 'and', parts: [{ kind: 'oneOf', field: CODE, values: ['1', '2'], fold: false }, equals(CODE, '3')] },
    ['3'],
  ],
  ['or', { kind: 'or', parts: [equals(CODE, '1'), equals(CODE, '2')] }, ['1', '2']],
  ['or with another field', { kind: 'or', parts: [equals(CODE, '1'), equals(NAME, 'x')] }, undefined],
  ['not', { kind: 'not', part: equals(CODE, '1') }, undefined],
  ['never', { kind: 'none' }, []],
  ['always', { kind: 'all' }, undefined],
])('required values of %s', (_what, node, expected) => {
  const required = requiredValues(node, CODE);
  expect(required && [...required].sort()).toEqual(expected?.sort());
});

test('fieldsOf names every field once', () => {
  const node: Predicate = {
    kind: 'and',
    parts: [
      equals(CODE, '1'),
      { kind: 'not', part: equals(CODE, '2') },
      { kind: 'or', parts: [{ kind: 'compare', field: NAME, other: fields.get('file.name'), op: '==', fold: false }] },
      { kind: 'nested', path: NESTED, part: equals(fields.get(INSIDE[0]), 'x') },
      { kind: 'anywhere', test: { mode: 'whole', text: 'x', phrase: false } },
    ],
  };
  expect([...fieldsOf(node)].map(({ name }) => name)).toEqual([
    'event.code',
    'user.name',
    'file.name',
    'threat.enrichments',
    INSIDE[0],
  ]);
});

/** The answer to a question of a cover, as plainly as possible. */
function answer(term: CoverTerm, found: readonly Scalar[]): boolean {
  if (term.kind === 'any') return found.length > 0;
  if (term.kind === 'values') return found.some((value) => term.values.has(value));
  return found.some(
    (value) => typeof value === 'string' && [...term.texts].some((text) => foldAscii(value).includes(text)),
  );
}

test('a cover: a matching event answers one of its questions with yes', () => {
  const said = new Set<string>();
  fc.assert(
    fc.property(selective, plainEvent, fc.constantFrom('any', 'values', 'texts'), (node, plain, preferred) => {
      const event = show(plain);
      if (!holds(node, event)) return;
      const cover = coverOf(node, ({ kind }) => (kind === preferred ? 1 : 2));
      if (!cover) return;
      for (const { kind } of cover) said.add(kind);
      expect(cover.map((term) => answer(term, event.values[term.field.name] ?? []))).toContain(true);
    }),
    { numRuns: 20_000 },
  );
  expect([...said].toSorted()).toEqual(['any', 'texts', 'values']);
});

test('a predicate specialised to the only value of a field gives the same answer', () => {
  let changed = 0;
  fc.assert(
    fc.property(selective, plainEvent, (node, plain) => {
      const event = show(plain);
      for (const name of [...KEYWORDS, BOOLEAN]) {
        const values = event.values[name] ?? [];
        if (values.length !== 1) continue;
        const left = specialise(node, fields.get(name), values[0]!);
        if (left !== node) changed++;
        expect(holds(left, event)).toBe(holds(node, event));
      }
    }),
    { numRuns: 10_000 },
  );
  expect(changed).toBeGreaterThan(1000);
});

test.each<[what: string, node: Predicate, expected: string[] | undefined]>([
  ['equality', equals(CODE, '1'), ['event.code=1']],
  ['or of two fields', { kind: 'or', parts: [equals(CODE, '1'), equals(NAME, 'x')] }, ['event.code=1', 'user.name=x']],
  [
    'the cheaper part of and',
    { kind: 'and', parts: [{ kind: 'exists', field: NAME }, equals(CODE, '1')] },
    ['event.code=1'],
  ],
  ['a short text', { kind: 'contains', field: NAME, text: 'x', fold: true }, ['user.name=any']],
  ['a text', { kind: 'suffix', field: NAME, text: 'SVC$', fold: true }, ['user.name~svc$']],
  ['a long folded value', equals(NAME, 'Administrator', true), ['user.name~administrator']],
  [
    'a pattern',
    { kind: 'glob', field: NAME, parts: parseGlob('a*longest*b?cd', true), fold: false },
    ['user.name~longest'],
  ],
  ['not', { kind: 'not', part: equals(CODE, '1') }, undefined],
  ['or with not', { kind: 'or', parts: [equals(CODE, '1'), { kind: 'not', part: equals(NAME, 'x') }] }, undefined],
  ['never', { kind: 'none' }, []],
])('cover of %s', (_what, node, expected) => {
  const cover = coverOf(node, ({ kind }) => (kind === 'any' ? 2 : 1));
  const written = cover?.map((term) => {
    if (term.kind === 'any') return `${term.field.name}=any`;
    return term.kind === 'values'
      ? `${term.field.name}=${[...term.values].join()}`
      : `${term.field.name}~${[...term.texts].join()}`;
  });
  expect(written).toEqual(expected);
});

test('what cannot match by the kind of event does not match the event', () => {
  let ruledOut = 0;
  fc.assert(
    fc.property(selective, plainEvent, fc.integer({ min: 0, max: 255 }), (node, plain, mask) => {
      const event = show(plain);
      // Some fields are known, the others only whether they are there.
      const names = [...KEYWORDS, BOOLEAN];
      const isKnown = (name: string) => names.some((one, i) => one === name && (mask >> i) % 2 === 1);
      const facts = {
        known: (field: number) => {
          const { name } = fields.at(field);
          return isKnown(name) ? event.values[name] : undefined;
        },
        canHave: (field: number) => (event.values[fields.at(field).name] ?? []).length > 0,
      };
      if (couldMatch(node, facts)) return;
      ruledOut++;
      expect(holds(node, event)).toBe(false);
    }),
    { numRuns: 10_000 },
  );
  expect(ruledOut).toBeGreaterThan(500);
});

test.each<[what: string, node: Predicate, expected: boolean]>([
  ['a known value', equals(CODE, '4624'), true],
  ['another value', equals(CODE, '1'), false],
  ['not another value', { kind: 'not', part: equals(CODE, '1') }, true],
  ['a field it cannot have', equals(NAME, 'x'), false],
  ['not a field it cannot have', { kind: 'not', part: { kind: 'exists', field: NAME } }, true],
  ['a field of which nothing is known', { kind: 'exists', field: fields.get('source.ip') }, true],
])('%s could match: %s', (_what, node, expected) => {
  const facts = {
    known: (field: number) => (field === CODE.id ? ['4624'] : undefined),
    canHave: (field: number) => field !== NAME.id,
  };
  expect(couldMatch(node, facts)).toBe(expected);
});
