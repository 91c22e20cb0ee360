/** The shapes that keys of our files have; a kind of file adds its own with {@link parsedText}. */
import { type Cidr, parseCidr } from '../address/cidr.ts';
import { formatByteSize, parseByteSize } from '../byte-size.ts';
import { didYouMean } from '../suggest.ts';
import { formatDuration, parseDuration } from '../time/duration.ts';
import type { Located, MapEntry, Shape, TableKeys, TableRead } from './toml-reader.ts';
import type { TomlText } from './toml-node.ts';

/** Bounds of a number, both allowed. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Text; empty only where `empty` says so. */
export function text(options: { readonly empty?: boolean } = {}): Shape<string> {
  return {
    type: 'text',
    read: (node, name, reader) => {
      if (node.kind !== 'text') return reader.wrongType(name, 'text', node, 'put it between quotes');
      if (node.value.trim() !== '' || options.empty) return node.value;
      return reader.fail('value', `"${name}" is empty.`, node);
    },
  };
}

/** Text kept with its place, for a language inside the file. */
export function locatedText(type: string): Shape<TomlText> {
  return {
    type,
    read: (node, name, reader) => (node.kind === 'text' ? node : reader.wrongType(name, type, node)),
  };
}

/**
 * Text of a certain form.
 *
 * @param type in words, with an article
 * @param parse gives undefined for a text that does not fit
 * @param fix what a right value looks like
 */
export function parsedText<T>(type: string, parse: (value: string) => T | undefined, fix: string): Shape<T> {
  return {
    type,
    read: (node, name, reader) => {
      if (node.kind !== 'text') return reader.wrongType(name, type, node, fix);
      return parse(node.value) ?? reader.wrongType(name, type, node, fix);
    },
  };
}

/** One of a few names; a typo gets the nearest. */
export function oneOf<const N extends string>(names: readonly N[]): Shape<N> {
  const type = `one of ${names.map((name) => `"${name}"`).join(', ')}`;
  return {
    type,
    read: (node, name, reader) => {
      const found = node.kind === 'text' ? names.find((known) => known === node.value) : undefined;
      if (found !== undefined) return found;
      const near = node.kind === 'text' ? didYouMean(node.value, names).trim() : '';
      return reader.wrongType(name, type, node, near || undefined);
    },
  };
}

/** true or false. */
export function flag(): Shape<boolean> {
  return {
    type: 'true or false',
    read: (node, name, reader) =>
      node.kind === 'boolean' ? node.value : reader.wrongType(name, 'true or false', node, 'without quotes'),
  };
}

/** A number within bounds. */
export function number(bounds: Bounds & { readonly whole?: boolean } = {}): Shape<number> {
  const { min = -Infinity, max = Infinity, whole = false } = bounds;
  const type = `a ${whole ? 'whole ' : ''}number${rangeInWords(min, max, String)}`;
  return {
    type,
    read: (node, name, reader) => {
      const fits = node.kind === 'number' && node.value >= min && node.value <= max;
      return fits && (!whole || Number.isSafeInteger(node.value)) ? node.value : reader.wrongType(name, type, node);
    },
  };
}

/** A whole number within bounds. */
export function integer(bounds: Bounds = {}): Shape<number> {
  return number({ ...bounds, whole: true });
}

/** A duration such as `5m`, read as milliseconds; bounds in milliseconds. */
export function duration(bounds: Bounds = {}): Shape<number> {
  const { min = -Infinity, max = Infinity } = bounds;
  return boundedText(
    `a duration${rangeInWords(min, max, formatDuration)}`,
    parseDuration,
    min,
    max,
    'such as "90s", "5m", "24h" or "14d"',
  );
}

/** A size such as `16MiB`, read as bytes; bounds in bytes. */
export function byteSize(bounds: Bounds = {}): Shape<number> {
  const { min = -Infinity, max = Infinity } = bounds;
  return boundedText(
    `a size${rangeInWords(min, max, formatByteSize)}`,
    parseByteSize,
    min,
    max,
    'such as "64KiB" or "16MiB"',
  );
}

function boundedText(
  type: string,
  parse: (value: string) => number | undefined,
  min: number,
  max: number,
  fix: string,
): Shape<number> {
  const parseBounded = (value: string) => {
    const parsed = parse(value);
    return parsed !== undefined && parsed >= min && parsed <= max ? parsed : undefined;
  };
  return parsedText(type, parseBounded, fix);
}

function rangeInWords(min: number, max: number, format: (value: number) => string): string {
  const hasMin = min > 0 || (min === 0 && max < Infinity);
  if (hasMin && max < Infinity) return ` from ${format(min)} to ${format(max)}`;
  if (max < Infinity) return ` of at most ${format(max)}`;
  return hasMin ? ` of at least ${format(min)}` : min === 0 ? ' of 0 or more' : '';
}

/** A network such as `10.0.0.0/8`, or one address. */
export function cidr(): Shape<Cidr> {
  return parsedText('a network or address', parseCidr, 'such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"');
}

/** A list; each element keeps its place. Faulty elements are reported and left out. */
export function list<T>(element: Shape<T>, options: Bounds & { readonly orOne?: boolean } = {}): Shape<Located<T>[]> {
  const { min = 0, max = Infinity, orOne = false } = options;
  const type = `a list${min > 0 || max < Infinity ? ` of ${sizeInWords(min, max)}` : ''}, each ${element.type}`;
  return {
    type: orOne ? `${type}, or one without brackets` : type,
    ...(element.keys && { keys: element.keys, inner: '[]' }),
    read: (node, name, reader) => {
      const isList = node.kind === 'array';
      if (!isList && (!orOne || node.kind === 'table')) return reader.wrongType(name, type, node);
      const nodes = isList ? node.elements : [node];
      if (nodes.length < min || nodes.length > max) {
        return reader.fail('value', `"${name}" must hold ${sizeInWords(min, max)}, not ${nodes.length}.`, node);
      }
      return nodes.flatMap((one) => {
        const value = reader.read(element, one, name);
        return value === undefined ? [] : [{ value, node: one }];
      });
    },
  };
}

function sizeInWords(min: number, max: number): string {
  if (max === Infinity) return `at least ${min}`;
  return min === max ? `${min}` : `${min} to ${max}`;
}

/** A list of texts without their places. */
export function texts(options: Bounds & { readonly orOne?: boolean } = {}): Shape<string[]> {
  const inner = list(text(), options);
  return { type: inner.type, read: (node, name, reader) => inner.read(node, name, reader)?.map(({ value }) => value) };
}

/** A table with known keys. */
export function table<const K extends TableKeys>(keys: K): Shape<TableRead<K>> {
  return {
    type: 'a table',
    keys,
    read: (node, name, reader) =>
      node.kind === 'table' ? reader.table(node, keys) : reader.wrongType(name, 'a table', node),
  };
}

/** An array of tables (`[[name]]`). */
export function tables<const K extends TableKeys>(keys: K): Shape<TableRead<K>[]> {
  const inner = list(table(keys));
  return {
    type: 'tables',
    keys,
    inner: '[]',
    read: (node, name, reader) => {
      if (node.kind === 'array') return inner.read(node, name, reader)?.map(({ value }) => value);
      return reader.wrongType(name, `a list of tables, written [[${name}]]`, node);
    },
  };
}

/** A table whose keys the writer chooses. */
export function mapOf<T>(element: Shape<T>, keyType: string): Shape<ReadonlyMap<string, MapEntry<T>>> {
  return {
    type: `a table: ${keyType} = ${element.type}`,
    ...(element.keys && { keys: element.keys, inner: '.<id>' }),
    read: (node, name, reader) => {
      if (node.kind !== 'table') return reader.wrongType(name, 'a table', node);
      const map = new Map<string, MapEntry<T>>();
      for (const entry of node.entries.values()) {
        const value = reader.read(element, entry.value, entry.key);
        if (value !== undefined) map.set(entry.key, { value, node: entry.value, key: entry });
      }
      return map;
    },
  };
}

/** Text, a number, true or false. */
export function scalar(): Shape<string | number | boolean> {
  return {
    type: 'text, a number, true or false',
    read: (node, name, reader) => {
      if (node.kind === 'text' || node.kind === 'number' || node.kind === 'boolean') return node.value;
      return reader.wrongType(name, 'text, a number, true or false', node);
    },
  };
}
