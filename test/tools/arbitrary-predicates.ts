/** Random predicates of every kind and random events for them, for property tests of whatever runs or reads predicates. */
import * as fc from 'fast-check';
import { parseCidr } from '../../src/base/address/cidr.ts';
import type { GlobPart } from '../../src/base/glob.ts';
import type { Document, Scalar } from '../../src/event/document.ts';
import { DocumentEvent } from '../../src/event/document-event.ts';
import { fields } from '../../src/event/field.ts';
import { Networks } from '../../src/event/networks.ts';
import { DATE_PARTS, type Predicate } from '../../src/query/predicate.ts';
import { arbitraryExpression } from './arbitrary-expressions.ts';
import type { PlainEvent } from './plain-meaning.ts';

export const KEYWORDS = ['user.name', 'file.name', 'process.command_line', 'labels.site'] as const;
const NUMBERS = ['file.size', 'event.risk_score', 'file.created'] as const;
const TEXT = 'message';
const IP = 'host.ip';
const DATE = 'event.created';
export const BOOLEAN = 'smb.auth.guest';
export const INSIDE = ['threat.enrichments.indicator.type', 'threat.enrichments.indicator.ip'] as const;
export const NESTED = fields.get('threat.enrichments');
/** Every field that predicates and events here name. */
export const FIELDS = [...KEYWORDS, ...NUMBERS, TEXT, IP, BOOLEAN, DATE, NESTED.name, ...INSIDE].map((name) =>
  fields.get(name),
);
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
  's',
  '\u017f',
  'i',
  '\u0130',
  'É',
  'é',
  '\ue000',
  '\u{1f600}',
  'a?b',
  'a*b',
  '*',
  'a\\b',
  'a"b',
  '445',
  '10.0.0.1',
  'FE80::1',
  'a\nb',
  'x'.repeat(2_000),
  `${'x'.repeat(1_999)}Y`,
);
const numbers = fc.constantFrom(-1, 0, 0.5, 1, 443, 444, 445, 446, 1e15, 1_772_375_400_000, 1_772_375_400_000.5);
const wholeNumbers = numbers.filter(Number.isInteger);
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
/** Around the ends of years, weeks, months and hours, and where clocks are put forward. */
const moments = fc
  .tuple(
    fc.constantFrom(
      '2020-01-01T00:00:00Z',
      '2019-12-30T00:00:00Z',
      '2021-01-03T23:59:59Z',
      '2020-02-29T22:59:00Z',
      '2021-03-28T01:00:00Z',
    ),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([text, hours]) => Date.parse(text) + hours * 1_800_000);
const sentences = fc.constantFrom(
  'a',
  'A b',
  'b a',
  'ab cmd.exe',
  '10.0.0.1 a a b',
  'a a a b',
  'K \u212a \u0130 É \u017f',
  'Cmd.EXE\u0301 \u{1f600}',
  '...',
  '',
);
const networks = fc
  .constantFrom('10.0.0.0/24', '10.0.0.1', '::/0', 'fe80::/10', '0.0.0.0/0', '::ffff:0:0/96')
  .map((text) => parseCidr(text)!);

const keyword = fc.constantFrom(...KEYWORDS).map((name) => fields.get(name));
const number = fc.constantFrom(...NUMBERS).map((name) => fields.get(name));
const anyField = fc.constantFrom(...KEYWORDS, ...NUMBERS, TEXT, IP, BOOLEAN).map((name) => fields.get(name));
const fold = fc.boolean();
const ops = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
const word = fc.constantFrom('a', 'b', 'ab', 'cmd.exe', '10.0.0.1', 'k', 'i', 's', 'é');
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

export const leafNodes: fc.Arbitrary<Predicate>[] = [
  fc.constantFrom<Predicate>({ kind: 'all' }, { kind: 'none' }),
  fc.record({ kind: fc.constant('exists' as const), field: fc.oneof(anyField, fc.constant(NESTED)) }),
  fc.record({ kind: fc.constant('equals' as const), field: anyField, value: scalars, fold }),
  fc.record({
    kind: fc.constant('oneOf' as const),
    field: anyField,
    values: fc.oneof(
      fc.array(scalars, { maxLength: 8 }),
      // More than back ends name one by one.
      fc.array(scalars, { maxLength: 3 }).map((few) => [...few, ...Array.from({ length: 40 }, (_, i) => `v${i}`)]),
      fc.array(numbers, { maxLength: 3 }).map((few) => [...few, ...Array.from({ length: 40 }, (_, i) => 1_000 + i)]),
    ),
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
    pattern: fc.oneof(
      fc.constantFrom('a', 'a+b?', '[ab]{2}', '^a', 'b$', '(a|k)b*', '', '^$', 'a.b', '^b', '[^a]', 'x{3,}', 'é'),
      fc.constantFrom(
        '[a-k]+',
        '(?:a|)b',
        '\\w\\W\\w',
        '\\d{3}',
        'a[*?\\\\]b',
        '(^a|b$)',
        'a|^b',
        '^(?:a|b$)',
        '[i-s]',
      ),
    ),
    mode: fc.constantFrom('search' as const, 'full' as const),
    flags: fc.constantFrom({}, { ignoreCase: true }, { dotAll: true }, { multiline: true }),
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
      fc.record({ mode: fc.constant('inside' as const), parts: glob, cased: fold }),
      fc.record({
        mode: fc.constant('regex' as const),
        pattern: fc.constantFrom('a+b', '^a', 'b$'),
        flags: fc.record({ ignoreCase: fold }),
      }),
      fc.record({
        mode: fc.constant('pattern' as const),
        parts: kqlGlob,
        members: fc.constant<GlobPart[]>([{ kind: 'text', text: 'labels.' }, { kind: 'star' }]),
      }),
    ),
  }),
  fc
    .record({
      kind: fc.constant('datePart' as const),
      field: fc.constant(fields.get('event.created')),
      part: fc.constantFrom(...DATE_PARTS),
      zone: fc.constantFrom(undefined, 'UTC', 'Europe/Vienna', 'Asia/Kathmandu'),
    })
    .chain(({ part: unit, ...rest }) => {
      const [low, high] = {
        minute: [0, 1],
        hour: [0, 2],
        day: [28, 31],
        week: [1, 53],
        month: [1, 3],
        year: [2019, 2022],
      }[unit]!;
      return fc.integer({ min: low!, max: high! }).map((value): Predicate => ({ ...rest, part: unit, value }));
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
  arbitraryExpression({
    keyword,
    number,
    date: fields.get('file.created'),
    ip: fields.get(IP),
    boolean: fields.get(BOOLEAN),
  }).map((expression): Predicate => ({ kind: 'computed', expression })),
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

export const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
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
export const plainEvent = fc
  .record({
    keywords: fc.tuple(...KEYWORDS.map(() => few(texts))),
    numbers: fc.tuple(...NUMBERS.map((name) => few(fields.get(name).type === 'long' ? wholeNumbers : numbers))),
    message: few(sentences),
    ip: few(addresses),
    guest: few(fc.boolean()),
    created: few(moments),
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
    put(DATE, parts.created);
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

export const view = new DocumentEvent(new Networks());

/** Shows the event in the view. @returns the event with the fields the view derives, which `anywhere` sees as well */
export function show(event: PlainEvent): PlainEvent {
  view.point(documentOf(event));
  const values: Record<string, readonly Scalar[]> = { ...event.values };
  view.each((field, value) => {
    values[field.name] ??= typeof value === 'object' ? value : [value];
  });
  return { values, elements: event.elements };
}

/** Mostly equalities and parts of texts, with other nodes among them. */
export const { selective } = fc.letrec<{ selective: Predicate }>((tie) => ({
  selective: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(leafNodes[2]!, leafNodes[3]!, leafNodes[8]!),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('selective'), { maxLength: 3 }),
    }),
    fc.oneof(negated(tie('selective')), predicate),
  ),
}));
