/** What the shape of a document of Beats says of its event's data: worked out once for all of a shape. */
import {
  JSON_KIND,
  type JsonShape,
  leavesOf,
  nodeAt,
  type ShapeLeaf,
  type ShapeNode,
  shapeTree,
} from '../../base/json/json-shape.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { leafValue } from '../../base/json/leaf-value.ts';
import { metDataName } from '../windows/data-name.ts';
import { type DataLayout, isAttributes } from './data-values.ts';

/** Of documents without user data whose event data are texts under names that differ. */
export class BeatsLayout {
  readonly tree: ShapeNode;
  readonly data: DataLayout;
  private readonly leaves: ReadonlyMap<string, readonly ShapeLeaf[]>;

  constructor(tree: ShapeNode, data: DataLayout) {
    this.tree = tree;
    this.data = data;
    this.leaves = leavesOf(tree);
  }

  /** @returns the values at a dotted name */
  valuesAt(name: string): readonly ShapeLeaf[] | undefined {
    return this.leaves.get(name);
  }

  /** @returns the first text at a dotted name, through no other array than its own; undefined for none and nothing */
  textAt(tape: JsonTape, name: string): string | undefined {
    const first = this.leaves.get(name)?.[0];
    if (!first?.isDirect) return undefined;
    return String(leafValue(tape, first.leaf, first.kind)) || undefined;
  }
}

const layouts = new WeakMap<JsonShape, BeatsLayout | null>();

/** @returns undefined for shapes whose data has to be read from the document */
export function beatsLayout(shape: JsonShape): BeatsLayout | undefined {
  let layout = layouts.get(shape);
  if (layout === undefined) {
    layout = makeLayout(shape) ?? null;
    layouts.set(shape, layout);
  }
  return layout ?? undefined;
}

function makeLayout(shape: JsonShape): BeatsLayout | undefined {
  const tree = shapeTree(shape);
  // What a search found stands a level lower.
  if (!tree || nodeAt(tree, ['_source']) || nodeAt(tree, ['winlog', 'user_data'])) return undefined;
  const data = nodeAt(tree, ['winlog', 'event_data']);
  if (!data) return new BeatsLayout(tree, { names: [], numbers: [], leaves: [] });
  if (data.kind !== JSON_KIND.object || data.children.length === 0) return undefined;
  if (data.children.some(({ kind }) => kind !== JSON_KIND.text)) return undefined;
  const kept = data.children.filter(({ name }) => !isAttributes(keyOf(name.path)));
  const names = kept.map(({ name }) => keyOf(name.path));
  const numbers = names.map((name) => metDataName(name));
  if (numbers.includes(-1) || new Set(numbers).size < numbers.length) return undefined;
  return new BeatsLayout(tree, { names, numbers, leaves: kept.map(({ leaf }) => leaf) });
}

function keyOf(path: readonly string[]): string {
  return path.at(-1)!;
}
