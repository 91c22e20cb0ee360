/**
 * Rows of events that stand in JSON nearly as their documents do: the object and most of its values are copied from byte to byte.
 * The row holds the same as the one made of the document (event-row.ts), which takes five times as long.
 */
import { copyBytes } from '../../../base/json/canonical-bytes.ts';
import { JSON_KIND } from '../../../base/json/json-shape.ts';
import type { JsonTape } from '../../../base/json/json-tape.ts';
import { leafValue } from '../../../base/json/leaf-value.ts';
import { coerceValue } from '../../../event/document-event-value.ts';
import { fieldId } from '../../../event/field.ts';
import type { JsonOrigin } from '../../../event/json-origin.ts';
import type { EventView, Provenance } from '../../../event/view.ts';
import { type CatalogueColumns, MEMBERS_COLUMN } from '../../../query/compile/sql/catalogue-columns.ts';
import { ColumnTexts, wellFormedJson } from './column-text.ts';
import { INGESTED } from '../ingested.ts';
import { type PlacedRow, type RowBytes, rowHead } from './row-bytes.ts';
import { type ChangeTarget, type RowColumn, type RowPlan, RowPlans, type WrittenChange } from './row-plan.ts';

const TIMESTAMP = fieldId('@timestamp');
const CLOSE = 125;
const LF = 10;

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
  private readonly provenance = new ProvenanceText();
  /** Column of `event.ingested`; when an event does not say it, the time of intake goes there. */
  private readonly ingested: RowColumn | undefined;
  private isSaid = false;
  /** Columns beside those that are copied, as JSON; members of families; the changes. */
  private text = '';
  private changed = '';
  private members = '';
  private timeMs = 0;
  /** Number of the row that is being made. */
  private row = 0;

  /** @param columns of the table of usual events */
  constructor(columns: CatalogueColumns) {
    this.plans = new RowPlans(columns);
    this.ingested = this.plans.columnOf(INGESTED.id);
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
    this.row++;
    this.number(plan, tape, used);
    this.form(plan, tape, used, withIngested);
    if (!this.change(plan, changes.values, used) || !this.derive(plan, event, used)) return undefined;
    this.formMembers(plan, tape);
    if (plan.hasMembers || this.members !== '') used.add(MEMBERS_COLUMN);
    if (plan.knownBy !== used) for (const name of plan.columns) used.add(name);
    plan.knownBy = used;
    return this.write(plan, tape, event, id, bytes);
  }

  /** Numbers that are written otherwise than in a row, such as `1e3`, go where all goes that has to be brought into form. */
  private number({ numbers }: RowPlan, tape: JsonTape, used: Set<string>): void {
    for (const { column, leaf } of numbers) {
      if (tape.canonical[leaf] === 1) {
        this.fills(column, used);
        continue;
      }
      const text = this.valueText(column, leafValue(tape, leaf, JSON_KIND.number));
      if (text !== undefined) this.put(column, text, used);
    }
  }

  private form({ formed }: RowPlan, tape: JsonTape, used: Set<string>, withIngested: boolean): void {
    for (const { column, leaves, kinds } of formed) {
      if (column === this.ingested && !withIngested) continue;
      let text = '';
      for (let i = 0; i < leaves.length; i++) {
        const one = this.valueText(column, leafValue(tape, leaves[i]!, kinds[i]!));
        if (one !== undefined) text += text === '' ? one : `,${one}`;
      }
      if (text !== '') this.put(column, text, used);
    }
    this.isSaid = this.ingested === undefined || this.ingested.filledIn === this.row;
  }

  /** @returns whether no column that usually has one value gets several */
  private change({ targets }: RowPlan, values: readonly unknown[], used: Set<string>): boolean {
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i]!;
      const value = values[i];
      // Much of what documents gain is the same in each: the kind of the event, its host.
      const written = value === target.lastValue ? target.last : this.writeChange(target, value);
      if (!written) return false;
      target.lastValue = value;
      target.last = written;
      this.changed += written.change;
      this.text += written.column;
      this.members += written.member;
      if (written.column === '') continue;
      const column = target.column!;
      this.fills(column, used);
      if (column.field.id === TIMESTAMP) this.timeMs = written.timeMs;
    }
    return true;
  }

  private writeChange({ key, lead, column, isMember }: ChangeTarget, value: unknown): WrittenChange | undefined {
    const json = this.jsonOf(value);
    const change = lead + json;
    if (value === null) return { change, column: '', member: '', timeMs: 0 };
    if (isMember) {
      const member = this.memberText(key, (Array.isArray(value) ? value : [value]) as unknown[]);
      return { change, column: '', member, timeMs: 0 };
    }
    if (!column) return { change, column: '', member: '', timeMs: 0 };
    const text = column.type === 'text' && typeof value === 'string' ? json : this.columnText(column, value);
    if (text === undefined) return undefined;
    const timeMs = column.field.id === TIMESTAMP ? Number.parseFloat(text) : 0;
    return { change, column: text === '' ? '' : columnJson(column, text), member: '', timeMs };
  }

  private jsonOf(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return this.texts.quoted(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'number':
        if (Number.isFinite(value)) return String(value);
        break;
    }
    return wellFormedJson(JSON.stringify(value));
  }

  /** @returns what stands in a column for one value; undefined for one that does not fit */
  private valueText({ type, field }: RowColumn, value: unknown): string | undefined {
    // The key of an address is the same in whatever form it is written.
    if (type === 'address') return typeof value === 'string' ? this.texts.of(type, value.trim()) : undefined;
    const one = coerceValue(field.type, value);
    return one === undefined ? undefined : this.texts.of(type, one);
  }

  private derive({ derived }: RowPlan, event: EventView, used: Set<string>): boolean {
    for (const column of derived) {
      const value = column.filledIn === this.row ? undefined : event.get(column.field.id);
      if (value === undefined) continue;
      const text = this.columnText(column, value);
      if (text === undefined) return false;
      if (text !== '') this.put(column, text, used);
    }
    return true;
  }

  private formMembers({ members }: RowPlan, tape: JsonTape): void {
    for (const { name, leaves, kinds } of members) {
      const values = leaves.map((leaf, i) => leafValue(tape, leaf, kinds[i]!));
      this.members += this.memberText(name, values);
    }
  }

  /** @returns what of a value stands in a column, '' for nothing; undefined for several values where one is usual */
  private columnText(column: RowColumn, value: unknown): string | undefined {
    if (!Array.isArray(value)) return this.valueText(column, value) ?? '';
    let all = '';
    let count = 0;
    for (const element of value as readonly unknown[]) {
      const one = this.valueText(column, element);
      if (one !== undefined) all += count++ === 0 ? one : `,${one}`;
    }
    return count > 1 && !column.isList ? undefined : all;
  }

  private put(column: RowColumn, text: string, used: Set<string>): void {
    this.fills(column, used);
    if (column.field.id === TIMESTAMP) this.timeMs = Number.parseFloat(text);
    this.text += columnJson(column, text);
  }

  private fills(column: RowColumn, used: Set<string>): void {
    column.filledIn = this.row;
    if (column.namedIn === used) return;
    column.namedIn = used;
    used.add(column.name);
  }

  private memberText(name: string, values: readonly unknown[]): string {
    const all = values.flatMap((value) => {
      const text = coerceValue('keyword', value);
      return typeof text === 'string' ? this.texts.quoted(text) : [];
    });
    return all.length > 0 ? `,${name}:[${all.join(',')}]` : '';
  }

  private write(plan: RowPlan, tape: JsonTape, event: EventView, id: string, bytes: RowBytes): PlacedRow {
    const provenance = this.provenance.of(event.provenance());
    const head = `${rowHead(true, this.isSaid)}"time":${this.timeMs},"id":${JSON.stringify(id)},"provenance":${provenance},"document":`;
    const { buffer, starts, ends, start, end } = tape;
    const length = end - start;
    const middle = this.changed === '' ? this.text : `,"changes":{${this.changed.slice(1)}}${this.text}`;
    const members =
      plan.hasMembers || this.members === '' ? this.members : `,"${MEMBERS_COLUMN}":{${this.members.slice(1)}`;
    // Each byte of the object may stand in a column besides.
    const most = 3 * (head.length + middle.length + members.length) + 2 * length + plan.size + 8;
    const chunk = bytes.room(most);
    let at = bytes.start;
    at += chunk.write(head, at);
    at = copyBytes(buffer, start, end, chunk, at);
    at += chunk.write(middle, at);
    for (const { lead, leaf } of plan.numbers) {
      if (tape.canonical[leaf] === 0) continue;
      at = copyBytes(lead, 0, lead.length, chunk, at);
      at = copyBytes(buffer, starts[leaf]!, ends[leaf]!, chunk, at);
    }
    for (const { lead, leaf } of plan.copies) {
      at = copyBytes(lead, 0, lead.length, chunk, at);
      at = copyBytes(buffer, starts[leaf]! - 1, ends[leaf]! + 1, chunk, at);
    }
    at = copyBytes(plan.tail, 0, plan.tail.length, chunk, at);
    if (members !== '') at += chunk.write(members, at);
    if (plan.hasMembers || members !== '') chunk[at++] = CLOSE;
    chunk[at++] = CLOSE;
    chunk[at++] = LF;
    return bytes.take(this.timeMs, at, this.isSaid);
  }
}

/** Provenance as JSON; events of one sender have the same. */
class ProvenanceText {
  private last: Provenance | undefined;
  private text = '';

  of(provenance: Provenance): string {
    const { last } = this;
    const { file, format, line, offset } = provenance;
    if (last?.file !== file || last.format !== format || last.line !== line || last.offset !== offset) {
      this.last = provenance;
      this.text = wellFormedJson(JSON.stringify(provenance));
    }
    return this.text;
  }
}

function columnJson({ lead, tail }: RowColumn, text: string): string {
  return lead + text + tail;
}
