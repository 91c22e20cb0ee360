/** Records of Winlogbeat and Elastic Agent. */
import { JSON_KIND } from '../../base/json/json-shape.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { leafValue } from '../../base/json/leaf-value.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { nestedCopy } from '../../event/document-event.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { BEATS6_COLUMNS, BEATS_COLUMNS, SIGN, type SystemField } from './columns.ts';
import { ColumnRecord } from './column-record.ts';
import type { DataValues } from './data-values.ts';
import { type BeatsLayout, beatsLayout } from './beats-layout.ts';
import { addMovedFields, textsIn } from './moved-fields.ts';

/** A document with the layout of its shape. */
export interface LaidOut {
  readonly tape: JsonTape;
  readonly layout: BeatsLayout;
}

/** Source of a search hit, or the object itself. */
function sourceOf(object: Document): Document {
  const source = object['_source'];
  return isDocument(source) ? source : object;
}

/** Winlogbeat 7 and 8, Elastic Agent: a `winlog` object in an ECS document. */
export class BeatsRecord extends ColumnRecord {
  private nested: Document | undefined;
  /** Null: asked, and there is none. */
  private knownLayout: LaidOut | null | undefined;

  constructor(json: JsonRecord) {
    super(json, BEATS_COLUMNS);
  }

  override advance(): void {
    super.advance();
    this.nested = undefined;
    this.knownLayout = undefined;
  }

  /** The document itself, keys nested; not to be changed. */
  document(): Document {
    this.nested ??= nestedCopy(sourceOf(this.object()));
    return this.nested;
  }

  /** Where its values stand; undefined when it has to be parsed. */
  laidOut(): LaidOut | undefined {
    if (this.knownLayout === undefined) {
      const tape = this.json.tape();
      const layout = tape && beatsLayout(tape.shape);
      this.knownLayout = layout ? { tape, layout } : null;
    }
    return this.knownLayout ?? undefined;
  }

  override get userDataName(): string | undefined {
    if (this.laidOut()) return undefined;
    const name = this.section('user_data')?.['xml_name'];
    return typeof name === 'string' ? name : undefined;
  }

  protected override system(field: SystemField): string | undefined {
    const text = super.system(field);
    if (text !== undefined || field !== 'computer') return text;
    // Without a computer the beat's own host wrote it, unless it was forwarded: then host names the collector.
    const isForwarded =
      this.json.text(BEATS_COLUMNS.channel!) === 'ForwardedEvents' ||
      this.json.text(SIGN.dataStream) === 'windows.forwarded';
    return isForwarded ? undefined : (this.json.text(SIGN.hostname) ?? this.json.text(SIGN.host));
  }

  protected override fill(values: DataValues): void {
    const known = this.laidOut();
    if (known) {
      const { tape, layout } = known;
      values.addTexts(layout.data, (leaf) => String(leafValue(tape, leaf, JSON_KIND.text)), 'event_data');
      addMovedFields(values, (name) => layout.textAt(tape, name), this.channel, this.eventId);
      return;
    }
    values.addAll(this.section('event_data'), 'event_data');
    values.addAll(this.section('user_data'), 'user_data');
    addMovedFields(values, textsIn(this.document()), this.channel, this.eventId);
  }

  private section(name: string): Document | undefined {
    const { winlog } = this.document();
    const section = isDocument(winlog) ? winlog[name] : undefined;
    return isDocument(section) ? section : undefined;
  }
}

/** Winlogbeat 6: the same parts at the top level, under other names. */
export class Beats6Record extends ColumnRecord {
  constructor(json: JsonRecord) {
    super(json, BEATS6_COLUMNS);
  }

  override get userDataName(): string | undefined {
    return this.json.text(SIGN.userDataName);
  }

  protected override fill(values: DataValues): void {
    const source = sourceOf(this.object());
    values.addAll(source['event_data'] ?? {}, 'event_data');
    values.addAll(source['user_data'] ?? {}, 'user_data');
  }
}
