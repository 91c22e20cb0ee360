import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../event/document.ts';
import { canonicalPlan, canonicalSize, writeCanonical } from './canonical-bytes.ts';
import { leafValue } from './leaf-value.ts';
import { JSON_KIND, leavesOf, nodeAt, type ShapeNode, shapeTree } from './json-shape.ts';
import { JsonTape } from './json-tape.ts';

const tape = new JsonTape();

function isRead(text: string | Buffer): boolean {
  const bytes = Buffer.concat([Buffer.from('12'), Buffer.from(text), Buffer.from('}"3')]);
  return tape.read(bytes, 2, bytes.length - 3) && tape.end === bytes.length - 3 && shapeTree(tape.shape) !== undefined;
}

function canonical(): string {
  const plan = canonicalPlan(shapeTree(tape.shape)!, () => false);
  const target = Buffer.alloc(canonicalSize(plan, tape));
  return target.toString('utf8', 0, writeCanonical(plan, tape, target, 0));
}

test.each([
  '{}',
  '{"a":1,"b":[true,false,null],"c":{"d":"x"}}',
  ' {"a":1}'.trim(),
  '{ "a" : -0.5e+3 ,\t"b" : [ ] }',
  '{"a":"\\u00e9\\n\\/ \u00e9 \u{1f600}"}',
])('%s is plain', (text) => {
  expect(isRead(text)).toBe(true);
  expect(canonical()).toBe(canonicalJson(JSON.parse(text)));
});

test.each([
  ['nothing', ''],
  ['a list', '[1]'],
  ['an end that is missing', '{"a":1'],
  ['something behind it', '{"a":1} '],
  ['two lines', '{"a":1,\n"b":2}'],
  ['a key with a dot', '{"a.b":1}'],
  ['a key with an escape', '{"a\\u0062":1}'],
  ['a key that is empty', '{"":1}'],
  ['a key of JavaScript', '{"__proto__":1}'],
  ['a name twice', '{"a":1,"b":2,"a":3}'],
  ['a comma too many', '{"a":1,}'],
  ['a number with a zero in front', '{"a":01}'],
  ['a number without digits', '{"a":-}'],
  ['a fraction without digits', '{"a":1.}'],
  ['an exponent without digits', '{"a":1e+}'],
  ['a word', '{"a":NaN}'],
  ['half a word', '{"a":tru}'],
  ['an escape that is none', '{"a":"\\x"}'],
  ['a control character', '{"a":"\u0001"}'],
  ['half a character', '{"a":"\\ud83d"}'],
  ['bytes that are no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')],
  ['a text without end', '{"a":"x'],
  ['an escape at the end', '{"a":"\\'],
  ['too many levels', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
])('%s is not', (_, text) => {
  expect(isRead(text)).toBe(false);
});

test('what is plain is what JSON.parse reads, and has the same values', () => {
  const alphabet = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    'u',
    'd',
    '8',
    '0',
    '1',
    '-',
    '.',
    'e',
    'E',
    ' ',
    'a',
    'true',
    'null',
  ];
  let plain = 0;
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ unit: fc.constantFrom('a', 'b', 'A', '_', '7'), minLength: 1, maxLength: 4 }),
        fc.jsonValue({ maxDepth: 3 }),
      ),
      fc.array(fc.record({ at: fc.nat(), text: fc.constantFrom(...alphabet), isInserted: fc.boolean() }), {
        maxLength: 2,
      }),
      (value, edits) => {
        let text = JSON.stringify(value);
        for (const { at, text: one, isInserted } of edits) {
          const from = at % text.length;
          text = text.slice(0, from) + one + text.slice(isInserted ? from : from + 1);
        }
        if (!isRead(text)) return;
        plain++;
        const parsed: unknown = JSON.parse(text);
        expect(canonical()).toBe(canonicalJson(parsed));
        for (const [name, [first]] of leavesOf(shapeTree(tape.shape)!)) {
          if (!first!.isDirect || nodeAt(shapeTree(tape.shape)!, name.split('.'))!.leaf < 0) continue;
          let at = parsed;
          for (const key of name.split('.')) at = (at as Record<string, unknown>)[key];
          expect(leafValue(tape, first!.leaf, first!.kind)).toEqual(at);
        }
      },
    ),
    { numRuns: 12_000 },
  );
  expect(plain).toBeGreaterThan(1000);
});

/** Whether it is plain, and of a shape that came before. */
function isKnown(text: string): boolean {
  const bytes = Buffer.from(text);
  return tape.read(bytes, 0, bytes.length) && tape.isOfKnownShape();
}

test('a shape is known from the second object on', () => {
  const texts = ['{"new":1}', '{"new":2}', '{"new":"2"}', '{"new":3}', '{"new":"x"}'];
  expect(texts.map(isKnown)).toEqual([false, true, false, true, true]);
});

test('shapes that take turns are known from the second round on, however many', () => {
  const texts = Array.from(
    { length: 30 },
    (_, i) => `{"turns":{"${i % 5 === 0 ? 'n' : `n${i}`}":${i % 3 === 0 ? i : `"${i}"`}},"x":1}`,
  );
  const kinds = new Set(texts.map((text) => text.replace(/:\d+/g, ':0').replace(/"\d+"/g, '""')));
  expect(texts.map(isKnown).filter((one) => !one)).toHaveLength(kinds.size);
  expect(texts.map(isKnown)).toEqual(texts.map(() => true));
  expect(texts.toReversed().map(isKnown)).toEqual(texts.map(() => true));
});

test('names in another order each time are one shape, and each value stands where it did', () => {
  const items = {
    n: 1,
    t: 'x\\y',
    list: [[1, 'a'], { z: null, b: true }],
    o: { d: 1.5, c: {}, e: '\u00e9' },
    many: {} as object,
  };
  items.many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i]));
  const rotated = (value: unknown, by: number): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one) => rotated(one, by));
    const entries = Object.entries(value).map(([key, one]) => [key, rotated(one, by)] as const);
    const from = by % (entries.length || 1);
    return Object.fromEntries([...entries.slice(from), ...entries.slice(0, from)]);
  };
  const texts = Array.from({ length: 900 }, (_, i) =>
    JSON.stringify({ [`s${i % 7}`]: rotated(items, i), ...(rotated(items, i * 3) as object) }),
  );
  const known = texts.map((text) => {
    const isMet = isKnown(text);
    expect(canonical()).toBe(canonicalJson(JSON.parse(text)));
    return isMet;
  });
  expect(known.filter((one) => !one)).toHaveLength(7);
});

test('where objects and arrays stand, and which texts have escapes', () => {
  const text = '{"a":[[],{"b":"x\\n"}] ,"c":{"d":"\\u0041","e":"y","f":{ }}}';
  expect(isRead(text)).toBe(true);
  const containers: string[] = [];
  const escaped: string[] = [];
  const visit = ({ kind, place, children }: ShapeNode): void => {
    const value = tape.buffer.toString('utf8', tape.starts[place], tape.ends[place]);
    if (children.length > 0 || kind === JSON_KIND.object || kind === JSON_KIND.array) containers.push(value);
    else if (kind === JSON_KIND.text && tape.escaped[place] === 1) escaped.push(value);
    children.forEach(visit);
  };
  visit(shapeTree(tape.shape)!);
  expect(containers).toEqual([
    text,
    '[[],{"b":"x\\n"}]',
    '[]',
    '{"b":"x\\n"}',
    text.slice(text.indexOf('{"d"'), -1),
    '{ }',
  ]);
  expect(escaped).toEqual(['x\\n', '\\u0041']);
});
