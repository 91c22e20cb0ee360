/** Exception entries to predicates; every difference between operators and field types is settled here. */
import { parseAddressRange } from '../../base/address/cidr.ts';
import { parseGlob } from '../../base/glob.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { TomlNode } from '../../base/toml/toml-node.ts';
import type { TomlReader } from '../../base/toml/toml-reader.ts';
import { type Field, fields } from '../../event/field.ts';
import { type Predicate, type ValueTest, not, or } from '../../query/predicate.ts';
import { networksOfRange } from './address-networks.ts';
import { lowerIs, misfit, numberOf, type ValueTestOrProblem } from './entry-value.ts';
import type { EntryRead, Operator } from './exception-keys.ts';
import { parseInstant } from './instant.ts';

/** Operators that are the opposite of another one. */
const OPPOSITE: Readonly<Partial<Record<Operator, Operator>>> = {
  is_not: 'is',
  is_not_one_of: 'is_one_of',
  does_not_exist: 'exists',
  does_not_match: 'matches',
  not_in_list: 'in_list',
};

/** @returns whether an entry holds for events without its field */
export function isNegative(operator: Operator): boolean {
  return OPPOSITE[operator] !== undefined;
}

/** Bits of an IPv4 network's prefix that are not its own, of 128. */
const V4_BITS = 96;
/** All addresses that IPv6 has given out are 2000::/3. */
const V6_BROAD = 3;

/** @returns whether nearly every event that has the field fulfils a predicate: half of all addresses, or any text */
export function isNearlyAll(predicate: Predicate): boolean {
  if (predicate.kind === 'glob') return predicate.parts.every(({ kind }) => kind === 'star');
  if (predicate.kind !== 'cidr') return false;
  const [v6, v4] = [true, false].map((isV6) => predicate.nets.filter(({ prefix }) => prefix < V4_BITS === isV6));
  return (
    v6!.some(({ prefix }) => prefix <= V6_BROAD) ||
    v4!.reduce((sum, { prefix }) => sum + 2 ** (V4_BITS - prefix), 0) >= 0.5
  );
}

/**
 * @param entry entry as read
 * @param lists value lists by name
 * @param reader collects the errors, each with its place
 * @returns the predicate, or undefined after telling the reader why not
 */
export function lowerEntry(
  entry: EntryRead,
  lists: ReadonlyMap<string, ValueTest>,
  reader: TomlReader,
): Predicate | undefined {
  const { field: name, operator, value } = entry.values;
  if (name === undefined || operator === undefined) return undefined;
  const field = fields.find(name);
  if (!field) {
    const message = `There is no field "${name}".${fields.suggestion(name)}`;
    return reader.fail('value', message, entry.nodes.field ?? entry.node);
  }
  const positive = OPPOSITE[operator] ?? operator;
  if (positive === 'exists') {
    if (value) return reader.fail('value', `"${operator}" takes no value.`, value);
    return operator === 'exists' ? { kind: 'exists', field } : not({ kind: 'exists', field });
  }
  if (!value) return reader.fail('missing', `"${operator}" needs the key "value".`, entry.node);
  const lowered = lowerPositive(positive, field, value, lists, reader);
  return lowered && (positive === operator ? lowered : not(lowered));
}

function lowerPositive(
  operator: Operator,
  field: Field,
  value: TomlNode,
  lists: ReadonlyMap<string, ValueTest>,
  reader: TomlReader,
): Predicate | undefined {
  const found = (node: TomlNode, result: ValueTestOrProblem): Predicate | undefined =>
    'test' in result ? result.test : reader.fail('value', result.message, node, result.fix);
  switch (operator) {
    case 'is':
      return found(value, lowerIs(field, value));
    case 'is_one_of':
      if (value.kind !== 'array') {
        return reader.fail('value', '"is_one_of" takes a list of values.', value, 'put the values between [ and ]');
      }
      return anyOf(value.elements, value, reader, (node) => found(node, lowerIs(field, node)));
    case 'matches':
      return anyOf(manyOf(value), value, reader, (node) => found(node, lowerMatches(field, node)));
    case 'in_range':
      return anyOf(manyOf(value), value, reader, (node) => found(node, lowerRange(field, node)));
    default:
      return lowerInList(field, value, lists, reader);
  }
}

function manyOf(value: TomlNode): readonly TomlNode[] {
  return value.kind === 'array' ? value.elements : [value];
}

/** Lowers each value, so that all faults of a list are told at once. */
function anyOf(
  nodes: readonly TomlNode[],
  list: TomlNode,
  reader: TomlReader,
  lower: (node: TomlNode) => Predicate | undefined,
): Predicate | undefined {
  if (nodes.length === 0) return reader.fail('value', 'This list is empty.', list);
  const parts = nodes.map(lower);
  return parts.includes(undefined) ? undefined : joined(parts.filter((part) => part !== undefined));
}

/** One set or one list of networks instead of many alternatives. */
function joined(parts: readonly Predicate[]): Predicate {
  const [first] = parts;
  if (first?.kind === 'cidr') {
    return { ...first, nets: parts.flatMap((part) => (part.kind === 'cidr' ? part.nets : [])) };
  }
  if (parts.length > 1 && first?.kind === 'equals' && parts.every((part) => part.kind === 'equals')) {
    const values = parts.flatMap((part) => (part.kind === 'equals' ? [part.value] : []));
    return { kind: 'oneOf', field: first.field, values, fold: false };
  }
  return or(parts);
}

/** Patterns over whole values: `*` any run, `?` one character, exact case. */
function lowerMatches(field: Field, node: TomlNode): ValueTestOrProblem {
  if (field.type === 'ip') return misfit(field, node, 'no pattern', 'use in_range with a network, such as 10.0.0.0/16');
  if (field.type === 'text') return misfit(field, node, 'no pattern', `use the key query: '''${field.name}:word*'''`);
  if (field.type !== 'keyword' && field.type !== 'wildcard') return misfit(field, node, 'no pattern');
  if (node.kind !== 'text') return misfit(field, node, 'a pattern as text');
  return { test: { kind: 'glob', field, parts: parseGlob(node.value, true), fold: false } };
}

const BOUNDS_FIX = 'write { from = …, to = … }; both ends belong to the range, one may be left out';

function lowerRange(field: Field, node: TomlNode): ValueTestOrProblem {
  switch (field.type) {
    case 'ip': {
      const range = node.kind === 'text' ? parseAddressRange(node.value.trim()) : undefined;
      if (range) return { test: { kind: 'cidr', field, nets: networksOfRange(range) } };
      return misfit(field, node, 'a network or range', 'such as 10.0.0.0/8 or 10.0.0.1-10.0.0.9');
    }
    case 'long':
    case 'double':
      return lowerBounds(field, node, (bound) => {
        const value = numberOf(bound);
        return value === undefined
          ? undefined
          : { low: value, next: field.type === 'long' ? Math.floor(value) + 1 : undefined, value };
      });
    case 'date':
      return lowerBounds(field, node, (bound) => {
        const instant = parseInstant(bound);
        if (!instant) return undefined;
        return {
          low: instant.ms,
          next: instant.lengthMs ? instant.ms + instant.lengthMs : undefined,
          value: instant.ms,
        };
      });
    default:
      return misfit(field, node, 'no range', 'ranges are for numbers, addresses and dates');
  }
}

/** A bound: `next` is the first value behind it, where there is one. */
interface Bound {
  readonly low: number;
  readonly next: number | undefined;
  readonly value: number;
}

function lowerBounds(field: Field, node: TomlNode, read: (node: TomlNode) => Bound | undefined): ValueTestOrProblem {
  if (node.kind !== 'table') return misfit(field, node, 'a range', BOUNDS_FIX);
  for (const key of node.entries.keys()) {
    if (key !== 'from' && key !== 'to') {
      return { message: `There is no key "${key}" in a range.${didYouMean(key, ['from', 'to'])}`, fix: BOUNDS_FIX };
    }
  }
  const fromNode = node.entries.get('from')?.value;
  const toNode = node.entries.get('to')?.value;
  const from = fromNode && read(fromNode);
  const to = toNode && read(toNode);
  if (fromNode && !from) return misfit(field, fromNode, 'a range of its type');
  if (toNode && !to) return misfit(field, toNode, 'a range of its type');
  if (!from && !to) return { message: 'This range has no end.', fix: BOUNDS_FIX };
  if (from && to && from.low > to.value)
    return { message: 'This range is empty: "from" is behind "to".', fix: BOUNDS_FIX };
  if (from && to?.next !== undefined) return { test: { kind: 'between', field, low: from.low, high: to.next } };
  const low: Predicate[] = from ? [{ kind: 'range', field, op: '>=', value: from.low }] : [];
  if (!to) return { test: low[0]! };
  const high: Predicate =
    to.next !== undefined
      ? { kind: 'range', field, op: '<', value: to.next }
      : { kind: 'range', field, op: '<=', value: to.value };
  return { test: low[0] ? { kind: 'and', parts: [low[0], high] } : high };
}

function lowerInList(
  field: Field,
  node: TomlNode,
  lists: ReadonlyMap<string, ValueTest>,
  reader: TomlReader,
): Predicate | undefined {
  if (node.kind !== 'text') return reader.fail('value', '"in_list" takes the name of a value list.', node);
  const list = lists.get(node.value);
  if (list) return { kind: 'inList', field, list };
  const message = `There is no value list "${node.value}".${didYouMean(node.value, lists.keys())}`;
  return reader.fail('value', message, node, 'the exception is not used until the list is there');
}
