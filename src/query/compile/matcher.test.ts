import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../../base/address/address.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import type { GlobPart } from '../../base/glob.ts';
import type { Document, Scalar } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { type Field, fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import type { Predicate } from '../predicate.ts';
import { fieldsOf } from './fields-of.ts';
import { compileMatcher } from './matcher.ts';
import { requiredValues } from './required.ts';

/**
 * The meaning of every node, written as plainly as possible: slow, without anything the matcher shares but the parsing of
 * addresses. Events are plain records of values by field name, with elements of the nested field beside them.
 */
interface PlainEvent {
  readonly values: Readonly<Record<string, readonly Scalar[]>>;
  readonly elements: readonly PlainEvent[];
}

function holds(p: Predicate, event: PlainEvent): boolean {
  const some = (field: Field, testValue: (value: Scalar) => boolean) =>
    (event.values[field.name] ?? []).some(testValue);
  const texts = (field: Field, fold: boolean, testText: (text: string) => boolean) =>
    some(field, (value) => typeof value === 'string' && testText(fold ? lower(value) : value));
  switch (p.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return p.parts.every((part) => holds(part, event));
    case 'or':
      return p.parts.some((part) => holds(part, event));
    case 'not':
      return !holds(p.part, event);
    case 'exists':
      return p.field.type === 'nested' ? event.elements.length > 0 : some(p.field, () => true);
    case 'equals':
      return some(p.field, (value) => same(value, p.value, p.fold));
    case 'oneOf':
      return some(p.field, (value) => p.values.some((one) => same(value, one, p.fold)));
    case 'range':
      return some(p.field, (value) => inRange(p.field, value, p.op, p.value));
    case 'between':
      return some(p.field, (value) => typeof value === 'number' && p.low <= value && value < p.high);
    case 'prefix':
      return texts(p.field, p.fold, (text) => text.startsWith(p.fold ? lower(p.text) : p.text));
    case 'suffix':
      return texts(p.field, p.fold, (text) => text.endsWith(p.fold ? lower(p.text) : p.text));
    case 'contains':
      return texts(p.field, p.fold, (text) => text.includes(p.fold ? lower(p.text) : p.text));
    case 'glob':
      return texts(p.field, false, (text) => globRegex(p.parts, p.fold, true).test(text));
    case 'regex':
      return texts(p.field, false, (text) =>
        new RegExp(p.mode === 'full' ? `^(?:${p.pattern})$` : p.pattern, p.flags.ignoreCase ? 'i' : '').test(text),
      );
    case 'cidr':
      return texts(p.field, false, (text) =>
        p.nets.some((net) => bits(text) >= bits(net.low.text) && bits(text) <= bits(net.high.text)),
      );
    case 'words':
      return texts(p.field, false, (text) => hasWords(text, p.words, p.mode));
    case 'wordGlob':
      return texts(p.field, false, (text) =>
        plainWords(text).some((word) => globRegex(p.parts, false, true).test(word)),
      );
    case 'anywhere':
      return Object.entries(event.values).some(([name, values]) =>
        values.some((value) => anywhere(p.test, fields.get(name), value)),
      );
    case 'compare':
      return some(p.field, (left) => some(p.other, (right) => compares(left, right, p.op, p.fold)));
    case 'inList':
      return some(p.field, (value) => p.list.has(value));
    case 'nested':
      return event.elements.some((element) => holds(p.part, element));
  }
}

const lower = (text: string) => text.replace(/[A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 32));
const same = (x: Scalar, y: Scalar, fold: boolean) =>
  fold && typeof x === 'string' && typeof y === 'string' ? lower(x) === lower(y) : x === y;
const plainWords = (text: string) => text.toLowerCase().match(/[a-z0-9]+(?:\.[a-z0-9]+)*/g) ?? [];

function bits(text: string): bigint {
  const { a, b, c, d } = parseAddress(text)!;
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

function inRange(field: Field, value: Scalar, op: string, bound: string | number): boolean {
  if (typeof value !== typeof bound) return false;
  const order =
    field.type === 'ip'
      ? Number(bits(String(value)) - bits(String(bound)))
      : typeof value === 'number'
        ? value - Number(bound)
        : Buffer.compare(Buffer.from(String(value)), Buffer.from(String(bound)));
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function globRegex(parts: readonly GlobPart[], fold: boolean, whole: boolean): RegExp {
  const letters = (text: string) =>
    [...text].map((c) => (fold && /[a-z]/i.test(c) ? `[${c.toLowerCase()}${c.toUpperCase()}]` : escape(c))).join('');
  const body = parts
    .map((part) => {
      if (part.kind === 'text') return letters(part.text);
      if (part.kind === 'star') return '[^]*';
      if (part.kind === 'one') return '[^]';
      return `[${escape(fold ? part.characters.toLowerCase() + part.characters.toUpperCase() : part.characters)}]`;
    })
    .join('');
  return new RegExp(whole ? `^${body}$` : body);
}

function hasWords(text: string, words: readonly string[], mode: 'any' | 'phrase'): boolean {
  const found: readonly string[] = plainWords(text);
  if (words.length === 0) return false;
  if (mode === 'any') return words.some((word) => found.includes(word));
  return found.some((_, at) => words.every((word, i) => found[at + i] === word));
}

function anywhere(t: Extract<Predicate, { kind: 'anywhere' }>['test'], field: Field, value: Scalar): boolean {
  if (t.members && (field.catalogued || !globRegex(t.members, false, true).test(field.name))) return false;
  const isKeyword = field.type === 'keyword' || field.type === 'wildcard';
  if (t.mode === 'inside') return typeof value === 'string' && globRegex(t.parts, true, false).test(value);
  if (t.mode === 'pattern') {
    if (t.parts.length === 1 && t.parts[0]!.kind === 'star') return true;
    if (field.type === 'text')
      return plainWords(String(value)).some((word) => globRegex(t.parts, false, true).test(word));
    return isKeyword && globRegex(t.parts, false, true).test(String(value));
  }
  if (isKeyword) return value === t.text;
  if (field.type === 'text') return hasWords(String(value), plainWords(t.text), t.phrase ? 'phrase' : 'any');
  if (field.type === 'long' || field.type === 'double') return /^\d+(\.\d+)?$/.test(t.text) && value === Number(t.text);
  const net = field.type === 'ip' ? parseCidr(t.text) : undefined;
  return net !== undefined && bits(String(value)) >= bits(net.low.text) && bits(String(value)) <= bits(net.high.text);
}

function compares(left: Scalar, right: Scalar, op: string, fold: boolean): boolean {
  if (op === '==') return same(left, right, fold);
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const [l, r] = fold ? [lower(left), lower(right)] : [left, right];
  return op === 'prefix' ? l.startsWith(r) : op === 'suffix' ? l.endsWith(r) : l.includes(r);
}

// Small pools, so that predicates and events meet often.

const KEYWORDS = ['user.name', 'file.name', 'process.command_line', 'labels.site'] as const;
const NUMBERS = ['file.size', 'event.risk_score', 'file.created'] as const;
const TEXT = 'message';
const IP = 'host.ip';
const BOOLEAN = 'smb.auth.guest';
const INSIDE = ['threat.enrichments.indicator.type', 'threat.enrichments.indicator.ip'] as const;
const NESTED = fields.get('threat.enrichments');
const INSIDE_NAMES: ReadonlySet<string> = new Set(INSIDE);

const texts = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'AB',
  'aB',
  'b',
  'abab',
  'a b',
  'k',
  '\u212a',
  '\ue000',
  '\u{1f600}',
  'a?b',
  '445',
  '10.0.0.1',
  'a\nb',
);
const numbers = fc.constantFrom(-1, 0, 0.5, 1, 443, 444, 445, 446, 1e15);
const addresses = fc.constantFrom(
  '10.0.0.0',
  '10.0.0.1',
  '10.0.0.255',
  '10.0.1.0',
  '9.255.255.255',
  '::1',
  'fe80::1',
  '::fffe:ffff:ffff',
  '::1:0:0:0',
);
const sentences = fc.constantFrom('a', 'A b', 'b a', 'ab cmd.exe', '10.0.0.1 a a b', 'a a a b', '...', '');
const networks = fc
  .constantFrom('10.0.0.0/24', '10.0.0.1', '::/0', 'fe80::/10', '0.0.0.0/0', '::ffff:0:0/96')
  .map((text) => parseCidr(text)!);

const keyword = fc.constantFrom(...KEYWORDS).map((name) => fields.get(name));
const number = fc.constantFrom(...NUMBERS).map((name) => fields.get(name));
const anyField = fc.constantFrom(...KEYWORDS, ...NUMBERS, TEXT, IP, BOOLEAN).map((name) => fields.get(name));
const fold = fc.boolean();
const ops = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
const word = fc.constantFrom('a', 'b', 'ab', 'cmd.exe', '10.0.0.1');
const star = fc.constant<GlobPart>({ kind: 'star' });
const part = fc.oneof(
  star,
  fc.constant<GlobPart>({ kind: 'one' }),
  texts.filter((text) => text !== '').map((text): GlobPart => ({ kind: 'text', text })),
  fc.constantFrom<GlobPart>({ kind: 'class', characters: 'aB' }),
);
const glob = fc.array(part, { maxLength: 4 });
const kqlGlob = fc.array(
  fc.oneof(
    star,
    word.map((text): GlobPart => ({ kind: 'text', text })),
  ),
  { minLength: 1, maxLength: 3 },
);
const scalars = fc.oneof(texts, numbers, fc.boolean());

const leafNodes: fc.Arbitrary<Predicate>[] = [
  fc.constantFrom<Predicate>({ kind: 'all' }, { kind: 'none' }),
  fc.record({ kind: fc.constant('exists' as const), field: fc.oneof(anyField, fc.constant(NESTED)) }),
  fc.record({ kind: fc.constant('equals' as const), field: anyField, value: scalars, fold }),
  fc.record({
    kind: fc.constant('oneOf' as const),
    field: anyField,
    values: fc.array(scalars, { maxLength: 8 }),
    fold,
  }),
  fc.record({ kind: fc.constant('range' as const), field: keyword, op: ops, value: texts }),
  fc.record({ kind: fc.constant('range' as const), field: number, op: ops, value: numbers }),
  fc.record({ kind: fc.constant('range' as const), field: fc.constant(fields.get(IP)), op: ops, value: addresses }),
  fc.record({ kind: fc.constant('between' as const), field: number, low: numbers, high: numbers }),
  fc.record({
    kind: fc.constantFrom('prefix' as const, 'suffix' as const, 'contains' as const),
    field: keyword,
    text: texts,
    fold,
  }),
  fc.record({ kind: fc.constant('glob' as const), field: keyword, parts: glob, fold }),
  fc.record({
    kind: fc.constant('regex' as const),
    field: keyword,
    pattern: fc.constantFrom('a', 'a+b?', '[ab]{2}', '^a', 'b$', '(a|k)b*'),
    mode: fc.constantFrom('search' as const, 'full' as const),
    flags: fc.constant({}),
  }),
  fc.record({
    kind: fc.constant('cidr' as const),
    field: fc.constant(fields.get(IP)),
    nets: fc.array(networks, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('words' as const),
    field: fc.constant(fields.get(TEXT)),
    words: fc.array(word, { maxLength: 6 }),
    mode: fc.constantFrom('any' as const, 'phrase' as const),
  }),
  fc.record({ kind: fc.constant('wordGlob' as const), field: fc.constant(fields.get(TEXT)), parts: kqlGlob }),
  fc.record({
    kind: fc.constant('anywhere' as const),
    test: fc.oneof(
      fc.record({
        mode: fc.constant('whole' as const),
        text: fc
          .oneof(texts, addresses, fc.constantFrom('cmd.exe b', '::/0'))
          .filter((text) => /^[\w. :/]+$/.test(text)),
        phrase: fc.boolean(),
      }),
      fc.record({ mode: fc.constant('pattern' as const), parts: kqlGlob }),
      fc.record({ mode: fc.constant('inside' as const), parts: kqlGlob }),
      fc.record({
        mode: fc.constant('pattern' as const),
        parts: kqlGlob,
        members: fc.constant<GlobPart[]>([{ kind: 'text', text: 'labels.' }, { kind: 'star' }]),
      }),
    ),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: anyField,
    other: anyField,
    op: fc.constantFrom('==' as const, 'prefix' as const, 'suffix' as const, 'contains' as const),
    fold,
  }),
  fc.record({
    kind: fc.constant('inList' as const),
    field: anyField,
    list: fc.constant({ name: 'list', has: (value: Scalar) => value === 'a' || value === 445 || value === true }),
  }),
];

const insideField = fc.constantFrom(...INSIDE).map((name) => fields.get(name));
const insideNode: fc.Arbitrary<Predicate> = fc.oneof(
  fc.record({ kind: fc.constant('exists' as const), field: insideField }),
  fc.record({ kind: fc.constant('equals' as const), field: insideField, value: texts, fold }),
  fc.record({
    kind: fc.constant('anywhere' as const),
    test: fc.record({ mode: fc.constant('whole' as const), text: fc.constantFrom('a', 'b'), phrase: fold }),
  }),
);
const negated = (node: fc.Arbitrary<Predicate>) => node.map((inner): Predicate => ({ kind: 'not', part: inner }));

const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(...leafNodes),
    fc
      .oneof(insideNode, negated(insideNode))
      .map((inner): Predicate => ({ kind: 'nested', path: NESTED, part: inner })),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('predicate'), { maxLength: 5 }),
    }),
    negated(tie('predicate')),
  ),
}));

const few = <T extends Scalar>(values: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant([]), fc.array(values, { minLength: 1, maxLength: 3 }));
const element = fc
  .record({ type: few(texts), ip: few(addresses) })
  .filter(({ type, ip }) => type.length + ip.length > 0);
const plainEvent = fc
  .record({
    keywords: fc.tuple(...KEYWORDS.map(() => few(texts))),
    numbers: fc.tuple(...NUMBERS.map(() => few(numbers))),
    message: few(sentences),
    ip: few(addresses),
    guest: few(fc.boolean()),
    elements: fc.array(element, { maxLength: 3 }),
  })
  .map((parts): PlainEvent => {
    const values: Record<string, readonly Scalar[]> = {};
    const put = (name: string, list: readonly Scalar[]) => {
      if (list.length > 0) values[name] = list;
    };
    KEYWORDS.forEach((name, i) => put(name, parts.keywords[i]!));
    NUMBERS.forEach((name, i) => put(name, parts.numbers[i]!));
    put(TEXT, parts.message);
    put(IP, parts.ip);
    put(BOOLEAN, parts.guest);
    const elements = parts.elements.map(({ type, ip }): PlainEvent => {
      const inner: Record<string, readonly Scalar[]> = {};
      if (type.length > 0) inner[INSIDE[0]] = type;
      if (ip.length > 0) inner[INSIDE[1]] = ip;
      return { values: inner, elements: [] };
    });
    // Outside braces the fields of elements are seen as well, all values together.
    for (const inside of INSIDE)
      put(
        inside,
        elements.flatMap((one) => one.values[inside] ?? []),
      );
    return { values, elements };
  });

/** The event as JSON: single values bare or in a list, addresses in other spellings, absent as nothing, null or []. */
function documentOf(event: PlainEvent): Document {
  const document: Document = { 'source.port': null, tags: [] };
  for (const [name, values] of Object.entries(event.values)) {
    if (INSIDE_NAMES.has(name)) continue;
    const written =
      name === IP
        ? values.map((ip) => (String(ip).startsWith('10.') ? `::ffff:${String(ip)}` : String(ip).toUpperCase()))
        : values;
    document[name] = written.length === 1 ? written[0] : written;
  }
  if (event.elements.length > 0) {
    document['threat.enrichments'] = event.elements.map(({ values }) => ({
      indicator: { type: values[INSIDE[0]], ip: values[INSIDE[1]] },
    }));
  }
  return document;
}

const view = new DocumentEvent(new Networks());

/** Shows the event in the view. @returns the event with the fields the view derives, which `anywhere` sees as well */
function show(event: PlainEvent): PlainEvent {
  view.point(documentOf(event));
  const values: Record<string, readonly Scalar[]> = { ...event.values };
  view.each((field, value) => {
    values[field.name] ??= typeof value === 'object' ? value : [value];
  });
  return { values, elements: event.elements };
}

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

/** Mostly equalities of three fields, with other nodes among them. */
const { selective } = fc.letrec<{ selective: Predicate }>((tie) => ({
  selective: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(leafNodes[2]!, leafNodes[3]!),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('selective'), { maxLength: 3 }),
    }),
    fc.oneof(negated(tie('selective')), predicate),
  ),
}));

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
  expect(said).toBeGreaterThan(200);
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
  const start = performance.now();
  for (let i = 0; i < 20_000; i++) {
    view.point({ 'event.code': 'none' });
    expect(matches(view)).toBe(false);
  }
  expect(performance.now() - start).toBeLessThan(5_000);
});
