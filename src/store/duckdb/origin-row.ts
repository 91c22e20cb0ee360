/**
 * Rows of events that stand in JSON nearly as their documents do: the object and most of its values are copied from byte to byte.
 * The row holds the same as the one made of the document (event-row.ts), which takes five times as long.
 */
import { copyBytes } from '../../base/json/canonical-bytes.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { leafValue } from '../../base/json/leaf-value.ts';
import { coerceValue } from '../../event/document-event-value.ts';
import { fieldId } from '../../event/field.ts';
import type { JsonOrigin } from '../../event/json-origin.ts';
import type { EventView } from '../../event/view.ts';
import { type CatalogueColumns, type EventColumn, MEMBERS_COLUMN } from '../../query/compile/sql/catalogue-columns.ts';
import { ColumnTexts, wellFormedJson } from './column-text.ts';
import { INGESTED } from './ingested.ts';
import { type PlacedRow, type RowBytes, rowHead } from './row-bytes.ts';
import { type RowPlan, RowPlans } from './row-plan.ts';

const TIMESTAMP = fieldId('@timestamp');

/** What a row is made for. */
export interface RowTarget {
  readonly id: string;
  /** Gains the names of the columns that have a value. */
  readonly used: Set<string>;
  /** Whether what the event says of its intake counts. */
  readonly withIngested: boolean;
}

/** Makes rows of events as they came. */
export class OriginRows {
  private readonly plans: RowPlans;
  private readonly texts = new ColumnTexts();
  /** Column of `event.ingested`; when an event does not say it, the time of intake goes there. */
  private readonly ingested: EventColumn | undefined;
  private isSaid = false;
  /** Columns beside those that are copied, as JSON; members of families; the changes. */
  private text = '';
  private changed = '';
  private members = '';
  private timeMs = 0;
  /** Columns that the text holds. */
  private readonly filled = new Set<EventColumn>();

  /** @param columns of the table of usual events */
  constructor(columns: CatalogueColumns) {
    this.plans = new RowPlans(columns);
    this.ingested = columns.columns.find(({ field }) => field === INGESTED);
  }

  /**
   * @returns undefined for an event whose row has to be made of its document
   */
  of(
    event: EventView,
    { tape, changes }: JsonOrigin,
    { id, used, withIngested }: RowTarget,
    bytes: RowBytes,
  ): PlacedRow | undefined {
    const plan = this.plans.of(tape.shape, changes.names);
    if (!plan) return undefined;
    this.text = '';
    this.changed = '';
    this.members = '';
    this.timeMs = 0;
    this.filled.clear();
    this.form(plan, tape, used, withIngested);
    if (!this.change(plan, changes.values, used) || !this.derive(plan, event, used)) return undefined;
    this.formMembers(plan, tape);
    if (plan.hasMembers || this.members !== '') used.add(MEMBERS_COLUMN);
    if (plan.knownBy !== used) for (const name of plan.columns) used.add(name);
    plan.knownBy = used;
    return this.write(plan, tape, event, id, bytes);
  }

  private form({ formed }: RowPlan, tape: JsonTape, used: Set<string>, withIngested: boolean): void {
    for (const { column, leaves, kinds } of formed) {
      if (column === this.ingested && !withIngested) continue;
      let text = '';
      for (let i = 0; i < leaves.length; i++) {
        const value = coerceValue(column.field.type, leafValue(tape, leaves[i]!, kinds[i]!));
        const one = value === undefined ? undefined : this.texts.of(column.type, value);
        if (one !== undefined) text += text === '' ? one : `,${one}`;
      }
      if (text !== '') this.put(column, text, used);
    }
    this.isSaid = this.ingested === undefined || this.filled.has(this.ingested);
  }

  /** @returns whether no column that usually has one value gets several */
  private change({ targets }: RowPlan, values: readonly unknown[], used: Set<string>): boolean {
    for (let i = 0; i < targets.length; i++) {
      const { column, isMember, key } = targets[i]!;
      const value = values[i];
      const json = typeof value === 'string' ? this.texts.quoted(value) : wellFormedJson(JSON.stringify(value));
      this.changed += `${i > 0 ? ',' : ''}${key}:${json}`;
      if (value === null) continue;
      if (column) {
        if (column.type === 'text' && typeof value === 'string') this.put(column, json, used);
        else if (!this.putAll(column, value, used)) return false;
      } else if (isMember) {
        this.putMember(key, (Array.isArray(value) ? value : [value]) as readonly unknown[]);
      }
    }
    return true;
  }

  private derive({ derived }: RowPlan, event: EventView, used: Set<string>): boolean {
    for (const column of derived) {
      const value = this.filled.has(column) ? undefined : event.get(column.field.id);
      if (value !== undefined && !this.putAll(column, value, used)) return false;
    }
    return true;
  }

  private formMembers({ members }: RowPlan, tape: JsonTape): void {
    for (const { name, leaves, kinds } of members) {
      this.putMember(
        name,
        leaves.map((leaf, i) => leafValue(tape, leaf, kinds[i]!)),
      );
    }
  }

  private putAll(column: EventColumn, value: unknown, used: Set<string>): boolean {
    const { type } = column.field;
    if (!Array.isArray(value)) {
      const one = coerceValue(type, value);
      const text = one === undefined ? undefined : this.texts.of(column.type, one);
      if (text !== undefined) this.put(column, text, used);
      return true;
    }
    const all = (value as readonly unknown[]).flatMap((element) => {
      const one = coerceValue(type, element);
      return (one === undefined ? undefined : this.texts.of(column.type, one)) ?? [];
    });
    if (all.length > 1 && !column.isList) return false;
    if (all.length > 0) this.put(column, all.join(','), used);
    return true;
  }

  private put(column: EventColumn, text: string, used: Set<string>): void {
    const { field, name, isList } = column;
    this.filled.add(column);
    if (field.id === TIMESTAMP) this.timeMs = Number.parseFloat(text);
    this.text += isList ? `,"${name}":[${text}]` : `,"${name}":${text}`;
    used.add(name);
  }

  private putMember(name: string, values: readonly unknown[]): void {
    const all = values.flatMap((value) => {
      const text = coerceValue('keyword', value);
      return typeof text === 'string' ? this.texts.quoted(text) : [];
    });
    if (all.length > 0) this.members += `,${name}:[${all.join(',')}]`;
  }

  private write(plan: RowPlan, tape: JsonTape, event: EventView, id: string, bytes: RowBytes): PlacedRow {
    const provenance = wellFormedJson(JSON.stringify(event.provenance()));
    const head = `${rowHead(true, this.isSaid)}"time":${this.timeMs},"id":${JSON.stringify(id)},"provenance":${provenance},"document":`;
    const { buffer, starts, ends, start, end } = tape;
    const length = end - start;
    const middle = this.changed === '' ? this.text : `,"changes":{${this.changed}}${this.text}`;
    const members =
      plan.hasMembers || this.members === '' ? this.members : `,"${MEMBERS_COLUMN}":{${this.members.slice(1)}`;
    // Each byte of the object may stand in a column besides.
    const most = 3 * (head.length + middle.length + members.length) + 2 * length + plan.size + 8;
    const chunk = bytes.room(most);
    let at = bytes.start;
    at += chunk.write(head, at);
    at = copyBytes(buffer, start, end, chunk, at);
    at += chunk.write(middle, at);
    for (const { lead, leaf } of plan.copies) {
      at = copyBytes(lead, 0, lead.length, chunk, at);
      at = copyBytes(buffer, starts[leaf]! - 1, ends[leaf]! + 1, chunk, at);
    }
    at = copyBytes(plan.tail, 0, plan.tail.length, chunk, at);
    if (members !== '') at += chunk.write(members, at);
    at += chunk.write(plan.hasMembers || members !== '' ? '}}\n' : '}\n', at);
    return bytes.take(this.timeMs, at, this.isSaid);
  }
}
