import type { FieldValue } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { WindowsRecord } from './windows-record.ts';

/** Reads one field from the current record; may ask the view for other fields. */
export type WindowsRead = (record: WindowsRecord, view: EventView) => FieldValue;

/** Brings one raw text of a record into the form of a field; undefined when it does not have that meaning. */
export type Convert = (text: string) => FieldValue;

/**
 * @param text raw value; blanks around it are real in the log and mean nothing
 * @returns the trimmed text, or undefined for what Windows writes for nothing
 */
export function present(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  return trimmed === '' || trimmed === '-' ? undefined : trimmed;
}

/** @returns the first value of the names that says something */
export function firstPresent(record: WindowsRecord, names: readonly number[]): string | undefined {
  for (const name of names) {
    const text = present(record.data(name));
    if (text !== undefined) return text;
  }
  return undefined;
}
