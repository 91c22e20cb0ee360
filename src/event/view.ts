/**
 * The lazy view of one event: a field is decoded from the bytes when somebody asks, and remembered until the next event.
 * A view is reused for every event of its file; whoever keeps an event keeps its document.
 */
import type { EventFacts } from './event-facts.ts';
import type { Document, FieldValue } from './document.ts';
import type { Field, FieldId } from './field.ts';
import type { JsonOrigin } from './json-origin.ts';
import type { Networks } from './networks.ts';

/** Where an event was read. */
export interface Provenance {
  /** File as the user named it, members of archives as `archive.zip/member`; `-` for standard input. */
  readonly file: string;
  /** Id of the source, such as `zeek-tsv`. */
  readonly format: string;
  /** Line from 1, in formats that have lines. */
  readonly line?: number | undefined;
  /** Byte offset in the unpacked file. */
  readonly offset?: number | undefined;
}

/** One event, valid during the call it is handed to. */
export interface EventView {
  /** @returns the values of a field; derived fields are computed from what the source gives */
  get(field: FieldId): FieldValue;
  /** Elements of a field of type nested. */
  elements(path: readonly string[]): readonly Document[];
  /** Calls back for every field with a value; allocates, meant for bare words and documents. */
  each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void;
  /** The whole event as a new ECS document. */
  document(): Document;
  /** How it stands in the JSON it came as; undefined or absent when its document has to be made. */
  origin?(): JsonOrigin | undefined;
  /** Identity: the same observation read twice has the same id. */
  id(): string;
  /**
   * When it began, milliseconds since 1970, of an event that is known again by that and not by its time: of a connection that was
   * recorded twice the end may differ. Absent or undefined for all others.
   */
  beganMs?(): number | undefined;
  provenance(): Provenance;
  readonly networks: Networks;
  /** What is known of all events of this kind; absent where the source does not tell kinds apart. */
  readonly facts?: EventFacts | undefined;
}

/** @returns the first value of a field as text, or undefined */
export function firstText(view: EventView, field: FieldId): string | undefined {
  const value = first(view.get(field));
  return value === undefined ? undefined : String(value);
}

/** @returns the first value of a field as a number, or undefined when absent or no number */
export function firstNumber(view: EventView, field: FieldId): number | undefined {
  const value = first(view.get(field));
  return typeof value === 'number' ? value : undefined;
}

/** @returns whether one of the values of a field is this text */
export function hasText(view: EventView, field: FieldId, text: string): boolean {
  const value = view.get(field);
  return Array.isArray(value) ? value.includes(text) : value === text;
}

/** @returns the first of several values */
export function first(value: FieldValue): string | number | boolean | undefined {
  return Array.isArray(value) ? (value[0] as string | number | boolean | undefined) : (value as string | undefined);
}
