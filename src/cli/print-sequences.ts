/** Sequences that a query found, as table, JSON lines or CSV: one row an event, one JSON object a sequence. */
import { formatCsvCell } from '../base/text/csv-cell.ts';
import { formatTime } from '../base/text/figures.ts';
import { printable } from '../base/text/printable.ts';
import { wrapColumns } from '../base/text/text-width.ts';
import type { Alert } from '../detect/alert.ts';
import type { Document } from '../event/document.ts';
import { DocumentEvent } from '../event/document-event.ts';
import type { Field } from '../event/field.ts';
import type { Networks } from '../event/networks.ts';
import { timelineRows } from '../report/leg-timeline.ts';
import type { EventFormat } from './event-printer.ts';
import { layOut } from './terminal/columns.ts';
import { EventTable } from './terminal/event-table.ts';
import { cellText, fieldsObject } from './event-cells.ts';

/** How sequences are printed. */
export interface SequencePrinting {
  readonly format: EventFormat;
  readonly columns: readonly Field[];
  /** Whether the columns were asked for: empty ones are kept, and JSON holds only them. */
  readonly isChosen: boolean;
  readonly write: (text: string) => void;
  /** Columns of the terminal. */
  readonly width: number;
  readonly networks: Networks;
}

/** Columns before those of the events. */
const HEADS = ['sequence', 'step'] as const;

/** @param sequences in order; each has a timeline */
export function printSequences(sequences: Iterable<Alert>, printing: SequencePrinting): void {
  const { format, columns, isChosen, write, networks } = printing;
  const view = new DocumentEvent(networks);
  if (format === 'jsonl') {
    for (const sequence of sequences) write(`${JSON.stringify(sequenceObject(sequence, printing, view))}\n`);
    return;
  }
  if (format === 'table' && !isChosen) return printTimelines(sequences, printing);
  const names = [...HEADS, ...columns.map(({ name }) => name)];
  const table = format === 'table' ? new EventTable(names, write, true) : undefined;
  // Names of fields are ours, not data: @timestamp is not defused, so that a script finds its column.
  if (!table) write(`${names.join(',')}\r\n`);
  let number = 0;
  for (const sequence of sequences) {
    number++;
    for (const { name, document } of stepsOf(sequence)) {
      view.point(document ?? {});
      const cells = columns.map((field) => (document ? cellText(view, field) : ''));
      const row = [String(number), document ? name : `no ${name}`, ...cells];
      if (table) table.row(row);
      else write(`${row.map((cell) => formatCsvCell(cell)).join(',')}\r\n`);
    }
  }
  table?.flush();
}

/** Fields of events side by side are wider than a terminal, so each sequence is its keys and a timeline in words. */
function printTimelines(sequences: Iterable<Alert>, { write, width }: SequencePrinting): void {
  let number = 0;
  for (const alert of sequences) {
    number++;
    const keys = alert.sequence!.keys.map(({ field, value }) => `${field} ${value}`).join(', ');
    const head = `${number}  ${formatTime(alert.originalTime)}${keys === '' ? '' : `  ${keys}`}`;
    write(number === 1 ? '' : '\n');
    for (const line of wrapColumns(printable(head), width)) write(`${line}\n`);
    const rows = timelineRows(alert).map(({ label, after, text }) => [`   ${label}`, after, text]);
    write(layOut(rows, width));
  }
}

function sequenceObject(alert: Alert, { columns, isChosen }: SequencePrinting, view: DocumentEvent): Document {
  return {
    keys: Object.fromEntries(alert.sequence!.keys.map(({ field, value }) => [field, value])),
    span_ms: Math.round(alert.sequence!.spanMs * 1000) / 1000,
    events: stepsOf(alert).map(({ name, id, document }) => {
      if (!document) return { step: name, missing: true };
      view.point(document);
      return { step: name, id, event: isChosen ? fieldsObject(view, columns) : document };
    }),
  };
}

interface Step {
  readonly name: string;
  readonly id: string | undefined;
  /** Undefined for a step that is missing. */
  readonly document: Document | undefined;
}

function stepsOf({ sequence, members }: Alert): Step[] {
  const documents = new Map(members.map(({ id, document }) => [id, document]));
  return sequence!.legs.map(({ name, event: id }) => {
    // A document that could not be kept (a full disk) is an empty event, not a missing one.
    return { name, id, document: id === undefined ? undefined : (documents.get(id) ?? {}) };
  });
}
