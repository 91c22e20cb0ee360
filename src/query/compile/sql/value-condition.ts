/** What SQL can say of one value. A condition may also be NULL where it is false; see compile-sql.ts. */
import { type Address, parseAddress } from '../../../base/address/address.ts';
import { foldAscii, type GlobPart } from '../../../base/glob.ts';
import type { Scalar } from '../../../event/document.ts';
import type { Predicate, RangeOperator } from '../../predicate.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { printRe2 } from '../regex/print-re2.ts';
import { expandedSize } from '../regex/regex-node.ts';
import type { ValueLeaf } from '../value-test.ts';
import { addressParameter } from './address-key.ts';
import { joinSql, type Sql, sql } from './sql.ts';
import type { SqlType } from './sql-columns.ts';

/** A test as SQL. `value` is a column, or a variable of a lambda, in which no subquery may stand. */
export type SqlTest = (value: Sql, isVariable: boolean) => Sql;

/** `never` and `always` (for every value there is) need no SQL; `open` is left to the matcher, beyond what is `needed`. */
export type ValueCondition =
  | 'never'
  | 'always'
  | { readonly test: SqlTest; readonly isSet?: boolean }
  | { readonly open: string; readonly needed?: SqlTest };

/** More values than this are handed over as one list and looked up in a hash table, which takes a subquery. */
const FEW_VALUES = 16;
/** More networks than this would be asked one after the other for each value. */
const MAX_NETWORKS = 256;
/** Characters of a written-out pattern. RE2 gives up at 8 MB, and a character takes up to some hundred bytes. */
const MAX_PATTERN_SIZE = 5_000;
/** Words that are looked for in texts. */
const MAX_WORDS = 100;

/**
 * @param leaf a test over single values
 * @param type how the values are held
 */
export function valueCondition(leaf: ValueLeaf, type: SqlType): ValueCondition {
  switch (leaf.kind) {
    case 'equals':
      return oneOf([leaf.value], leaf.fold, type);
    case 'oneOf':
      return oneOf(leaf.values, leaf.fold, type);
    case 'range':
      return range(leaf.op, leaf.value, type);
    case 'between':
      if (type !== 'number') return 'never';
      return { test: (value) => sql`(${value} >= ${leaf.low} AND ${value} < ${leaf.high})` };
    case 'cidr':
      if (type === 'address') return networks(leaf);
      return type === 'text' ? { open: 'addresses written in a text field' } : 'never';
    case 'datePart':
      return datePart(leaf);
    case 'inList':
      return { open: `the list ${leaf.list.name} is not spelled out` };
    default:
      if (type === 'address') return { open: 'text of an address' };
      return type === 'text' ? textCondition(leaf) : 'never';
  }
}

function textCondition(
  leaf: Exclude<ValueLeaf, { kind: 'equals' | 'oneOf' | 'range' | 'between' | 'cidr' | 'datePart' | 'inList' }>,
): ValueCondition {
  switch (leaf.kind) {
    case 'prefix':
    case 'suffix':
    case 'contains':
      return textPart(leaf);
    case 'glob':
      return glob(leaf.parts, leaf.fold);
    case 'regex': {
      const tree = parseRegex(leaf.pattern, leaf.flags);
      if (!tree) return { open: 'a regular expression beyond what all engines read alike' };
      if (expandedSize(tree) > MAX_PATTERN_SIZE) return { open: 'a very large regular expression' };
      return { test: matches(printRe2(tree), leaf.mode) };
    }
    case 'words':
      if (leaf.words.length === 0) return 'never';
      return { open: 'words of a text', ...neededWords(leaf.words, leaf.mode) };
    case 'wordGlob': {
      const texts = leaf.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
      return { open: 'words of a text', ...neededWords(texts, 'phrase') };
    }
  }
}

/** Only strings of well-formed Unicode stand in tables. */
function isText(value: Scalar): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

function oneOf(wanted: readonly Scalar[], fold: boolean, type: SqlType): ValueCondition {
  switch (type) {
    case 'text': {
      const texts = wanted.filter(isText);
      if (!fold) return inSet(texts, 'VARCHAR[]');
      return onFolded(inSet([...new Set(texts.map(foldAscii))], 'VARCHAR[]'));
    }
    case 'number':
      return inSet(
        wanted.filter((value) => typeof value === 'number'),
        'DOUBLE[]',
      );
    case 'boolean': {
      const values = new Set(wanted.filter((value) => typeof value === 'boolean'));
      if (values.size !== 1) return values.size === 0 ? 'never' : 'always';
      return { test: values.has(true) ? (value) => value : (value) => sql`(NOT ${value})` };
    }
    case 'address': {
      const keys = wanted.flatMap((value) => spelledAddress(value, fold) ?? []);
      if (keys.length === 0) return 'never';
      if (keys.length > MAX_NETWORKS) return { open: 'very many addresses' };
      return {
        test: (value) =>
          joinSql(
            keys.map((key) => sql`${value} = ${addressParameter(key)}`),
            'OR',
          ),
      };
    }
  }
}

/** Events hold addresses in their one normal spelling, and equality is that of texts. */
function spelledAddress(value: Scalar, fold: boolean): Address | undefined {
  const text = typeof value !== 'string' ? '' : fold ? foldAscii(value) : value;
  const address = parseAddress(text);
  return address?.text === text ? address : undefined;
}

function inSet(values: readonly string[] | readonly number[], listType: string): ValueCondition {
  if (values.length === 0) return 'never';
  if (values.length === 1) return { test: (value) => sql`${value} = ${values[0]!}` };
  if (values.length <= FEW_VALUES) {
    return {
      test: (value) => sql`${value} IN (${{ text: values.map(() => '?').join(', '), parameters: [...values] }})`,
    };
  }
  const list = sql`${values}::${{ text: listType, parameters: [] }}`;
  return {
    isSet: true,
    test: (value, isVariable) =>
      isVariable ? sql`list_contains(${list}, ${value})` : sql`${value} IN (SELECT unnest(${list}))`,
  };
}

function onFolded(condition: ValueCondition): ValueCondition {
  if (typeof condition === 'string' || 'open' in condition) return condition;
  return { ...condition, test: (value, isVariable) => condition.test(sql`ascii_lower(${value})`, isVariable) };
}

function range(op: RangeOperator, bound: string | number, type: SqlType): ValueCondition {
  const than: Sql = { text: op, parameters: [] };
  if (type === 'address') {
    const address = typeof bound === 'string' ? parseAddress(bound) : undefined;
    return address ? { test: (value) => sql`${value} ${than} ${addressParameter(address)}` } : 'never';
  }
  if (typeof bound === 'string' && !bound.isWellFormed()) return { open: 'order of a text that is no Unicode' };
  // DuckDB orders texts by their UTF-8 bytes, which is the order of code points.
  const isOfType = type === (typeof bound === 'string' ? 'text' : 'number');
  return isOfType ? { test: (value) => sql`${value} ${than} ${bound}` } : 'never';
}

function networks({ nets }: Extract<Predicate, { kind: 'cidr' }>): ValueCondition {
  if (nets.length === 0) return 'never';
  if (nets.length > MAX_NETWORKS) return { open: 'very many networks' };
  return {
    test: (value) =>
      joinSql(
        nets.map(({ low, high }) =>
          low.compare(high) === 0
            ? sql`${value} = ${addressParameter(low)}`
            : sql`${value} BETWEEN ${addressParameter(low)} AND ${addressParameter(high)}`,
        ),
        'OR',
      ),
  };
}

interface TextPart {
  readonly kind: 'prefix' | 'suffix' | 'contains';
  readonly text: string;
  readonly fold: boolean;
}

/** A pattern of one text with stars around it, which needs no expression. */
function plainPart(parts: readonly GlobPart[]): Pick<TextPart, 'kind' | 'text'> | undefined {
  const [text, ...more] = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  if (text === undefined || more.length > 0) return undefined;
  switch (parts.map(({ kind }) => kind).join(' ')) {
    case 'text star':
      return { kind: 'prefix', text };
    case 'star text':
      return { kind: 'suffix', text };
    case 'star text star':
      return { kind: 'contains', text };
    default:
      return undefined;
  }
}

function textPart({ kind, text, fold }: TextPart): ValueCondition {
  if (!text.isWellFormed()) return 'never';
  const call: Sql = {
    text: { prefix: 'starts_with', suffix: 'ends_with', contains: 'contains' }[kind],
    parameters: [],
  };
  if (!fold) return { test: (value) => sql`${call}(${value}, ${text})` };
  return { test: (value) => sql`${call}(ascii_lower(${value}), ${foldAscii(text)})` };
}

function glob(parts: readonly GlobPart[], fold: boolean): ValueCondition {
  if (parts.length > 0 && parts.every((part) => part.kind === 'star')) return 'always';
  const plain = plainPart(parts);
  if (plain) return textPart({ ...plain, fold });
  const size = parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 1), 0);
  if (size > MAX_PATTERN_SIZE) return { open: 'a very long pattern' };
  const written = parts.map(fold ? foldedPart : writtenPart);
  if (written.includes(undefined)) return 'never';
  const pattern = `(?s)${written.join('')}`;
  if (!fold) return { test: matches(pattern, 'full') };
  return { test: (value) => sql`regexp_full_match(ascii_lower(${value}), ${pattern})` };
}

function foldedPart(part: GlobPart): string | undefined {
  if (part.kind === 'text') return writtenPart({ kind: 'text', text: foldAscii(part.text) });
  if (part.kind === 'class') return writtenPart({ kind: 'class', characters: foldAscii(part.characters) });
  return writtenPart(part);
}

/** undefined for what fits no text. */
function writtenPart(part: GlobPart): string | undefined {
  switch (part.kind) {
    case 'star':
      return '.*';
    case 'one':
      return '.';
    case 'text':
      return part.text.isWellFormed() ? escapeRe2(part.text) : undefined;
    case 'class': {
      const characters = [...part.characters].filter((character) => character.isWellFormed());
      return characters.length > 0 ? `[${escapeRe2(characters.join(''))}]` : undefined;
    }
  }
}

/** Everything but letters, digits and what lies beyond ASCII gets a backslash; NUL has no such form. */
function escapeRe2(text: string): string {
  return text.replace(/[\0-\x2f:-@[-`{-\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function matches(pattern: string, mode: 'search' | 'full'): SqlTest {
  return (value) =>
    mode === 'full' ? sql`regexp_full_match(${value}, ${pattern})` : sql`regexp_matches(${value}, ${pattern})`;
}

/**
 * A text that has the words has their letters, in whatever case. RE2 folds to ASCII letters whatever lower-casing makes
 * such letters of, but for U+0130, which becomes an i with a dot behind it.
 */
function neededWords(words: readonly string[], mode: 'any' | 'phrase'): { readonly needed?: SqlTest } {
  const usable = words.filter((word) => /^[\x20-\x7e]+$/.test(word));
  if (usable.length > MAX_WORDS) return {};
  if (mode === 'any' && usable.length < words.length) return {};
  if (usable.length === 0) return {};
  const written = usable.map((word) => escapeRe2(word).replaceAll('i', '[i\\x{130}]'));
  const patterns = mode === 'any' ? [written.join('|')] : written;
  return {
    needed: (value) =>
      joinSql(
        patterns.map((pattern) => sql`regexp_matches(${value}, ${`(?i)${pattern}`})`),
        'AND',
      ),
  };
}

function datePart({ field, part, value: wanted, zone }: Extract<Predicate, { kind: 'datePart' }>): ValueCondition {
  if (field.type !== 'date') return { open: 'a date in a field of another type' };
  // The rules of zones are as old as the program that has them, and DuckDB brings its own.
  if (zone !== undefined && zone !== 'UTC') return { open: `the ${part} in ${zone}` };
  const name: Sql = { text: `'${part}'`, parameters: [] };
  return {
    test: (value) => sql`date_part(${name}, make_timestamp(CAST(floor(${value}) * 1000 AS BIGINT))) = ${wanted}`,
  };
}
