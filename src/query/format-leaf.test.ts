import { expect, test } from 'vitest';
import { parseCidr } from '../base/address/cidr.ts';
import { parseGlob } from '../base/glob.ts';
import { fields } from '../event/field.ts';
import type { LeafPredicate } from './compile/pushdown.ts';
import { formatLeaf } from './format-leaf.ts';

const name = fields.get('file.name');
const rows: [LeafPredicate, string][] = [
  [{ kind: 'equals', field: name, value: 'a', fold: true }, 'file.name is "a" (any case)'],
  [
    { kind: 'oneOf', field: fields.get('file.size'), values: [1, 2, 3, 4, 5, 6, 7], fold: false },
    'file.size is one of 1, 2, 3, 4, 5 and 2 more',
  ],
  [{ kind: 'range', field: fields.get('@timestamp'), op: '<', value: 0 }, '@timestamp < 1970-01-01T00:00:00.000Z'],
  [{ kind: 'suffix', field: name, text: '.exe', fold: false }, 'file.name ends with ".exe"'],
  [{ kind: 'glob', field: name, parts: parseGlob('a*?', true), fold: false }, 'file.name fits "a*?"'],
  [{ kind: 'regex', field: name, pattern: '^a', mode: 'search', flags: {} }, 'file.name holds the expression "^a"'],
  [
    { kind: 'cidr', field: fields.get('source.ip'), nets: [parseCidr('10.0.0.0/8')!] },
    'source.ip is in 10.0.0.0-10.255.255.255',
  ],
  [
    { kind: 'words', field: fields.get('message'), words: ['a', 'b'], mode: 'phrase' },
    'message has the words "a", "b"',
  ],
  [{ kind: 'anywhere', test: { mode: 'whole', text: 'x', phrase: false } }, 'a field is "x"'],
  [
    { kind: 'anywhere', test: { mode: 'pattern', parts: parseGlob('*'), members: parseGlob('labels.*') } },
    'a field "labels.*" fits "*"',
  ],
  [
    { kind: 'compare', field: name, other: fields.get('file.path'), op: 'contains', fold: false },
    'file.name holds what file.path holds',
  ],
  [{ kind: 'datePart', field: fields.get('@timestamp'), part: 'hour', value: 3 }, 'the hour of @timestamp is 3 (UTC)'],
  [
    {
      kind: 'computed',
      expression: {
        kind: 'call',
        name: '>',
        fold: false,
        args: [
          { kind: 'call', name: 'length', fold: false, args: [{ kind: 'field', field: name }] },
          { kind: 'constant', value: 3 },
        ],
      },
    },
    'length(file.name) > 3',
  ],
];

test.each(rows)('%o', (leaf, expected) => {
  expect(formatLeaf(leaf)).toBe(expected);
});
