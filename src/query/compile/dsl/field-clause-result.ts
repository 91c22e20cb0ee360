import type { Bounds } from '../pushdown.ts';
import type { Clause } from './clause.ts';

/** What clauses say of a leaf: all, or with a reason some of it. Without bounds only that the field has a value. */
export type FieldClause = { readonly exact: Clause } | { readonly open: string; readonly bounds?: Bounds<Clause> };
