/** Events taken apart into columns while their views are valid. */
import { DOUBLE, type DuckDBType, type DuckDBValue, VARCHAR } from '@duckdb/node-api';
import { DocumentEvent } from '../../event/document-event.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { FieldValue } from '../../event/document.ts';
import { firstNumber, type EventView } from '../../event/view.ts';
import { type EventColumn, MEMBERS_COLUMN } from '../../query/compile/sql/catalogue-columns.ts';
import type { EventBatch } from '../event-store.ts';
import {
  columnType,
  columnValue,
  elementsType,
  elementValues,
  MEMBERS_TYPE,
  memberValues,
  SEVERAL,
} from './duckdb-values.ts';
import { INGESTED } from './ingested.ts';
import type { EventTable } from './event-tables.ts';

const TIMESTAMP = fieldId('@timestamp');

/** A column of a batch: as long as the batch has rows once {@link BatchColumns.filled}. */
export interface BatchColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly values: DuckDBValue[];
}

/** Rows for one table: of its columns only those that an event of the batch fills. */
export class BatchColumns {
  readonly table: EventTable;
  rows = 0;
  private readonly columns = new Map<string, BatchColumn>();

  constructor(table: EventTable) {
    this.table = table;
  }

  put(name: string, type: DuckDBType, value: DuckDBValue): void {
    if (value === null) return;
    let column = this.columns.get(name);
    if (!column) {
      column = { name, type, values: [] };
      this.columns.set(name, column);
    }
    while (column.values.length < this.rows) column.values.push(null);
    column.values.push(value);
  }

  endRow(): void {
    this.rows++;
  }

  /** @returns the columns, each with a value or null for every row */
  filled(): readonly BatchColumn[] {
    for (const { values } of this.columns.values()) while (values.length < this.rows) values.push(null);
    return [...this.columns.values()];
  }
}

/** See {@link EventBatch}. */
export class DuckDbBatch implements EventBatch {
  readonly parts: readonly [BatchColumns, BatchColumns];
  private readonly inner: DocumentEvent;
  private readonly ids = new Set<string>();
  /** When the events came in; undefined: when they are stored, unless they say so themselves. */
  readonly ingestedMs: number | undefined;

  constructor([usual, lists]: readonly [EventTable, EventTable], networks: Networks, ingestedMs: number | undefined) {
    this.ingestedMs = ingestedMs;
    this.parts = [new BatchColumns(usual), new BatchColumns(lists)];
    this.inner = new DocumentEvent(networks);
  }

  get size(): number {
    return this.ids.size;
  }

  add(event: EventView): string | undefined {
    const id = event.id();
    if (this.ids.has(id)) return undefined;
    this.ids.add(id);
    const [usual, lists] = this.parts;
    const valueOf = (column: EventColumn) => columnValue(this.fieldOf(event, column.field.id), column);
    const values = usual.table.columns.columns.map(valueOf);
    const isUsual = !values.includes(SEVERAL);
    const part = isUsual ? usual : lists;
    const put = ({ name, type, isList }: EventColumn, value: DuckDBValue) =>
      part.put(name, columnType(type, isList), value);
    part.put('id', VARCHAR, id);
    part.put('time', DOUBLE, firstNumber(event, TIMESTAMP) ?? 0);
    part.put('provenance', VARCHAR, JSON.stringify(event.provenance()));
    part.put('document', VARCHAR, wellFormedJson(JSON.stringify(event.document())));
    part.table.columns.columns.forEach((column, i) => {
      put(column, (isUsual ? values[i] : valueOf(column)) as DuckDBValue);
    });
    for (const column of part.table.columns.nested) {
      part.put(column.name, elementsType(column), elementValues(event, column, this.inner));
    }
    part.put(MEMBERS_COLUMN, MEMBERS_TYPE, memberValues(event));
    part.endRow();
    return id;
  }

  private fieldOf(event: EventView, field: FieldId): FieldValue {
    return field === INGESTED.id && this.ingestedMs !== undefined ? this.ingestedMs : event.get(field);
  }
}

/** Half characters, which JSON writes as `\ud83d`, become U+FFFD as they do in the columns. */
function wellFormedJson(text: string): string {
  if (!text.includes('\\ud')) return text;
  return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (escape) => (escape.startsWith('\\ud') ? '\ufffd' : escape));
}
