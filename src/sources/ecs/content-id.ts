import { JSON_KIND, type JsonShape, type ShapeNode, shapeTree } from '../../base/json/json-shape.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { type CanonicalPlan, canonicalPlan, canonicalSize, writeCanonical } from '../../base/json/canonical-bytes.ts';
import { stableIdOfBytes } from '../../base/hash.ts';

/** Room for what stands before the content: its kind and length. */
const HEAD = 64;

const plans = new WeakMap<JsonShape, CanonicalPlan | null>();
let scratch = Buffer.alloc(64 * 1024);

/**
 * Identity of a document that has no other than its content; when it came in is not part of it.
 *
 * @returns what `stableId(['document', canonicalJson(…)])` makes of the same content; undefined when the object repeats a name
 */
export function contentId(tape: JsonTape): string | undefined {
  let plan = plans.get(tape.shape);
  if (plan === undefined) {
    const tree = shapeTree(tape.shape);
    plan = tree ? canonicalPlan(tree, isIngested) : null;
    plans.set(tape.shape, plan);
  }
  if (plan === null) return undefined;
  const size = HEAD + canonicalSize(plan, tape);
  if (scratch.length < size) scratch = Buffer.alloc(2 * size);
  const end = writeCanonical(plan, tape, scratch, HEAD);
  return stableIdOfBytes('document', scratch, HEAD, end, tape.isAscii);
}

/** When an event came in differs from reading to reading. */
function isIngested({ name }: ShapeNode, above: ShapeNode): boolean {
  return above.kind === JSON_KIND.object && !above.isElement && name.path.join('.') === 'event.ingested';
}
