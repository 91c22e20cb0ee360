/** The tree of an EQL query. Offsets are UTF-16 units of the source text; trees without them are equal when they mean the same. */
import type { SourceSpan } from '../../base/place.ts';

/** A constant. `isInteger` tells 3 from 3.0; integers beyond 64 bits are doubles. */
export type EqlConstant = SourceSpan &
  (
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number; readonly isInteger: boolean }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** A text constant. */
export type EqlText = Extract<EqlConstant, { kind: 'text' }>;

/** A field by its dotted name; `?` before it makes it optional. */
export interface EqlFieldName extends SourceSpan {
  readonly kind: 'field';
  readonly name: string;
  readonly isOptional: boolean;
}

/** Operators between two values that give true or false. */
export type EqlComparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
/** Operators between two numbers. */
export type EqlArithmetic = '+' | '-' | '*' | '/' | '%';
/** Operators between a text and patterns. */
export type EqlTextOperator = ':' | 'like' | 'like~' | 'regex' | 'regex~';

/** A value or condition. Signs before a number belong to the constant. */
export type EqlExpression =
  | EqlConstant
  | EqlFieldName
  | (SourceSpan & { readonly kind: 'and' | 'or'; readonly parts: readonly EqlExpression[] })
  | (SourceSpan & { readonly kind: 'not'; readonly part: EqlExpression })
  | (SourceSpan & {
      readonly kind: 'compare';
      readonly op: EqlComparison;
      readonly left: EqlExpression;
      readonly right: EqlExpression;
    })
  | (SourceSpan & {
      readonly kind: 'match';
      readonly op: EqlTextOperator;
      readonly left: EqlExpression;
      readonly patterns: readonly EqlText[];
      /** Written in brackets, even if there is one pattern. */
      readonly isList: boolean;
    })
  | (SourceSpan & {
      readonly kind: 'in';
      readonly fold: boolean;
      readonly isNegated: boolean;
      readonly left: EqlExpression;
      readonly values: readonly EqlConstant[];
    })
  | (SourceSpan & {
      readonly kind: 'arithmetic';
      readonly op: EqlArithmetic;
      readonly left: EqlExpression;
      readonly right: EqlExpression;
    })
  | (SourceSpan & { readonly kind: 'sign'; readonly op: '-' | '+'; readonly part: EqlExpression })
  | (SourceSpan & {
      readonly kind: 'call';
      /** As the reference writes it, whatever the letters in the source. */
      readonly name: string;
      readonly fold: boolean;
      readonly args: readonly EqlExpression[];
    });

/** `category where condition`; null stands for `any`. */
export interface EqlEventClause extends SourceSpan {
  readonly category: string | null;
  readonly condition: EqlExpression;
}

/** One item of a sequence or sample, or its `until`. */
export interface EqlItem extends SourceSpan {
  readonly event: EqlEventClause;
  readonly by: readonly EqlFieldName[];
  /** Written with `!`. */
  readonly isMissing: boolean;
  /** 1 unless `with runs=N` says otherwise. */
  readonly runs: number;
}

/** `| head N` or `| tail N`. */
export interface EqlPipeNode extends SourceSpan {
  readonly kind: 'head' | 'tail';
  readonly count: number;
}

/** A query. */
export type EqlTree = SourceSpan & { readonly pipes: readonly EqlPipeNode[] } & (
    | { readonly kind: 'event'; readonly event: EqlEventClause }
    | {
        readonly kind: 'sequence';
        readonly by: readonly EqlFieldName[];
        /** As written, in milliseconds. */
        readonly maxspanMs: number | undefined;
        readonly items: readonly EqlItem[];
        readonly until: EqlItem | undefined;
      }
    | { readonly kind: 'sample'; readonly by: readonly EqlFieldName[]; readonly items: readonly EqlItem[] }
  );

/** @returns the fields a condition or value names, in their order, those named twice twice */
export function eqlFields(node: EqlExpression): EqlFieldName[] {
  switch (node.kind) {
    case 'field':
      return [node];
    case 'and':
    case 'or':
      return node.parts.flatMap(eqlFields);
    case 'not':
    case 'sign':
      return eqlFields(node.part);
    case 'match':
    case 'in':
      return eqlFields(node.left);
    case 'compare':
    case 'arithmetic':
      return [...eqlFields(node.left), ...eqlFields(node.right)];
    case 'call':
      return node.args.flatMap(eqlFields);
    default:
      return [];
  }
}

/** @returns whether a node is a constant */
export function isConstant(node: EqlExpression): node is EqlConstant {
  return node.kind === 'text' || node.kind === 'number' || node.kind === 'boolean' || node.kind === 'null';
}
