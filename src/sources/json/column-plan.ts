/**
 * Which values of a shape are those of a dialect's columns: worked out once for all objects of the shape, so that one that is on a
 * tape need not be scanned. Finds what `scanner.ts` finds.
 */
import { JSON_KIND, type JsonShape, type ShapeNode, shapeTree } from '../../base/json/json-shape.ts';
import { SPAN } from './column-spans.ts';
import type { PathNode } from './path-trie.ts';

/** Values of columns: those of columns that have one value, then all others. */
export interface ColumnPlan {
  /** How many columns have one value. */
  readonly singles: number;
  readonly columns: Int32Array;
  /** Numbers of their spans on the tape. */
  readonly places: Int32Array;
  /** What stands in the spans, texts as such without escapes. */
  readonly kinds: Uint8Array;
}

/** The plans of one dialect. */
export class ColumnPlans {
  private readonly root: PathNode;
  private readonly plans = new WeakMap<JsonShape, ColumnPlan | null>();

  constructor(root: PathNode) {
    this.root = root;
  }

  /** @returns undefined when an object has a name twice */
  of(shape: JsonShape): ColumnPlan | undefined {
    let plan = this.plans.get(shape);
    if (plan === undefined) {
      const tree = shapeTree(shape);
      plan = tree ? columnPlan(this.root, tree) : null;
      this.plans.set(shape, plan);
    }
    return plan ?? undefined;
  }
}

interface Found {
  readonly column: number;
  readonly place: number;
  readonly kind: number;
}

function columnPlan(root: PathNode, tree: ShapeNode): ColumnPlan {
  const found: Found[] = [];
  const add = (below: PathNode | undefined, column: number, node: ShapeNode): void => {
    const kind = spanOf(node.kind);
    if (kind === undefined) return;
    if (below?.hasChildren) {
      for (const child of node.children) {
        // Elements stand for the array itself, but do not fill its column.
        const at = child.isElement ? below : below.children.get(child.name.path.at(-1)!);
        add(at, child.isElement ? -1 : (at?.column ?? -1), child);
      }
    }
    if (column >= 0) found.push({ column, place: node.place, kind });
  };
  add(root, -1, tree);
  const counts = new Map<number, number>();
  for (const { column } of found) counts.set(column, (counts.get(column) ?? 0) + 1);
  const singles = found.filter(({ column }) => counts.get(column) === 1);
  const all = [...singles, ...found.filter(({ column }) => counts.get(column)! > 1)];
  return {
    singles: singles.length,
    columns: Int32Array.from(all, ({ column }) => column),
    places: Int32Array.from(all, ({ place }) => place),
    kinds: Uint8Array.from(all, ({ kind }) => kind),
  };
}

/** @returns what stands in the span of a value; undefined for null, which is absent */
function spanOf(kind: number): number | undefined {
  switch (kind) {
    case JSON_KIND.object:
      return SPAN.object;
    case JSON_KIND.array:
      return SPAN.array;
    case JSON_KIND.text:
      return SPAN.text;
    case JSON_KIND.null:
      return undefined;
    default:
      return SPAN.literal;
  }
}
