/**
 * A JSON object with its keys in the order of their code units and no blanks, as bytes: what `canonicalJson` makes of the parsed
 * object, without parsing it. The order of keys follows from the shape, so it is worked out once for all objects of a shape.
 */
import { JSON_KIND, type ShapeNode } from './json-shape.ts';
import type { JsonTape } from './json-tape.ts';

/** What a shape's objects are made of: pieces that are the same in each, between them the numbers of values. */
export interface CanonicalPlan {
  readonly pieces: readonly Uint8Array[];
  /** The value behind each piece but the last. */
  readonly leaves: readonly number[];
  readonly isText: readonly boolean[];
  /** Bytes of all pieces. */
  readonly size: number;
}

/** @param without whether a value is left out */
export function canonicalPlan(
  tree: ShapeNode,
  without: (node: ShapeNode, parent: ShapeNode) => boolean,
): CanonicalPlan {
  const pieces: Uint8Array[] = [];
  const leaves: number[] = [];
  const isText: boolean[] = [];
  let piece = '';
  const add = (node: ShapeNode): void => {
    if (node.kind === JSON_KIND.array) {
      piece += '[';
      node.children.forEach((child, i) => {
        if (i > 0) piece += ',';
        add(child);
      });
      piece += ']';
    } else if (node.kind === JSON_KIND.object) {
      const kept = node.children.filter((child) => !without(child, node));
      piece += '{';
      kept.sort((x, y) => (keyOf(x) < keyOf(y) ? -1 : 1));
      kept.forEach((child, i) => {
        piece += `${i > 0 ? ',' : ''}${JSON.stringify(keyOf(child))}:`;
        add(child);
      });
      piece += '}';
    } else {
      const hasQuotes = node.kind === JSON_KIND.text;
      pieces.push(Buffer.from(hasQuotes ? `${piece}"` : piece));
      piece = hasQuotes ? '"' : '';
      leaves.push(node.leaf);
      isText.push(hasQuotes);
    }
  };
  add(tree);
  pieces.push(Buffer.from(piece));
  return { pieces, leaves, isText, size: pieces.reduce((sum, { length }) => sum + length, 0) };
}

function keyOf({ name }: ShapeNode): string {
  return name.path.at(-1)!;
}

/** @returns bytes that {@link writeCanonical} writes at most */
export function canonicalSize(plan: CanonicalPlan, { start, end }: JsonTape): number {
  // The longest a byte can become is `1e20` with its zeros.
  return plan.size + 8 * (end - start) + 32;
}

/**
 * Writes the object of a tape.
 *
 * @param target has room for {@link canonicalSize}
 * @returns where it ends
 */
export function writeCanonical(plan: CanonicalPlan, tape: JsonTape, target: Buffer, at: number): number {
  const { pieces, leaves, isText } = plan;
  const { buffer, starts, ends, canonical } = tape;
  let pos = at;
  for (let i = 0; i < leaves.length; i++) {
    pos = copyBytes(pieces[i]!, 0, pieces[i]!.length, target, pos);
    const leaf = leaves[i]!;
    const start = starts[leaf]!;
    const end = ends[leaf]!;
    pos =
      canonical[leaf] === 1
        ? copyBytes(buffer, start, end, target, pos)
        : pos + target.write(rewritten(buffer, start, end, isText[i]!), pos, 'utf8');
  }
  const last = pieces[leaves.length]!;
  return copyBytes(last, 0, last.length, target, pos);
}

function rewritten(buffer: Buffer, start: number, end: number, isText: boolean): string {
  if (!isText) return JSON.stringify(JSON.parse(buffer.toString('latin1', start, end)));
  return JSON.stringify(JSON.parse(buffer.toString('utf8', start - 1, end + 1))).slice(1, -1);
}

/** Up to this length a loop is faster than the call. */
const SHORT = 64;

/** Copies `source[start..end)`. @returns behind the copy */
export function copyBytes(source: Uint8Array, start: number, end: number, target: Buffer, at: number): number {
  const length = end - start;
  if (length > SHORT) target.set(source.subarray(start, end), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[start + i]!;
  return at + length;
}
