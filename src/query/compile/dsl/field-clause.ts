/** What Query DSL can say of the values of one field, by the field's type. */
import { parseAddress } from '../../../base/address/address.ts';
import type { AddressRange } from '../../../base/address/cidr.ts';
import { foldAscii } from '../../../base/glob.ts';
import type { Scalar } from '../../../event/document.ts';
import type { Field } from '../../../event/field.ts';
import type { ValueLeaf } from '../value-test.ts';
import { anyOf, type Clause, MATCH_NONE, RANGE_KEYS, termsClause } from './clause.ts';
import type { DslOptions } from './dsl-options.ts';
import type { FieldClause } from './field-clause-result.ts';
import { keywordClause, wordPattern } from './keyword-clause.ts';

/** Beyond this, a double no longer holds every whole number, and an index of type long holds more than events here do. */
const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** @returns clauses for a leaf over a field that is no group of fields */
export function fieldClause(leaf: ValueLeaf, options: DslOptions): FieldClause {
  const { field } = leaf;
  switch (field.type) {
    case 'keyword':
    case 'wildcard':
      return keywordClause(leaf, options);
    case 'text':
      return textClause(leaf);
    case 'long':
    case 'double':
      return numberClause(leaf, options);
    case 'date':
      return dateClause(leaf);
    case 'boolean':
      return booleanClause(leaf);
    case 'ip':
      return addressClause(leaf, options);
    case 'nested':
    case 'object':
      return { open: 'a group of fields' };
  }
}

const NEVER: FieldClause = { exact: MATCH_NONE };

/** Words are those of the standard analyzer. A pattern is asked of the single words, which needs no parser of queries. */
function textClause(leaf: ValueLeaf): FieldClause {
  const { name } = leaf.field;
  switch (leaf.kind) {
    case 'words': {
      if (leaf.words.length === 0) return NEVER;
      const words = leaf.words.join(' ');
      return {
        exact:
          leaf.mode === 'any'
            ? { match: { [name]: { query: words } } }
            : { match_phrase: { [name]: { query: words } } },
      };
    }
    case 'wordGlob':
      return wordPattern(leaf.field, leaf.parts);
    case 'equals':
    case 'oneOf':
    case 'range':
    case 'between':
      return wantsText(leaf) ? { open: 'a whole text, of which the index has the words' } : NEVER;
    default:
      return { open: 'a whole text, of which the index has the words' };
  }
}

function wantsText(leaf: Extract<ValueLeaf, { kind: 'equals' | 'oneOf' | 'range' | 'between' }>): boolean {
  if (leaf.kind === 'between') return false;
  return (leaf.kind === 'oneOf' ? leaf.values : [leaf.value]).some((value) => typeof value === 'string');
}

function numberClause(leaf: ValueLeaf, options: DslOptions): FieldClause {
  const { field } = leaf;
  switch (leaf.kind) {
    case 'equals':
    case 'oneOf': {
      const written = leaf.kind === 'equals' ? [leaf.value] : leaf.values;
      const numbers = written.filter((value) => typeof value === 'number');
      const fitting = field.type === 'long' ? numbers.filter(Number.isInteger) : numbers;
      if (field.type === 'long' && fitting.some((value) => Math.abs(value) > MAX_SAFE)) return { open: VERY_LARGE };
      return { exact: termsClause(field, fitting, options.maxTerms) };
    }
    case 'range':
      if (typeof leaf.value !== 'number') return NEVER;
      if (field.type === 'long' && Math.abs(leaf.value) > MAX_SAFE) return { open: VERY_LARGE };
      return { exact: { range: { [field.name]: { [RANGE_KEYS[leaf.op]]: leaf.value } } } };
    case 'between':
      if (field.type === 'long' && Math.max(Math.abs(leaf.low), Math.abs(leaf.high)) > MAX_SAFE)
        return { open: VERY_LARGE };
      return { exact: { range: { [field.name]: { gte: leaf.low, lt: leaf.high } } } };
    case 'inList':
      return { open: `the list ${leaf.list.name} is not spelled out` };
    case 'datePart':
      return { open: 'a part of a date' };
    default:
      return NEVER;
  }
}

const VERY_LARGE = 'a number beyond 2^53';

/** Indices hold whole milliseconds, rounded down, and events have microseconds. */
function dateClause(leaf: ValueLeaf): FieldClause {
  const { name } = leaf.field;
  const range = (bounds: Readonly<Record<string, number>>): Clause => ({
    range: { [name]: { ...bounds, format: 'epoch_millis' } },
  });
  switch (leaf.kind) {
    case 'equals':
    case 'oneOf': {
      const written = leaf.kind === 'equals' ? [leaf.value] : leaf.values;
      const moments = written.filter((value) => typeof value === 'number').map(Math.floor);
      if (moments.length === 0) return NEVER;
      const necessary = anyOf(moments.map((ms) => range({ gte: ms, lte: ms })));
      return { open: MICROSECONDS, bounds: { necessary, sufficient: MATCH_NONE } };
    }
    case 'range': {
      if (typeof leaf.value !== 'number') return NEVER;
      const ms = Math.floor(leaf.value);
      const isWhole = ms === leaf.value;
      if (isWhole && (leaf.op === '>=' || leaf.op === '<')) return { exact: range({ [RANGE_KEYS[leaf.op]]: ms }) };
      const bounds =
        leaf.op === '>' || leaf.op === '>='
          ? { necessary: range({ gte: ms }), sufficient: range({ gt: ms }) }
          : { necessary: range({ lte: ms }), sufficient: range({ lt: ms }) };
      return { open: MICROSECONDS, bounds };
    }
    case 'between': {
      const [low, high] = [Math.floor(leaf.low), Math.floor(leaf.high)];
      if (low === leaf.low && high === leaf.high) return { exact: range({ gte: low, lt: high }) };
      return {
        open: MICROSECONDS,
        bounds: { necessary: range({ gte: low, lte: high }), sufficient: range({ gt: low, lt: high }) },
      };
    }
    case 'inList':
      return { open: `the list ${leaf.list.name} is not spelled out` };
    case 'datePart':
      return { open: 'a part of a date' };
    default:
      return NEVER;
  }
}

const MICROSECONDS = 'a moment between two milliseconds';

function booleanClause(leaf: ValueLeaf): FieldClause {
  if (leaf.kind === 'inList') return { open: `the list ${leaf.list.name} is not spelled out` };
  if (leaf.kind !== 'equals' && leaf.kind !== 'oneOf') return NEVER;
  const values = leaf.kind === 'equals' ? [leaf.value] : leaf.values;
  return { exact: termsClause(leaf.field, [...new Set(values.filter((value) => typeof value === 'boolean'))], 2) };
}

function addressClause(leaf: ValueLeaf, options: DslOptions): FieldClause {
  const { field } = leaf;
  switch (leaf.kind) {
    case 'equals':
    case 'oneOf': {
      const written = leaf.kind === 'equals' ? [leaf.value] : leaf.values;
      return {
        exact: termsClause(
          field,
          written.flatMap((value) => spelledAddress(value, leaf.fold) ?? []),
          options.maxTerms,
        ),
      };
    }
    case 'range': {
      const address = typeof leaf.value === 'string' ? parseAddress(leaf.value) : undefined;
      if (!address) return NEVER;
      return { exact: { range: { [field.name]: { [RANGE_KEYS[leaf.op]]: address.text } } } };
    }
    case 'cidr':
      return { exact: leaf.nets.length === 0 ? MATCH_NONE : networksClause(field, leaf.nets, options) };
    case 'between':
      return NEVER;
    case 'inList':
      return { open: `the list ${leaf.list.name} is not spelled out` };
    default:
      return { open: 'text of an address' };
  }
}

/** Events hold addresses in their one normal spelling, and equality is that of texts. */
function spelledAddress(value: Scalar, fold: boolean): string | undefined {
  const text = typeof value !== 'string' ? '' : fold ? foldAscii(value) : value;
  return parseAddress(text)?.text === text ? text : undefined;
}

/** Networks as `10.0.0.0/8`; of IPv4 with a prefix of IPv4, as engines take nothing else. */
function networksClause(
  field: Field,
  nets: readonly (AddressRange & { readonly prefix: number })[],
  options: DslOptions,
): Clause {
  const written = nets.map(({ low, prefix }) => {
    if (prefix === 128) return low.text;
    return `${low.text}/${low.isV4 ? prefix - 96 : prefix}`;
  });
  return termsClause(field, [...new Set(written)], options.maxTerms);
}
