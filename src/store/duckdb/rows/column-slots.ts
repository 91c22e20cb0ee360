/**
 * Which column a value of a document belongs to: a tree of the names that documents use, grown as they are met, so that an
 * event costs one look for each value it holds and nothing for the hundreds of fields it has not.
 */
import { type Field, type FieldId, fields } from '../../../event/field.ts';
import type { CatalogueColumns, EventColumn } from '../../../query/compile/sql/catalogue-columns.ts';

/** Names that are remembered; documents of invented names must not fill the memory. Others are looked up each time. */
const MAX_NODES = 50_000;

/** A column while a row is made: the values met so far, as JSON with commas between them. */
export interface ColumnSlot {
  readonly field: Field;
  readonly name: string;
  readonly type: EventColumn['type'];
  /** Whether it is a list in rows of either shape. */
  readonly isList: boolean;
  text: string;
  count: number;
}

/** A name, and the names below it. */
export interface NameNode {
  readonly name: string;
  readonly below: Map<string, NameNode>;
  /** The column of the field of this name. */
  readonly slot: ColumnSlot | undefined;
  /** The member of a family that has this name, such as `winlog.event_data.ShareName`. */
  readonly member: Field | undefined;
}

/** The columns of a store, by name and by number of field. */
export class ColumnSlots {
  readonly root: NameNode = { name: '', below: new Map(), slot: undefined, member: undefined };
  private readonly byField: (ColumnSlot | undefined)[] = [];
  private nodes = 0;

  /** @param columns of the table of usual events */
  constructor({ columns }: CatalogueColumns) {
    for (const { field, name, type, isList } of columns) {
      this.byField[field.id] = { field, name, type, isList, text: '', count: 0 };
    }
  }

  of(field: FieldId): ColumnSlot | undefined {
    return this.byField[field];
  }

  /** @returns the node of a key below another */
  below(parent: NameNode, key: string): NameNode {
    const known = parent.below.get(key);
    if (known) return known;
    const name = parent === this.root ? key : `${parent.name}.${key}`;
    const field = fields.met(name);
    const made: NameNode = {
      name,
      below: new Map(),
      slot: field && this.byField[field.id],
      member: field && !field.catalogued && field.type === 'keyword' ? field : undefined,
    };
    if (this.nodes < MAX_NODES) {
      this.nodes++;
      parent.below.set(key, made);
    }
    return made;
  }
}
