/** Clauses of Elasticsearch's Query DSL, as Kibana keeps them in filters, to KQL. What KQL cannot say is refused by name. */
import type { GlobPart } from '../../base/glob.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import type { RangeOperator } from '../../query/predicate.ts';
import { andNode, existsNode, isNode, notNode, orNode, patternNode, rangeNode } from './kql-nodes.ts';
import { NotExpressible } from './not-expressible.ts';

/** Clauses inside each other; Kibana's own editor makes five at most. */
const MAX_DEPTH = 50;

/**
 * @param clause one clause, such as `{term: {"event.code": "5145"}}`
 * @throws NotExpressible with the reason in words
 */
export function clauseToKql(clause: unknown, depth = 0): KqlNode {
  if (depth > MAX_DEPTH) throw new NotExpressible(`more than ${MAX_DEPTH} clauses inside each other`);
  const [kind, body] = onlyEntry(clause, 'a clause');
  switch (kind) {
    case 'bool':
      return boolToKql(documentOf(body, 'bool'), depth);
    case 'match_all':
      return andNode([]);
    case 'exists':
      return existsNode(textOf(documentOf(body, 'exists')['field'], 'exists.field'));
    case 'term':
    case 'match_phrase':
    case 'match':
    case 'prefix':
    case 'wildcard':
      return valueClause(kind, body);
    case 'terms':
      return termsToKql(documentOf(body, 'terms'));
    case 'range':
      return rangeToKql(body);
    default:
      throw new NotExpressible(`the clause "${kind}" cannot be written in KQL`);
  }
}

function boolToKql(body: Document, depth: number): KqlNode {
  const known = new Set([
    'must',
    'filter',
    'should',
    'must_not',
    'minimum_should_match',
    'boost',
    'adjust_pure_negative',
  ]);
  const unknown = Object.keys(body).find((key) => !known.has(key));
  if (unknown !== undefined) throw new NotExpressible(`bool has no part "${unknown}"`);
  const listOf = (key: string) => {
    const value = body[key];
    const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return list.map((clause: unknown) => clauseToKql(clause, depth + 1));
  };
  const all = [...listOf('must'), ...listOf('filter')];
  const none = listOf('must_not').map(notNode);
  const should = listOf('should');
  const least = body['minimum_should_match'] ?? (all.length > 0 || should.length === 0 ? 0 : 1);
  const wanted = Number(least);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > should.length) {
    throw new NotExpressible(`minimum_should_match ${JSON.stringify(least)} cannot be written in KQL`);
  }
  if (wanted > 1 && wanted < should.length) {
    throw new NotExpressible(`${wanted} of ${should.length} alternatives cannot be written in KQL`);
  }
  // With nothing asked of them, alternatives only order results; a filter has no order.
  const some = wanted === 0 ? [] : [wanted === 1 ? orNode(should) : andNode(should)];
  return andNode([...all, ...some, ...none]);
}

type ValueKind = 'term' | 'match_phrase' | 'match' | 'prefix' | 'wildcard';

/** The key the value stands under in the long form `{field: {value: …}}`. */
const VALUE_KEYS: Readonly<Record<ValueKind, readonly string[]>> = {
  term: ['value'],
  match_phrase: ['query'],
  match: ['query'],
  prefix: ['value'],
  wildcard: ['value', 'wildcard'],
};

function valueClause(kind: ValueKind, body: unknown): KqlNode {
  const [field, short] = onlyEntry(body, kind);
  let value = short;
  let isPhrase = kind !== 'match';
  if (isDocument(short)) {
    for (const [key, option] of Object.entries(short)) {
      if (VALUE_KEYS[kind].includes(key)) value = option;
      else if (key === 'type' && option === 'phrase' && kind === 'match') isPhrase = true;
      else if (key === 'case_insensitive' && option === true) {
        throw new NotExpressible(`"${field}" is compared without regard to case, which KQL cannot do`);
      } else if (!['boost', 'case_insensitive', '_name', 'rewrite', 'slop', 'lenient'].includes(key)) {
        throw new NotExpressible(`the option "${key}" of ${kind} cannot be written in KQL`);
      } else if (key === 'slop' && option !== 0) {
        throw new NotExpressible('words with others between them (slop) cannot be written in KQL');
      }
    }
    if (value === short) throw new NotExpressible(`${kind} of "${field}" has no value`);
  }
  const text = textOf(value, `${kind} of "${field}"`);
  if (kind === 'wildcard') return patternNode(field, wildcardParts(text));
  if (kind === 'prefix') return patternNode(field, text === '' ? [STAR] : [{ kind: 'text', text }, STAR]);
  return leaf(field, text, kind === 'term', isPhrase);
}

const STAR: GlobPart = { kind: 'star' };

function leaf(field: string, text: string, isTerm: boolean, quoted: boolean): KqlNode {
  // A term is one word as the index holds it; KQL would take the text apart.
  if (isTerm && fields.find(field)?.type === 'text') {
    throw new NotExpressible(`"${field}" holds words; a term of it cannot be written in KQL`);
  }
  return isNode(field, text, quoted || text === '');
}

function termsToKql(body: Document): KqlNode {
  const [field, values] = onlyEntry(
    Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'boost')),
    'terms',
  );
  if (!Array.isArray(values)) throw new NotExpressible('terms looked up in another index cannot be written in KQL');
  if (values.length === 0) throw new NotExpressible(`terms of "${field}" is empty`);
  return orNode(values.map((value: unknown) => leaf(field, textOf(value, `terms of "${field}"`), true, true)));
}

const RANGE_OPERATORS: Readonly<Record<string, RangeOperator>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

function rangeToKql(body: unknown): KqlNode {
  const [field, bounds] = onlyEntry(body, 'range');
  const parts: KqlNode[] = [];
  for (const [key, bound] of Object.entries(documentOf(bounds, 'range'))) {
    const op = Object.hasOwn(RANGE_OPERATORS, key) ? RANGE_OPERATORS[key] : undefined;
    if (op && bound !== null) parts.push(rangeNode(field, op, textOf(bound, `range of "${field}"`)));
    else if (key === 'format' && (bound === 'strict_date_optional_time' || bound === 'epoch_millis')) continue;
    else if (!op && key !== 'boost') throw new NotExpressible(`the option "${key}" of range cannot be written in KQL`);
  }
  if (parts.length === 0) throw new NotExpressible(`range of "${field}" has no end`);
  return andNode(parts);
}

/**
 * @param text pattern as Elasticsearch writes it: `*`, `?`, and `\` before a literal one
 * @throws NotExpressible for `?`, which KQL has not
 */
function wildcardParts(text: string): GlobPart[] {
  const parts: GlobPart[] = [];
  let run = '';
  const flush = () => {
    if (run !== '') parts.push({ kind: 'text', text: run });
    run = '';
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\\' && i + 1 < text.length) run += text.charAt(++i);
    else if (c === '?') throw new NotExpressible(`KQL has no sign for one character, as in "${text}"`);
    else if (c === '*') {
      flush();
      if (parts.at(-1)?.kind !== 'star') parts.push(STAR);
    } else run += c;
  }
  flush();
  if (parts.length === 0) throw new NotExpressible('an empty pattern');
  return parts;
}

function onlyEntry(value: unknown, what: string): [string, unknown] {
  const entries = isDocument(value) ? Object.entries(value) : [];
  const [first] = entries;
  if (entries.length !== 1 || !first) throw new NotExpressible(`${what} must have one key`);
  return first;
}

function documentOf(value: unknown, what: string): Document {
  if (isDocument(value)) return value;
  throw new NotExpressible(`${what} has no parts`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new NotExpressible(`${what} has a value that is no text or number`);
}
