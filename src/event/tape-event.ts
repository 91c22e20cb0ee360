/** The view of a document whose values are read where they stand; it is parsed for what is asked beyond that. */
import { type JsonShape, leavesOf, type ShapeLeaf, shapeTree } from '../base/json/json-shape.ts';
import type { JsonTape } from '../base/json/json-tape.ts';
import { leafValue } from '../base/json/leaf-value.ts';
import type { Document, FieldValue, Scalar } from './document.ts';
import { DocumentEvent, isRawName } from './document-event.ts';
import { coerceValue } from './document-event-value.ts';
import { derivableOf } from './derive/derivable.ts';
import { type Field, type FieldId, fields } from './field.ts';

/** The values of a shape by number of field; null for a field that has none. */
class FieldLeaves {
  private readonly byName: ReadonlyMap<string, readonly ShapeLeaf[]> | undefined;
  private readonly derivable: ReadonlySet<FieldId>;
  private readonly may: (boolean | undefined)[] = [];
  private readonly byField: (readonly ShapeLeaf[] | null | undefined)[] = [];

  constructor(shape: JsonShape) {
    const tree = shapeTree(shape);
    this.byName = tree && leavesOf(tree);
    this.derivable = new Set(derivableOf([...(this.byName?.keys() ?? [])]));
  }

  /** @returns whether an event of the shape can have a field, read or derived */
  mayHave(id: FieldId): boolean {
    let may = this.may[id];
    if (may === undefined) {
      const field = fields.at(id);
      const isPlain = this.byName !== undefined && !isGroup(field) && !isRawName(field);
      may = !isPlain || this.byName!.has(field.name) || this.derivable.has(id);
      this.may[id] = may;
    }
    return may;
  }

  /** @returns undefined when the field has to be looked for in the document */
  of(id: FieldId): readonly ShapeLeaf[] | null | undefined {
    if (!this.byName) return undefined;
    let leaves = this.byField[id];
    if (leaves === undefined) {
      leaves = this.byName.get(fields.at(id).name) ?? null;
      this.byField[id] = leaves;
    }
    return leaves;
  }
}

const known = new WeakMap<JsonShape, FieldLeaves>();

/** See the head of this file. */
export class TapeEvent extends DocumentEvent {
  private tape: JsonTape | undefined;
  private leaves: FieldLeaves | undefined;
  private parse: () => Document = () => ({});
  private parsed: Document | undefined;

  /**
   * The view now shows another event.
   *
   * @param tape of the object; undefined when it is not plain
   * @param parse gives the document
   */
  show(tape: JsonTape | undefined, parse: () => Document): void {
    this.point({});
    this.parsed = undefined;
    this.parse = parse;
    this.tape = tape;
    if (!tape) return;
    this.leaves = known.get(tape.shape);
    if (this.leaves) return;
    this.leaves = new FieldLeaves(tape.shape);
    known.set(tape.shape, this.leaves);
  }

  /** @returns whether the event can have a field, by the names it holds; most fields are asked of events that have not got them */
  mayHave(id: FieldId): boolean {
    return this.tape === undefined || this.leaves!.mayHave(id);
  }

  protected override whole(): Document {
    this.parsed ??= this.parse();
    return this.parsed;
  }

  protected override read(id: FieldId): FieldValue {
    const field = fields.at(id);
    if (!this.tape || isGroup(field) || isRawName(field)) return super.read(id);
    const leaves = this.leaves!.of(id);
    if (leaves === undefined) return super.read(id);
    if (leaves === null) return undefined;
    if (leaves.length === 1) return coerceValue(field.type, leafValue(this.tape, leaves[0]!.leaf, leaves[0]!.kind));
    const values: Scalar[] = [];
    for (const { leaf, kind } of leaves) {
      const value = coerceValue(field.type, leafValue(this.tape, leaf, kind));
      if (value !== undefined) values.push(value);
    }
    return values.length > 1 ? values : values[0];
  }
}

function isGroup({ type }: Field): boolean {
  return type === 'object' || type === 'nested';
}
