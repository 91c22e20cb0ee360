/** Makes trees of KQL for the printer; places are meaningless here. */
import type { GlobPart } from '../../base/glob.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import type { RangeOperator } from '../../query/predicate.ts';
import { NotExpressible } from './not-expressible.ts';

const NOWHERE = { start: 0, end: 0 } as const;

const literal = <T extends string | null>(value: T) => ({ kind: 'literal', value, ...NOWHERE }) as const;

/** `field:"value"`, or without quotes: any word on text fields. */
export function isNode(field: string, value: string, quoted = true): KqlNode {
  return { kind: 'is', field: literal(field), value: literal(value), quoted, ...NOWHERE };
}

/** `field:a*b`. */
export function patternNode(field: string, parts: readonly GlobPart[]): KqlNode {
  return {
    kind: 'is',
    field: literal(field),
    value: { kind: 'wildcard', parts, ...NOWHERE },
    quoted: false,
    ...NOWHERE,
  };
}

/** `field:*`. */
export function existsNode(field: string): KqlNode {
  return patternNode(field, [{ kind: 'star' }]);
}

/** `field >= value`. */
export function rangeNode(field: string, op: RangeOperator, value: string): KqlNode {
  return { kind: 'range', field: literal(field), op, value: literal(value), ...NOWHERE };
}

/** `path:{ query }`, with field names below the path. */
export function nestedNode(path: string, query: KqlNode): KqlNode {
  return { kind: 'nested', path: literal(path), query, ...NOWHERE };
}

/**
 * The opposite; of an opposite, what it is the opposite of.
 *
 * @throws NotExpressible for the opposite of everything
 */
export function notNode(part: KqlNode): KqlNode {
  if (part.kind === 'everything') throw new NotExpressible('a condition that no event meets cannot be written in KQL');
  return part.kind === 'not' ? part.part : { kind: 'not', part, ...NOWHERE };
}

/** All parts; the only one when there is one, everything when there is none. */
export function andNode(parts: readonly KqlNode[]): KqlNode {
  const flat = parts.flatMap((part) => (part.kind === 'and' ? part.parts : part.kind === 'everything' ? [] : [part]));
  if (flat.length === 0) return { kind: 'everything', ...NOWHERE };
  return flat.length === 1 ? flat[0]! : { kind: 'and', parts: flat, ...NOWHERE };
}

/** One of the parts, of which there is at least one. */
export function orNode(parts: readonly KqlNode[]): KqlNode {
  const flat = parts.flatMap((part) => (part.kind === 'or' ? part.parts : [part]));
  if (flat.some((part) => part.kind === 'everything')) return { kind: 'everything', ...NOWHERE };
  return flat.length === 1 ? flat[0]! : { kind: 'or', parts: flat, ...NOWHERE };
}
