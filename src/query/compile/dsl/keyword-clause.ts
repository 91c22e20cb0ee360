/**
 * Clauses for fields of whole texts. Values longer than `ignore_above` are not in the index, only the name of their field
 * is, in `_ignored`: whatever such a value could satisfy finds those documents as well and leaves the rest to the matcher.
 */
import { foldAscii, type GlobPart } from '../../../base/glob.ts';
import type { Field } from '../../../event/field.ts';
import { nestedAbove } from '../../field-names.ts';
import { canDetermine } from '../regex/automaton-effort.ts';
import { luceneTree } from '../regex/lucene-tree.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { printLucene } from '../regex/print-lucene.ts';
import { ANY, type CodeRange, joinRanges, type RegexNode } from '../regex/regex-node.ts';
import type { ValueLeaf } from '../value-test.ts';
import { anyOf, type Clause, MATCH_ALL, MATCH_NONE, RANGE_KEYS, termsClause } from './clause.ts';
import type { DslOptions } from './dsl-options.ts';
import type { FieldClause } from './field-clause-result.ts';

const NEVER: FieldClause = { exact: MATCH_NONE };

/** @returns clauses for a leaf over a field of type keyword or wildcard */
export function keywordClause(leaf: ValueLeaf, options: DslOptions): FieldClause {
  const { field } = leaf;
  switch (leaf.kind) {
    case 'equals':
      return oneOf(field, [leaf.value], leaf.fold, options);
    case 'oneOf':
      return oneOf(field, leaf.values, leaf.fold, options);
    case 'range':
      if (typeof leaf.value !== 'string') return NEVER;
      if (!leaf.value.isWellFormed()) return { open: 'order of a text that is no Unicode' };
      return withLong(field, { range: { [field.name]: { [RANGE_KEYS[leaf.op]]: leaf.value } } }, options);
    case 'between':
      return NEVER;
    case 'prefix':
    case 'suffix':
    case 'contains':
      return textPart(leaf, options);
    case 'glob':
      return glob(field, leaf.parts, leaf.fold, options);
    case 'regex': {
      const tree = parseRegex(leaf.pattern, leaf.flags);
      if (!tree) return { open: 'a regular expression beyond what all engines read alike' };
      const { node, isExact } = luceneTree(tree, leaf.mode);
      const clause = regexpClause(field, node, options);
      if (!clause) return { open: TOO_LARGE };
      if (isExact) return withLong(field, clause, options);
      return {
        open: 'a place in a regular expression',
        bounds: { necessary: orLong(field, clause, options), sufficient: MATCH_NONE },
      };
    }
    case 'inList':
      return { open: `the list ${leaf.list.name} is not spelled out` };
    case 'cidr':
      return { open: 'addresses written in a text field' };
    case 'datePart':
      return { open: 'a date in a field of another type' };
    case 'words':
    case 'wordGlob':
      return { open: 'words of a text that is indexed whole' };
  }
}

/** @returns a clause for the documents that have a value at all */
export function existsClause(field: Field, options: DslOptions): FieldClause {
  return withLong(field, { exists: { field: field.name } }, options);
}

/** @returns a clause for texts of which one word, in lower case, fits a pattern: words are what the index of a text holds */
export function wordPattern(field: Field, parts: readonly GlobPart[]): FieldClause {
  if (!isSimple(parts) && !canDetermine(globTree(parts, false))) return { open: TOO_LARGE };
  return { exact: { wildcard: { [field.name]: { value: writtenWildcard(parts) } } } };
}

const TOO_LARGE = 'an expression that engines refuse for its size';

function oneOf(
  field: Field,
  written: readonly (string | number | boolean)[],
  fold: boolean,
  options: DslOptions,
): FieldClause {
  const texts = [...new Set(written.filter((value) => typeof value === 'string' && value.isWellFormed()))] as string[];
  const limit = options.ignoreAbove(field) ?? Number.POSITIVE_INFINITY;
  const [short, long] = [texts.filter(({ length }) => length <= limit), texts.filter(({ length }) => length > limit)];
  // The n-grams of fields of type wildcard do not tell an empty text from none.
  if (field.type === 'wildcard' && options.hasWildcardType && texts.includes(''))
    return { open: 'an empty text in a field of type wildcard' };
  const clause = fold ? foldedTerms(field, short, options) : termsClause(field, short, options.maxTerms);
  if (!clause) return { open: TOO_LARGE };
  if (long.length === 0) return { exact: clause };
  return { open: tooLong(limit), bounds: { necessary: orLong(field, clause, options), sufficient: clause } };
}

/** undefined when a value cannot be asked for. */
function foldedTerms(field: Field, texts: readonly string[], options: DslOptions): Clause | undefined {
  if (texts.length === 0) return MATCH_NONE;
  const clauses = [...new Set(texts.map(foldAscii))].map((text): Clause | undefined => {
    if (!/[a-z]/.test(text)) return termsClause(field, [text], options.maxTerms);
    if (options.hasCaseInsensitive) return { term: { [field.name]: { value: text, case_insensitive: true } } };
    return regexpClause(field, globTree([{ kind: 'text', text }], true), options);
  });
  return clauses.includes(undefined) ? undefined : anyOf(clauses as Clause[]);
}

function textPart(
  { field, kind, text, fold }: Extract<ValueLeaf, { kind: 'prefix' | 'suffix' | 'contains' }>,
  options: DslOptions,
): FieldClause {
  if (!text.isWellFormed()) return NEVER;
  const star: GlobPart = { kind: 'star' };
  const literal: GlobPart[] = text === '' ? [] : [{ kind: 'text', text }];
  if (literal.length === 0) return existsClause(field, options);
  if (kind === 'prefix' && (options.hasCaseInsensitive || !fold)) {
    return withLong(field, { prefix: { [field.name]: { value: text, ...insensitive(text, fold) } } }, options);
  }
  const parts = { prefix: [...literal, star], suffix: [star, ...literal], contains: [star, ...literal, star] }[kind];
  return glob(field, parts, fold, options);
}

function glob(field: Field, parts: readonly GlobPart[], fold: boolean, options: DslOptions): FieldClause {
  if (parts.length > 0 && parts.every(({ kind }) => kind === 'star')) return existsClause(field, options);
  if (parts.every(({ kind }) => kind === 'text')) {
    return oneOf(field, [parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')], fold, options);
  }
  if (!parts.every((part) => part.kind !== 'text' || part.text.isWellFormed())) return NEVER;
  const tree = globTree(parts, fold);
  const isWildcard = !parts.some(({ kind }) => kind === 'class') && (options.hasCaseInsensitive || !fold);
  if (!isWildcard) {
    const clause = regexpClause(field, tree, options);
    return clause ? withLong(field, clause, options) : { open: TOO_LARGE };
  }
  if (!isSimple(parts) && !canDetermine(tree)) return { open: TOO_LARGE };
  const value = writtenWildcard(parts);
  return withLong(field, { wildcard: { [field.name]: { value, ...insensitive(value, fold) } } }, options);
}

/** Texts and stars have as many states as characters, so that short ones need not be tried. */
const SIMPLE_LENGTH = 200;

function isSimple(parts: readonly GlobPart[]): boolean {
  const length = parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 1), 0);
  return length <= SIMPLE_LENGTH && parts.every(({ kind }) => kind === 'text' || kind === 'star');
}

function insensitive(text: string, fold: boolean): { readonly case_insensitive?: true } {
  return fold && /[A-Za-z]/.test(text) ? { case_insensitive: true } : {};
}

/** In patterns of engines `*`, `?` and backslash are letters behind a backslash; a class is none of them. */
function writtenWildcard(parts: readonly GlobPart[]): string {
  return parts
    .map((part) => (part.kind === 'star' ? '*' : part.kind === 'text' ? part.text.replace(/[*?\\]/g, '\\$&') : '?'))
    .join('');
}

function globTree(parts: readonly GlobPart[], fold: boolean): RegexNode {
  const any: RegexNode = { kind: 'set', ranges: ANY };
  const nodes = parts.flatMap((part): RegexNode[] => {
    switch (part.kind) {
      case 'star':
        return [{ kind: 'repeat', part: any, min: 0, max: Number.POSITIVE_INFINITY }];
      case 'one':
        return [any];
      case 'class':
        return [characters(part.characters, fold)];
      case 'text':
        return Array.from(part.text, (character) => characters(character, fold));
    }
  });
  return { kind: 'sequence', parts: nodes };
}

/** One of these characters; folded, either case of A to Z. */
function characters(text: string, fold: boolean): RegexNode {
  const all = fold ? text.replace(/[A-Za-z]/g, (letter) => letter.toLowerCase() + letter.toUpperCase()) : text;
  return {
    kind: 'set',
    ranges: joinRanges(
      Array.from(all, (character): CodeRange => [character.codePointAt(0)!, character.codePointAt(0)!]),
    ),
  };
}

/** undefined when engines would refuse it. */
function regexpClause(field: Field, node: RegexNode, { maxRegexLength }: DslOptions): Clause | undefined {
  const value = printLucene(node);
  if (value === undefined || value.length > maxRegexLength || !canDetermine(node)) return undefined;
  return { regexp: { [field.name]: { value, flags: 'NONE' } } };
}

/** A clause that values not in the index could satisfy as well. */
function withLong(field: Field, clause: Clause, options: DslOptions): FieldClause {
  const limit = options.ignoreAbove(field);
  if (limit === undefined) return { exact: clause };
  return { open: tooLong(limit), bounds: { necessary: orLong(field, clause, options), sufficient: clause } };
}

function orLong(field: Field, clause: Clause, options: DslOptions): Clause {
  if (options.ignoreAbove(field) === undefined) return clause;
  // The name stands at the whole document, which cannot be asked from inside of an element.
  if (nestedAbove(field)) return MATCH_ALL;
  const ignored: Clause = { term: { _ignored: { value: field.name } } };
  return clause === MATCH_NONE ? ignored : anyOf([clause, ignored]);
}

function tooLong(limit: number): string {
  return `values longer than ${limit.toLocaleString('en')} characters are not in the index`;
}
