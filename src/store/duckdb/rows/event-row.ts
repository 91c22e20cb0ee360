/**
 * An event as a line of JSON that DuckDB reads into columns with its own threads: a text is made several times as fast as
 * vectors are filled value by value through the driver. The columns are those of the document, which is what the event is
 * when it is read back, and what the matcher is asked of it.
 */
import type { Document, Scalar } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { coerceValue } from '../../../event/document-event-value.ts';
import { fieldId } from '../../../event/field.ts';
import type { Networks } from '../../../event/networks.ts';
import type { EventView } from '../../../event/view.ts';
import { type CatalogueColumns, MEMBERS_COLUMN } from '../../../query/compile/sql/catalogue-columns.ts';
import { type ColumnSlot, ColumnSlots, type NameNode } from './column-slots.ts';
import { ColumnTexts, wellFormedJson } from './column-text.ts';
import { DerivedOfShape } from './derived-of-shape.ts';
import { INGESTED } from '../ingested.ts';
import { nestedJson } from './nested-json.ts';

const TIMESTAMP = fieldId('@timestamp');

/** A row on its way into a table. */
export interface EventRow {
  readonly timeMs: number;
  /** Members of a JSON object, without its brackets, position and time of intake. */
  readonly text: string;
  /** Whether every value fits a column of one value. */
  readonly isUsual: boolean;
  /** Whether it has an `event.ingested` of its own. */
  readonly saysIngested: boolean;
}

/** Names of columns that have a value in a row of usual events, and in one with several values where one is usual. */
export interface UsedColumns {
  readonly usual: Set<string>;
  readonly lists: Set<string>;
}

/** Makes rows of events. */
export class EventRows {
  /** Whether rows have a column for `event.ingested`. */
  readonly fillsIngested: boolean;
  private readonly slots: ColumnSlots;
  private readonly nested: CatalogueColumns['nested'];
  private readonly view: DocumentEvent;
  private readonly inner: DocumentEvent;
  private readonly touched: ColumnSlot[] = [];
  private readonly derived = new DerivedOfShape();
  private readonly members = new Map<string, string>();
  private readonly texts = new ColumnTexts();
  /** Groups of fields (type object), whose column says whether anything stands below them. */
  private readonly groups: readonly ColumnSlot[];

  /** @param columns of the table of usual events */
  constructor(columns: CatalogueColumns, networks: Networks) {
    this.slots = new ColumnSlots(columns);
    this.fillsIngested = this.slots.of(INGESTED.id) !== undefined;
    this.nested = columns.nested;
    this.groups = columns.columns.flatMap(({ field }) => (field.type === 'object' ? this.slots.of(field.id)! : []));
    this.view = new DocumentEvent(networks);
    this.inner = new DocumentEvent(networks);
  }

  /**
   * @param columns gain the names of those that have a value, by the shape of the row
   * @param withIngested whether what the event says of its intake counts
   */
  of(event: EventView, id: string, columns: UsedColumns, withIngested: boolean): EventRow {
    const document = event.document();
    const provenance = event.provenance();
    this.collect(document, event);
    const ingested = this.slots.of(INGESTED.id);
    if (ingested && !withIngested) ingested.count = 0;
    const saysIngested = ingested !== undefined && ingested.count > 0;
    const isUsual = this.touched.every(({ count, isList }) => count <= 1 || isList);
    const used = isUsual ? columns.usual : columns.lists;
    let text = `"id":${JSON.stringify(id.toWellFormed())},"provenance":${wellFormedJson(JSON.stringify(provenance))}`;
    text += `,"document":${wellFormedJson(JSON.stringify(document))}`;
    let timeMs = 0;
    for (const slot of this.touched) {
      if (slot.count === 0) continue;
      if (slot.field.id === TIMESTAMP) timeMs = Number.parseFloat(slot.text);
      const isList = slot.isList || (!isUsual && slot.field.type !== 'object');
      text += isList ? `,"${slot.name}":[${slot.text}]` : `,"${slot.name}":${slot.text}`;
      used.add(slot.name);
      slot.count = 0;
    }
    this.touched.length = 0;
    text += this.nestedText(document, used) + this.membersText(used);
    return { timeMs, text: `"time":${timeMs},${text}`, isUsual, saysIngested };
  }

  private collect(document: Document, event: EventView): void {
    this.walk(document, this.slots.root);
    const names = this.touched.map(({ name }) => name);
    for (const name of this.members.keys()) names.push(name);
    for (const id of this.derived.of(names)) {
      const slot = this.slots.of(id);
      if (!slot || slot.count > 0) continue;
      const value = event.get(id);
      if (value === undefined) continue;
      if (typeof value === 'object') for (const one of value) this.put(slot, one);
      else this.put(slot, value);
    }
    for (const slot of this.groups) {
      if (document[slot.field.path[0]!] === undefined) continue;
      this.view.point(document);
      if (this.view.get(slot.field.id) === true) this.put(slot, true);
    }
  }

  private walk(value: unknown, node: NameNode): void {
    if (typeof value !== 'object') {
      if (node.slot) this.put(node.slot, coerceValue(node.slot.field.type, value));
      else if (node.member) this.putMember(node, value);
      return;
    }
    if (value === null) return;
    if (Array.isArray(value)) {
      for (const element of value as unknown[]) this.walk(element, node);
      return;
    }
    const document = value as Document;
    for (const key of Object.keys(document)) this.walk(document[key], this.slots.below(node, key));
  }

  private put(slot: ColumnSlot, value: Scalar | undefined): void {
    const text = value === undefined ? undefined : this.texts.of(slot.type, value);
    if (text === undefined) return;
    if (slot.count++ > 0) {
      slot.text += `,${text}`;
    } else {
      slot.text = text;
      this.touched.push(slot);
    }
  }

  private putMember(node: NameNode, value: unknown): void {
    const text = coerceValue('keyword', value);
    if (typeof text !== 'string') return;
    const known = this.members.get(node.name);
    const written = JSON.stringify(text.toWellFormed());
    this.members.set(node.name, known === undefined ? written : `${known},${written}`);
  }

  private nestedText(document: Document, used: Set<string>): string {
    let text = '';
    for (const column of this.nested) {
      if (document[column.field.path[0]!] === undefined) continue;
      this.view.point(document);
      const json = nestedJson(this.view, column, this.inner);
      if (json === undefined) continue;
      used.add(column.name);
      text += `,"${column.name}":${json}`;
    }
    return text;
  }

  private membersText(used: Set<string>): string {
    if (this.members.size === 0) return '';
    used.add(MEMBERS_COLUMN);
    const entries = [...this.members].map(([name, values]) => `${JSON.stringify(name.toWellFormed())}:[${values}]`);
    this.members.clear();
    return `,"${MEMBERS_COLUMN}":{${entries.join(',')}}`;
  }
}
