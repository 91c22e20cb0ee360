import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatError, SmbError } from '../error.ts';
import { placeOf } from '../place.ts';
import { parseYaml } from './parse-yaml.ts';
import { placeOfYaml, sourceTextOfYaml, type YamlNode, type YamlScalar } from './yaml-node.ts';

const parse = (text: string) => parseYaml({ file: 'a.yml', text });

/** A tree as plain values. */
function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.elements.map(plain);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.value)]));
}

test.each<[string, unknown]>([
  ['a: 1', { a: 1 }],
  ['a: "1"', { a: '1' }],
  ['a: 0x10', { a: 16 }],
  ['a: 1.5', { a: 1.5 }],
  ['a: true\nb: yes\nc: ~\nd:\ne: null', { a: true, b: 'yes', c: null, d: null, e: null }],
  ["a: 'it''s'", { a: "it's" }],
  ['a: "x\\ty"', { a: 'x\ty' }],
  ['a: |\n  x\n  y\nb: >-\n  x\n  y\n', { a: 'x\ny\n', b: 'x y' }],
  ['- a\n- [b, {c: d}]', ['a', ['b', { c: 'd' }]]],
  ['1: x\ntrue: y', { '1': 'x', true: 'y' }],
  ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
  ['a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3', { a: { k: 1, l: 2 }, b: { l: 3, k: 1 } }],
  ['a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}', { a: { k: 1 }, b: { k: 2, m: 3 }, c: { k: 1, m: 3 } }],
  [
    '__proto__: 1\nconstructor: 2',
    Object.fromEntries([
      ['__proto__', 1],
      ['constructor', 2],
    ]),
  ],
])('%j', (text, expected) => {
  expect(plain(parse(text).documents[0]!.root)).toEqual(expected);
});

test('the spans of documents follow each other from start to end', () => {
  const text = '# one\na: 1\n---\nb: 2\n...\n---\nc: 3\n# end\n';
  const { documents } = parse(text);
  expect(documents.map(({ root }) => plain(root))).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  expect(documents.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
});

test('keys and values know their places', () => {
  const { source, documents } = parse('a:\n  b: [x, "yz"]\n');
  const root = documents[0]!.root;
  const a = root.kind === 'map' ? root.entries.get('a')!.value : root;
  const b = a.kind === 'map' ? a.entries.get('b')! : undefined;
  expect(placeOfYaml(source, b!)).toMatchObject({ line: 2, column: 3, length: 1 });
  const second = b!.value.kind === 'list' ? b!.value.elements[1]! : b!.value;
  expect(placeOfYaml(source, second)).toMatchObject({ line: 2, column: 10, length: 4 });
});

test.each([
  ["a: 'xyz'", 1, 6],
  ['a: xyz', 1, 5],
  ['a: "xyz"', 1, 6],
  // Escapes stand between the value and the file, so that the value as a whole is the place.
  ["a: 'x''z'", 1, 10],
])('a place inside the text of %j', (text, line, column) => {
  const { source, documents } = parse(text);
  const root = documents[0]!.root;
  const node = (root.kind === 'map' ? root.entries.get('a')!.value : root) as YamlScalar;
  expect(placeOf(sourceTextOfYaml(source, node), 1)).toMatchObject({ line, column });
});

function errorOf(text: string): string {
  try {
    parse(text);
    return '';
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    return formatError(error);
  }
}

test.each([
  "a: 'x",
  'a: [1, 2',
  'a: b: c',
  'a: @x',
  'a: 1\n b: 2',
  '\ta: 1',
  'a: "\\q"',
  'a: 1\na: 2',
  'a: *x',
  'a: !t x',
  '? [a]\n: b',
  'a: {<<: 5}',
  '%bad\n---\na: 1',
  'a\nb: c',
  '- a\nb: c',
  '`a`: b',
])('%j is refused with its place', (text) => {
  expect(errorOf(text)).toMatchSnapshot();
});

test('any text is a stream or an error with a place', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '[',
    ']',
    '{',
    '}',
    ',',
    "'",
    '"',
    '&a ',
    '*a',
    '|',
    '#',
    '---\n',
    '? ',
    '!x',
    '%',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const said = errorOf(pieces.join(''));
      if (said !== '') expect(said).toMatch(/^YAML-SYNTAX a\.yml:\d+:\d+ {2}/);
    }),
    { numRuns: 3000 },
  );
});
