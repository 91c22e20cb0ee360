/** Single events as table, JSON lines or CSV. */
import { formatCsvCell } from '../base/text/csv-cell.ts';
import type { Field } from '../event/field.ts';
import { normalizedDocument } from '../event/normalized-document.ts';
import type { EventView } from '../event/view.ts';
import { cellText, fieldsObject } from './event-cells.ts';
import { EventTable } from './terminal/event-table.ts';

/** Formats that events are printed in. */
export type EventFormat = 'table' | 'jsonl' | 'csv';

/** How events are printed. */
interface EventPrinting {
  readonly format: EventFormat;
  readonly columns: readonly Field[];
  /** Whether the columns were asked for: empty ones are kept, and JSON holds only them. */
  readonly isChosen: boolean;
  readonly write: (text: string) => void;
}

/** Prints one event, and what is left at the end. */
export interface EventPrinter {
  readonly print: (event: EventView) => void;
  readonly finish: () => void;
}

/** @returns the printer of a format; the head of a table or of CSV is its business */
export function eventPrinter({ format, columns, isChosen, write }: EventPrinting): EventPrinter {
  const names = columns.map(({ name }) => name);
  if (format === 'table') {
    const table = new EventTable(names, write, isChosen);
    return {
      print: (event) => table.row(columns.map((field) => cellText(event, field))),
      finish: () => table.flush(),
    };
  }
  if (format === 'csv') {
    // Names of fields are ours, not data: @timestamp is not defused, so that a script finds its column.
    write(`${names.join(',')}\r\n`);
    const row = (event: EventView) => columns.map((field) => formatCsvCell(cellText(event, field))).join(',');
    return { print: (event) => write(`${row(event)}\r\n`), finish: nothingLeft };
  }
  const object = (event: EventView) => (isChosen ? fieldsObject(event, columns) : normalizedDocument(event));
  return { print: (event) => write(`${JSON.stringify(object(event))}\n`), finish: nothingLeft };
}

function nothingLeft(): void {}
