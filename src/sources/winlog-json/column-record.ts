import type { Document } from '../../event/document.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { SystemColumns, SystemField } from './columns.ts';
import { TextRecord } from './text-record.ts';

/** A shape whose System stands in columns of the JSON reader. */
export abstract class ColumnRecord extends TextRecord {
  protected readonly json: JsonRecord;
  private readonly columns: SystemColumns;
  private parsed: Document | undefined;

  constructor(json: JsonRecord, columns: SystemColumns) {
    super();
    this.json = json;
    this.columns = columns;
  }

  override advance(): void {
    super.advance();
    this.parsed = undefined;
  }

  /** The whole object, parsed once. */
  object(): Document {
    this.parsed ??= this.parseObject();
    return this.parsed;
  }

  protected parseObject(): Document {
    return this.json.parse();
  }

  protected override system(field: SystemField): string | undefined {
    const column = this.columns[field];
    return column === undefined ? undefined : this.json.text(column);
  }

  protected override keywordTexts(): readonly string[] | undefined {
    const column = this.columns.keywords;
    if (column === undefined || !this.json.has(column)) return undefined;
    // Raw first: a list would turn a 64-bit number into a double.
    const raw = this.json.raw(column);
    return raw !== undefined && /^(?:-?\d|0x)/.test(raw) ? [raw] : this.json.list(column);
  }
}
