import type { Document, FieldValue } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import { LazyEvent } from '../../event/lazy-event.ts';
import type { Networks } from '../../event/networks.ts';
import type { Provenance } from '../../event/view.ts';
import type { WindowsRecord } from './windows-record.ts';

/** A Windows event record as ECS, whatever the record was wrapped in. */
export class WindowsEvent extends LazyEvent {
  protected readonly record: WindowsRecord;
  private readonly file: string;
  private readonly format: string;
  private line: number | undefined;
  private offset: number | undefined;

  /**
   * @param record shows the current record; its getters answer anew after each {@link point}
   * @param format id of the source
   */
  constructor(record: WindowsRecord, networks: Networks, file: string, format: string) {
    super(networks);
    this.record = record;
    this.file = file;
    this.format = format;
  }

  /** The record now shows another event. */
  point(line: number | undefined, offset: number | undefined): void {
    this.nextEvent();
    this.line = line;
    this.offset = offset;
  }

  protected override read(): FieldValue {
    return undefined;
  }

  override elements(): readonly Document[] {
    return [];
  }

  override each(_visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {}

  override document(): Document {
    return {};
  }

  override id(): string {
    return '';
  }

  override provenance(): Provenance {
    return { file: this.file, format: this.format, line: this.line, offset: this.offset };
  }
}
