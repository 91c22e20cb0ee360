import type { Document, FieldValue } from '../../event/document.ts';
import { setPath } from '../../event/document.ts';
import { type Field, type FieldId, fields } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import { WindowsEvent } from '../windows/windows-event.ts';
import { EXPORTED_FIELDS, type Freedom } from '../windows/windows-facts.ts';
import type { TextRecord } from './text-record.ts';

/** A Windows event of a JSON or XML shape: the mapping, and what the shape says beside the record. */
export class WinlogEvent extends WindowsEvent {
  private readonly text: TextRecord;

  constructor(record: TextRecord, networks: Networks, file: string, format: string) {
    super(record, networks, file, format);
    this.text = record;
  }

  /** What it may say beyond the mapping. */
  get freedom(): Freedom {
    return 'exporter';
  }

  /** Other values than a record of an event log has. */
  override get facts(): undefined {
    return undefined;
  }

  protected override read(field: FieldId): FieldValue {
    return EXPORTED_FIELDS.includes(field) ? this.text.extra(field) : super.read(field);
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    super.each(visit);
    for (const id of EXPORTED_FIELDS) {
      const value = this.get(id);
      if (value !== undefined) visit(fields.at(id), value);
    }
  }

  override document(): Document {
    const document = super.document();
    for (const id of EXPORTED_FIELDS) {
      const value = this.get(id);
      if (value !== undefined) setPath(document, fields.at(id).path, value);
    }
    return document;
  }
}
