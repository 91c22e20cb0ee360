/**
 * What it costs Lucene to run an expression. It makes a deterministic automaton of it, gives up with an error when that
 * takes too long, and `.*a.{20}` takes too long: its automaton has a million states. So the same is tried here first.
 */
import type { CodeRange, RegexNode } from './regex-node.ts';
import { expandedSize } from './regex-node.ts';

/** Half of what Lucene allows by default: sizes of all states added up (10,000 states, ten times). */
const MAX_EFFORT = 50_000;
/** Characters of an expression with its counted repeats written out. */
const MAX_POSITIONS = 2_000;

/** @returns whether Lucene makes an automaton of the expression; anchors count as nothing */
export function canDetermine(node: RegexNode): boolean {
  if (expandedSize(node) > MAX_POSITIONS) return false;
  const positions = new Positions();
  const { first } = positions.add(node);
  return positions.isSmall(first);
}

/** A part of the expression: whether it fits the empty text, and the positions it can begin and end with. */
interface Part {
  readonly canBeEmpty: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const NOTHING: Part = { canBeEmpty: true, first: [], last: [] };

/** The automaton of positions (Glushkov): a state for each character of the expression, no empty steps. */
class Positions {
  private readonly sets: (readonly CodeRange[])[] = [];
  private readonly follow: Set<number>[] = [];

  add(node: RegexNode): Part {
    switch (node.kind) {
      case 'anchor':
        return NOTHING;
      case 'set': {
        const position = this.sets.push(node.ranges) - 1;
        this.follow.push(new Set());
        return { canBeEmpty: false, first: [position], last: [position] };
      }
      case 'sequence':
        return node.parts.reduce((before: Part, part) => this.join(before, this.add(part)), NOTHING);
      case 'choice': {
        const parts = node.parts.map((part) => this.add(part));
        return {
          canBeEmpty: parts.some(({ canBeEmpty }) => canBeEmpty),
          first: parts.flatMap(({ first }) => first),
          last: parts.flatMap(({ last }) => last),
        };
      }
      case 'repeat':
        return this.repeat(node);
    }
  }

  private repeat({ part, min, max }: Extract<RegexNode, { kind: 'repeat' }>): Part {
    const isEndless = max === Number.POSITIVE_INFINITY;
    const copies = isEndless ? Math.max(1, min) : max;
    let whole = NOTHING;
    for (let i = 0; i < copies; i++) {
      const copy = this.add(part);
      if (isEndless && i === copies - 1) this.link(copy.last, copy.first);
      whole = this.join(whole, i < min ? copy : { ...copy, canBeEmpty: true });
    }
    return whole;
  }

  private join(before: Part, after: Part): Part {
    this.link(before.last, after.first);
    return {
      canBeEmpty: before.canBeEmpty && after.canBeEmpty,
      first: before.canBeEmpty ? [...before.first, ...after.first] : before.first,
      last: after.canBeEmpty ? [...before.last, ...after.last] : after.last,
    };
  }

  private link(from: readonly number[], to: readonly number[]): void {
    for (const position of from) for (const next of to) this.follow[position]!.add(next);
  }

  /** Makes the deterministic states one after the other, as long as they may be made. */
  isSmall(first: readonly number[]): boolean {
    const kinds = this.kindsOfCharacters();
    const seen = new Set<string>();
    const open: (readonly number[])[] = kinds.map((kind) => first.filter((position) => kind[position]));
    let effort = 0;
    for (let state = open.pop(); state; state = open.pop()) {
      const key = state.join();
      if (seen.has(key)) continue;
      seen.add(key);
      effort += state.length;
      if (effort > MAX_EFFORT) return false;
      const next = [...new Set(state.flatMap((position) => [...this.follow[position]!]))].sort((x, y) => x - y);
      for (const kind of kinds) open.push(next.filter((position) => kind[position]));
    }
    return true;
  }

  /** For each kind of characters the positions they fit at; characters that the same sets hold are of one kind. */
  private kindsOfCharacters(): (readonly boolean[])[] {
    const starts = new Set([0, ...this.sets.flatMap((ranges) => ranges.flatMap(([low, high]) => [low, high + 1]))]);
    const kinds = new Map<string, readonly boolean[]>();
    for (const code of starts) {
      const kind = this.sets.map((ranges) => ranges.some(([low, high]) => low <= code && code <= high));
      kinds.set(kind.map(Number).join(''), kind);
    }
    return [...kinds.values()];
  }
}
