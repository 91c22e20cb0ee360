/** The tree of a KQL query. Offsets are UTF-16 units of the source text; trees without them are equal when they mean the same. */
import type { GlobPart } from '../../base/glob.ts';
import type { SourceSpan } from '../../base/place.ts';
import type { RangeOperator } from '../predicate.ts';

/** A pattern: texts and stars, never two stars in a row. */
export interface KqlPattern extends SourceSpan {
  readonly kind: 'wildcard';
  readonly parts: readonly GlobPart[];
}

/** Name of a field or path, perhaps a pattern such as `source.*`. */
export type KqlName = KqlPattern | (SourceSpan & { readonly kind: 'literal'; readonly value: string });

/** A value. `true`, `false` and `null` are constants when written bare. */
export type KqlValue =
  | KqlPattern
  | (SourceSpan & { readonly kind: 'literal'; readonly value: string | boolean | null });

/** A test of a value; without a field, of all fields. */
export interface KqlIs extends SourceSpan {
  readonly kind: 'is';
  readonly field: KqlName | null;
  readonly value: KqlValue;
  readonly quoted: boolean;
}

/** A comparison with one value. */
export interface KqlRange extends SourceSpan {
  readonly kind: 'range';
  readonly field: KqlName;
  readonly op: RangeOperator;
  readonly value: SourceSpan & { readonly kind: 'literal'; readonly value: string };
}

/** A node of the tree. `everything` is the empty query. */
export type KqlNode =
  | (SourceSpan & { readonly kind: 'everything' })
  | (SourceSpan & { readonly kind: 'and' | 'or'; readonly parts: readonly KqlNode[] })
  | (SourceSpan & { readonly kind: 'not'; readonly part: KqlNode })
  | KqlIs
  | KqlRange
  | (SourceSpan & { readonly kind: 'nested'; readonly path: KqlName; readonly query: KqlNode });

/** @returns whether a value or name is a lone `*` */
export function isLoneStar(value: KqlValue | KqlName): boolean {
  return value.kind === 'wildcard' && value.parts.length === 1 && value.parts[0]!.kind === 'star';
}

/** @returns a pattern as it is written, without escapes, for messages */
export function patternText(parts: readonly GlobPart[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '*')).join('');
}
