/** What follows from the shape of an ECS document for the document that is made of it: worked out once for all of a shape. */
import { decodeText } from '../../base/bytes/text-cache.ts';
import { JSON_KIND, type JsonShape, leavesOf, type ShapeNode, shapeTree } from '../../base/json/json-shape.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { derivableOf } from '../../event/derive/derivable.ts';
import { type Field, type FieldId, fields } from '../../event/field.ts';
import { isListUnwanted, isListWanted, isRepairable, isRepaired } from './repairs.ts';

/** A value whose form has to be looked at. */
interface Suspect {
  readonly field: Field;
  readonly leaf: number;
}

/** Of documents of one shape. */
export interface DocumentPlan {
  /** Fields that they may gain. */
  readonly gained: readonly FieldId[];
  readonly suspects: readonly Suspect[];
}

/** The plans of all shapes. */
export class DocumentPlans {
  private readonly plans = new WeakMap<JsonShape, DocumentPlan | null>();
  private readonly fills: readonly FieldId[];
  private readonly derived: readonly FieldId[];

  /**
   * @param fills fields that a document gains when it has not got them, by the producer's own fields
   * @param derived fields that it gains by what it means
   */
  constructor(fills: readonly FieldId[], derived: readonly FieldId[]) {
    this.fills = fills;
    this.derived = derived;
  }

  /** @returns the plan of a tape's shape; undefined when the document needs repair and has to be made as a whole */
  of(tape: JsonTape): DocumentPlan | undefined {
    let plan = this.plans.get(tape.shape);
    if (plan === undefined) {
      plan = this.make(tape.shape) ?? null;
      this.plans.set(tape.shape, plan);
    }
    if (plan === null) return undefined;
    for (const { field, leaf } of plan.suspects) {
      if (tape.escaped[leaf] === 1) return undefined;
      if (isRepaired(field, decodeText(tape.buffer, tape.starts[leaf]!, tape.ends[leaf]!))) return undefined;
    }
    return plan;
  }

  private make(shape: JsonShape): DocumentPlan | undefined {
    const tree = shapeTree(shape);
    const suspects: Suspect[] = [];
    if (!tree || !collectSuspects(tree, suspects)) return undefined;
    // A value that does not fit its field is filled for those that are derived from it, and stays in the document.
    const names = [...leavesOf(tree).keys(), ...this.fills.map((id) => fields.at(id).name)];
    const derivable = new Set(derivableOf(names));
    const fills = this.fills.filter((id) => isFree(tree, fields.at(id).path, 0));
    const derived = this.derived.filter((id) => derivable.has(id) && isFree(tree, fields.at(id).path, 0));
    return { gained: [...new Set([...fills, ...derived])].sort((x, y) => x - y), suspects };
  }
}

/** @returns false when a value needs repair whatever it is */
function collectSuspects(node: ShapeNode, suspects: Suspect[]): boolean {
  return node.children.every((child) => {
    if (child.kind === JSON_KIND.object) return collectSuspects(child, suspects);
    const field = fields.met(child.name.path.join('.'));
    if (!field?.catalogued || field.type === 'object' || field.type === 'nested') return true;
    if (child.kind === JSON_KIND.array) return !(isOfOneValue(child) && isListUnwanted(field));
    if (child.kind !== JSON_KIND.text) return true;
    if (isListWanted(field)) return false;
    if (isRepairable(field)) suspects.push({ field, leaf: child.leaf });
    return true;
  });
}

function isOfOneValue({ children }: ShapeNode): boolean {
  return children.length === 1 && children[0]!.leaf >= 0 && children[0]!.kind !== JSON_KIND.null;
}

/** @returns whether a field can be added without replacing what the document says */
function isFree(node: ShapeNode, path: readonly string[], from: number): boolean {
  const child = node.children.find(({ name, isElement }) => !isElement && name.path.at(-1) === path[from]);
  if (!child || child.kind === JSON_KIND.null) return true;
  return child.kind === JSON_KIND.object && from + 1 < path.length && isFree(child, path, from + 1);
}
