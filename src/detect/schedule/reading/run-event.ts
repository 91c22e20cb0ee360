/**
 * Events as a run reads them: with their documents, or with the few fields that decide. Most of what a run looks at only
 * counts; documents are read for what is told.
 */
import { type Document, type FieldValue, setPath } from '../../../event/document.ts';
import { type Field, type FieldId, fieldId, fields } from '../../../event/field.ts';
import type { Networks } from '../../../event/networks.ts';
import type { EventView, Provenance } from '../../../event/view.ts';
import type { EventValues, StoredEvent } from '../../../store/event-store.ts';

/** See the head of this file. */
export type RunEvent = StoredEvent | EventValues;

const TIMESTAMP = fieldId('@timestamp');

const NOTHING: Document = {};

/** A rule asked for something of an event that was not read. */
export class FieldUnread extends Error {
  /** The field; undefined when it takes the whole document. */
  readonly field: Field | undefined;

  constructor(field: Field | undefined) {
    super(`${field?.name ?? 'the document'} was not read`);
    this.field = field;
  }
}

/** @returns whether an event was read with its document */
export function hasDocument(event: RunEvent): event is StoredEvent {
  return 'document' in event;
}

/** The view of an event of which some fields were read. Asked for others it throws {@link FieldUnread}. */
export class ValuesView implements EventView {
  readonly networks: Networks;
  private readonly asked: readonly Field[];
  private readonly places = new Map<FieldId, number>();
  private readonly hasDocuments: boolean;
  private event: EventValues | undefined;

  /**
   * @param asked fields in the order of the events' values
   * @param hasDocuments false for a rule that decides nothing by documents: it gets one that says nothing, and none need be made
   */
  constructor(networks: Networks, asked: readonly Field[], hasDocuments = true) {
    this.networks = networks;
    this.asked = asked;
    this.hasDocuments = hasDocuments;
    asked.forEach(({ id }, place) => this.places.set(id, place));
  }

  /** The view now shows another event. */
  show(event: EventValues): void {
    this.event = event;
  }

  get(id: FieldId): FieldValue {
    const { timeMs = 0, values = [] } = this.event ?? {};
    if (id === TIMESTAMP) return timeMs === 0 ? undefined : timeMs;
    const place = this.places.get(id);
    if (place === undefined) throw new FieldUnread(fields.at(id));
    return values[place];
  }

  elements(): readonly Document[] {
    throw new FieldUnread(undefined);
  }

  each(): void {
    throw new FieldUnread(undefined);
  }

  /** What was read, as a document: it decides as the whole one does, and is not what people are shown. */
  document(): Document {
    if (!this.hasDocuments) return NOTHING;
    const document: Document = {};
    for (const { id, path } of this.asked) {
      const value = this.get(id);
      if (value !== undefined) setPath(document, path, value);
    }
    return document;
  }

  id(): string {
    return this.event?.id ?? '';
  }

  provenance(): Provenance {
    return this.event?.provenance ?? { file: '', format: '' };
  }
}
