/**
 * Divides a predicate between a back end and the matcher. A back end says of each leaf what it can: a condition that holds
 * whenever the leaf does (*necessary*) and one that only holds when the leaf does (*sufficient*). Both bounds are carried up
 * through `and`, `or` and `not`, which swaps them, so what is pushed never loses an event, wherever the leaf stands.
 */
import type { Predicate } from '../predicate.ts';
import { mergeEquals } from './merge-equals.ts';

/** Conditions of a back end and how they are joined. */
export interface Algebra<T> {
  readonly all: T;
  readonly none: T;
  /** @param parts two or more, none of them `all` or `none` */
  and(parts: readonly T[]): T;
  /** @param parts two or more, none of them `all` or `none` */
  or(parts: readonly T[]): T;
  not(part: T): T;
}

/** What a back end can say of a predicate; both bounds are one and the same when it can say everything. */
export interface Bounds<T> {
  readonly necessary: T;
  readonly sufficient: T;
}

/** A leaf that a back end cannot decide. */
export interface ResidualLeaf {
  readonly leaf: LeafPredicate;
  /** Why, for people. */
  readonly reason: string;
}

/** A divided predicate. */
export interface Pushdown<T> {
  /** Holds for every event that satisfies the predicate. */
  readonly pushed: T;
  /** What the matcher must ask of the events that `pushed` holds for; undefined when that is the answer already. */
  readonly residual: Predicate | undefined;
  /** The leaves that made a residual necessary, in their order. */
  readonly leaves: readonly ResidualLeaf[];
}

/** A leaf or `nested`. */
export type LeafPredicate = Exclude<Predicate, { kind: 'all' | 'none' | 'and' | 'or' | 'not' }>;

/** Says of a leaf that the back end does not decide it, and why; of the leaf that was asked for unless another is named. */
export type ReportResidual = (reason: string, leaf?: LeafPredicate) => void;

/** Bounds of one leaf; what it cannot decide it reports. */
export type LeafBounds<T> = (leaf: LeafPredicate, report: ReportResidual) => Bounds<T>;

/**
 * @param predicate the condition
 * @param algebra how the back end joins conditions
 * @param leafBounds what the back end can say of a leaf
 */
export function planPushdown<T>(predicate: Predicate, algebra: Algebra<T>, leafBounds: LeafBounds<T>): Pushdown<T> {
  const leaves: ResidualLeaf[] = [];
  const planner = new BoundsPlanner(algebra, (leaf) =>
    leafBounds(leaf, (reason, culprit = leaf) => leaves.push({ leaf: culprit, reason })),
  );
  // What the back end decides need not be asked again; that shows only where a list of conditions must all hold.
  const parts = predicate.kind === 'and' ? predicate.parts : [predicate];
  const bounds = parts.map((part) => planner.bounds(part));
  const open = parts.filter((_, i) => bounds[i]!.necessary !== bounds[i]!.sufficient);
  return {
    pushed: planner.and(bounds.map(({ necessary }) => necessary)),
    residual: open.length === 0 ? undefined : open.length === 1 ? open[0] : { kind: 'and', parts: open },
    leaves,
  };
}

/** Carries the bounds of leaves up through the connectives. */
export class BoundsPlanner<T> {
  private readonly algebra: Algebra<T>;
  private readonly leafBounds: (leaf: LeafPredicate) => Bounds<T>;

  constructor(algebra: Algebra<T>, leafBounds: (leaf: LeafPredicate) => Bounds<T>) {
    this.algebra = algebra;
    this.leafBounds = leafBounds;
  }

  bounds(predicate: Predicate): Bounds<T> {
    switch (predicate.kind) {
      case 'all':
        return exact(this.algebra.all);
      case 'none':
        return exact(this.algebra.none);
      case 'and':
        return this.joined(predicate.parts, (parts) => this.and(parts));
      case 'or':
        return this.joined(mergeEquals(predicate.parts), (parts) => this.or(parts));
      case 'not': {
        const { necessary, sufficient } = this.bounds(predicate.part);
        if (necessary === sufficient) return exact(this.not(necessary));
        return { necessary: this.not(sufficient), sufficient: this.not(necessary) };
      }
      default:
        return this.leafBounds(predicate);
    }
  }

  and(parts: readonly T[]): T {
    const { all, none } = this.algebra;
    if (parts.includes(none)) return none;
    const asked = parts.filter((part) => part !== all);
    return asked.length === 0 ? all : asked.length === 1 ? asked[0]! : this.algebra.and(asked);
  }

  private or(parts: readonly T[]): T {
    const { all, none } = this.algebra;
    if (parts.includes(all)) return all;
    const asked = parts.filter((part) => part !== none);
    return asked.length === 0 ? none : asked.length === 1 ? asked[0]! : this.algebra.or(asked);
  }

  private not(part: T): T {
    const { all, none } = this.algebra;
    return part === all ? none : part === none ? all : this.algebra.not(part);
  }

  private joined(parts: readonly Predicate[], join: (parts: readonly T[]) => T): Bounds<T> {
    const bounds = parts.map((part) => this.bounds(part));
    const necessary = join(bounds.map((bound) => bound.necessary));
    if (bounds.every((bound) => bound.necessary === bound.sufficient)) return exact(necessary);
    return { necessary, sufficient: join(bounds.map((bound) => bound.sufficient)) };
  }
}

/** @returns bounds of a predicate that a back end decides */
export function exact<T>(condition: T): Bounds<T> {
  return { necessary: condition, sufficient: condition };
}
