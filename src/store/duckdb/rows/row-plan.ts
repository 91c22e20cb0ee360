/**
 * How events of one shape become rows: which bytes of the object are copied to which column, what has to be brought into another
 * form first, and what the changes of the document replace. Worked out once for all events of a shape that change the same names.
 */
import {
  JSON_KIND,
  type JsonShape,
  leavesOf,
  type ShapeLeaf,
  type ShapeNode,
  shapeTree,
} from '../../../base/json/json-shape.ts';
import { derivableOf } from '../../../event/derive/derivable.ts';
import { type Field, type FieldId, fields } from '../../../event/field.ts';
import {
  type CatalogueColumns,
  type EventColumn,
  MEMBERS_COLUMN,
} from '../../../query/compile/sql/catalogue-columns.ts';

/** A column, and what the row that is being made and the batch know of it. */
export interface RowColumn extends EventColumn {
  /** What stands in a row before its value and behind it. */
  readonly lead: string;
  readonly tail: string;
  /** Number of the last row that fills it. */
  filledIn: number;
  /** The names of a batch that have its own already. */
  namedIn: Set<string> | undefined;
}

/** A value of the object whose bytes stand in the row as they are. */
interface Copy {
  /** What stands in the row before it. */
  readonly lead: Uint8Array;
  readonly leaf: number;
}

/** A number of the object that stands in the row as it is when it is written as numbers are there. */
export interface NumberCopy extends Copy {
  readonly column: RowColumn;
}

/** Values of one column that have to be looked at. */
export interface Forming {
  readonly column: RowColumn;
  readonly leaves: readonly number[];
  readonly kinds: readonly number[];
}

/** Where a change of the document goes besides the changes themselves. */
export interface ChangeTarget {
  /** Its name as JSON, and what stands before its value among the changes. */
  readonly key: string;
  readonly lead: string;
  readonly column: RowColumn | undefined;
  /** Whether it is a member of a family. */
  readonly isMember: boolean;
  /** The value that was written last, and how. */
  lastValue: unknown;
  last: WrittenChange | undefined;
}

/** A change as parts of a row, each with the comma in front; '' for nothing. */
export interface WrittenChange {
  readonly change: string;
  readonly column: string;
  readonly member: string;
  /** Of the column of the event's time. */
  readonly timeMs: number;
}

/** See the head of this file. */
export interface RowPlan {
  readonly copies: readonly Copy[];
  /** They stand in the row before the copies. */
  readonly numbers: readonly NumberCopy[];
  /** What stands behind the last copy. */
  readonly tail: Uint8Array;
  readonly formed: readonly Forming[];
  /** Members of families whose values are no texts, by name as JSON. */
  readonly members: readonly {
    readonly name: string;
    readonly leaves: readonly number[];
    readonly kinds: readonly number[];
  }[];
  readonly targets: readonly ChangeTarget[];
  /** Columns of derived fields that events may have, unless something else fills them. */
  readonly derived: readonly RowColumn[];
  /** Names of the columns that are always filled. */
  readonly columns: readonly string[];
  /** Whether a member stands among the copies. */
  readonly hasMembers: boolean;
  /** Bytes of what stands between copies. */
  readonly size: number;
  /** The set that has the names of the filled columns already. */
  knownBy: Set<string> | undefined;
}

/** A changed name behind those before it. */
interface Step {
  readonly next: Map<string, Step>;
  plan: RowPlan | null | undefined;
}

/** The plans of one shape. */
interface PlansOfShape {
  readonly root: Step;
  steps: number;
  /** What was asked for last. */
  last: { readonly changed: readonly string[]; readonly plan: RowPlan | undefined } | undefined;
}

/** Lists of changed names that are told apart for one shape; documents of a producer have few. */
const MAX_STEPS = 2_000;

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}

/** The plans of a table. */
export class RowPlans {
  private readonly shapes = new WeakMap<JsonShape, PlansOfShape>();
  private readonly columns: ReadonlyMap<FieldId, RowColumn>;
  /** Paths whose values need the whole document: elements of nested fields, and whether a group holds anything. */
  private readonly wholes: readonly string[];

  /** @param columns of the table of usual events */
  constructor({ columns, nested }: CatalogueColumns) {
    this.columns = new Map(columns.map((column) => [column.field.id, rowColumn(column)]));
    const groups = columns.filter(({ field }) => field.type === 'object');
    this.wholes = [...nested, ...groups].map(({ field }) => field.name);
  }

  /** @returns the column of a field, if it has one */
  columnOf(id: FieldId): RowColumn | undefined {
    return this.columns.get(id);
  }

  /** @returns undefined for events whose rows are made of their documents */
  of(shape: JsonShape, changed: readonly string[]): RowPlan | undefined {
    let known = this.shapes.get(shape);
    if (!known) {
      known = { root: { next: new Map(), plan: undefined }, steps: 0, last: undefined };
      this.shapes.set(shape, known);
    }
    const { last } = known;
    // Nearly all documents of a shape change what the one before changed.
    if (last && sameTexts(last.changed, changed)) return last.plan;
    let step = known.root;
    for (let i = 0; i < changed.length; i++) {
      let next = step.next.get(changed[i]!);
      if (!next) {
        if (known.steps++ >= MAX_STEPS) return undefined;
        next = { next: new Map(), plan: undefined };
        step.next.set(changed[i]!, next);
      }
      step = next;
    }
    if (step.plan === undefined) step.plan = this.make(shape, changed) ?? null;
    const plan = step.plan ?? undefined;
    known.last = { changed: [...changed], plan };
    return plan;
  }

  private make(shape: JsonShape, changed: readonly string[]): RowPlan | undefined {
    const tree = shapeTree(shape);
    if (!tree) return undefined;
    const names = new Set<string>();
    if (!collectNames(tree, changed, names)) return undefined;
    for (const name of changed) addNames(name, names);
    if (this.wholes.some((name) => names.has(name))) return undefined;
    const plan = new PlanWriter();
    const leaves = new Map([...leavesOf(tree)].filter(([name]) => !changed.some((one) => isAtOrBelow(name, one))));
    for (const [name, values] of leaves) {
      const field = fields.met(name);
      const column = field && this.columns.get(field.id);
      if (column && !plan.column(column, values)) return undefined;
      if (!column && isMember(field)) plan.member(name, values);
    }
    const derived = derivableOf([...leaves.keys(), ...changed]).flatMap((id) => this.columns.get(id) ?? []);
    return plan.end(
      changed.map((name) => this.targetOf(name)),
      derived,
    );
  }

  private targetOf(name: string): ChangeTarget {
    const field = fields.met(name);
    const column = field && this.columns.get(field.id);
    const key = JSON.stringify(name);
    return {
      key,
      lead: `,${key}:`,
      column,
      isMember: !column && isMember(field),
      lastValue: undefined,
      last: undefined,
    };
  }
}

function rowColumn(column: EventColumn): RowColumn {
  const name = `,${JSON.stringify(column.name)}:`;
  const { isList } = column;
  return { ...column, lead: isList ? `${name}[` : name, tail: isList ? ']' : '', filledIn: 0, namedIn: undefined };
}

function isMember(field: Field | undefined): boolean {
  return field !== undefined && !field.catalogued && field.type === 'keyword';
}

/**
 * The names of values and of what they stand in, without those that a change replaces.
 *
 * @returns false when a change puts something below a value, which is then lost
 */
function collectNames(node: ShapeNode, changed: readonly string[], names: Set<string>): boolean {
  return node.children.every((child) => {
    const name = child.name.path.join('.');
    if (changed.includes(name) || child.kind === JSON_KIND.null) return true;
    names.add(name);
    const isLost = child.kind !== JSON_KIND.object && changed.some((one) => one.startsWith(`${name}.`));
    return !isLost && collectNames(child, changed, names);
  });
}

function isAtOrBelow(name: string, above: string): boolean {
  return name === above || name.startsWith(`${above}.`);
}

function addNames(name: string, names: Set<string>): void {
  const path = name.split('.');
  for (let length = 1; length <= path.length; length++) names.add(path.slice(0, length).join('.'));
}

const TEXTS: ReadonlySet<string> = new Set(['keyword', 'wildcard', 'text']);
const NUMBERS: ReadonlySet<string> = new Set(['long', 'double']);

/** Puts a plan together. */
class PlanWriter {
  private piece = '';
  private size = 0;
  private readonly copies: Copy[] = [];
  private readonly numbers: NumberCopy[] = [];
  private readonly formed: Forming[] = [];
  private readonly members: RowPlan['members'][number][] = [];
  private readonly copied: (readonly [name: string, leaves: readonly number[]])[] = [];
  private readonly columns: string[] = [];

  /** @returns false for several values where one is usual */
  column(column: RowColumn, values: readonly ShapeLeaf[]): boolean {
    const { field, name, isList, lead } = column;
    if (field.type === 'object') return true;
    if (values.length > 1 && !isList) return false;
    const [first] = values;
    if (TEXTS.has(field.type) && values.every(({ kind }) => kind === JSON_KIND.text)) {
      this.copy(
        lead,
        column.tail,
        values.map(({ leaf }) => leaf),
      );
      this.columns.push(name);
    } else if (field.type === 'boolean' && !isList && first && isTruth(first)) {
      this.piece += `${lead}${first.kind === JSON_KIND.true}`;
      this.columns.push(name);
    } else if (NUMBERS.has(field.type) && !isList && first?.kind === JSON_KIND.number) {
      this.numbers.push({ column, lead: Buffer.from(lead), leaf: first.leaf });
      this.size += lead.length;
    } else {
      this.formed.push({ column, leaves: values.map(({ leaf }) => leaf), kinds: values.map(({ kind }) => kind) });
    }
    return true;
  }

  member(name: string, values: readonly ShapeLeaf[]): void {
    const leaves = values.map(({ leaf }) => leaf);
    const kinds = values.map(({ kind }) => kind);
    if (kinds.every((kind) => kind === JSON_KIND.text)) this.copied.push([JSON.stringify(name), leaves]);
    else this.members.push({ name: JSON.stringify(name), leaves, kinds });
  }

  /** Members come last, so that more of them can follow. */
  end(targets: readonly ChangeTarget[], derived: readonly RowColumn[]): RowPlan {
    const hasMembers = this.copied.length > 0;
    if (hasMembers) this.piece += `,"${MEMBERS_COLUMN}":{`;
    this.copied.forEach(([name, leaves], i) => this.copy(`${i > 0 ? ',' : ''}${name}:[`, ']', leaves));
    const { copies, numbers, formed, members, columns, size } = this;
    const tail = Buffer.from(this.piece);
    const wanted = derived.filter(({ name }) => !columns.includes(name));
    return {
      copies,
      numbers,
      tail,
      formed,
      members,
      targets,
      derived: wanted,
      columns,
      hasMembers,
      size: size + tail.length,
      knownBy: undefined,
    };
  }

  private copy(head: string, tail: string, leaves: readonly number[]): void {
    this.piece += head;
    leaves.forEach((leaf, i) => {
      const lead = Buffer.from(i > 0 ? `${this.piece},` : this.piece);
      this.copies.push({ lead, leaf });
      this.size += lead.length + 2;
      this.piece = '';
    });
    this.piece += tail;
  }
}

function isTruth({ kind }: ShapeLeaf): boolean {
  return kind === JSON_KIND.true || kind === JSON_KIND.false;
}
