import { type Document, isDocument } from '../../event/document.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import { andNode, notNode, orNode } from './kql-nodes.ts';
import { NotExpressible } from './not-expressible.ts';
import { clauseToKql } from './query-dsl.ts';

/** Filters inside combined filters. */
const MAX_DEPTH = 20;

/** Keys of older filters that have the clause beside `meta` instead of under `query`. */
const BARE_CLAUSES = [
  'exists',
  'range',
  'term',
  'terms',
  'match',
  'match_phrase',
  'wildcard',
  'bool',
  'prefix',
] as const;

/**
 * Converts a filter of Kibana's filter bar.
 *
 * @param filter `{meta: {negate, disabled, …}, query: clause}`
 * @returns the condition, or undefined for a filter that is switched off
 * @throws NotExpressible with the reason in words
 */
export function filterToKql(filter: unknown, depth = 0): KqlNode | undefined {
  if (depth > MAX_DEPTH) throw new NotExpressible(`more than ${MAX_DEPTH} filters inside each other`);
  if (!isDocument(filter)) throw new NotExpressible('a filter is no object');
  const meta = isDocument(filter['meta']) ? filter['meta'] : {};
  if (meta['disabled'] === true) return undefined;
  const condition = meta['type'] === 'combined' ? combined(meta, depth) : clauseToKql(clauseOf(filter));
  if (!condition) return undefined;
  return meta['negate'] === true ? notNode(condition) : condition;
}

function combined(meta: Document, depth: number): KqlNode | undefined {
  const { params, relation } = meta;
  if (!Array.isArray(params)) throw new NotExpressible('a combined filter has no filters');
  if (relation !== 'AND' && relation !== 'OR') throw new NotExpressible('a combined filter is neither AND nor OR');
  const parts = params.flatMap((one: unknown) => filterToKql(one, depth + 1) ?? []);
  if (parts.length === 0) return undefined;
  return relation === 'AND' ? andNode(parts) : orNode(parts);
}

function clauseOf(filter: Document): unknown {
  const { query } = filter;
  if (query !== undefined) return query;
  const bare = BARE_CLAUSES.find((key) => filter[key] !== undefined);
  if (bare) return { [bare]: filter[bare] };
  throw new NotExpressible('a filter has no clause');
}
