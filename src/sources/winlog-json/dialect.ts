/**
 * Windows events as JSON, in every shape of shapes.ts. Tried before ECS, since the documents of Winlogbeat and Elastic
 * Agent are ECS too and need the record's own values to be complete.
 */
import type { Document } from '../../event/document.ts';
import { isDocument } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { DialectSession, JsonDialect, JsonRecord } from '../json/dialect.ts';
import { buildPathTrie } from '../json/path-trie.ts';
import { JsonScanner } from '../json/scanner.ts';
import { SpanRecord } from '../json/span-record.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { WindowsGate } from '../windows/windows-gate.ts';
import { SIGN, WINLOG_PATHS } from './columns.ts';
import { FlatRecord } from './flat-record.ts';
import { LocalClock } from './local-clock.ts';
import { type OpenShape, openShape, type Shape, shapeOf } from './shapes.ts';
import { WinlogIntake } from './winlog-intake.ts';
import { PowerShellRecord } from './powershell-record.ts';
import { XmlError } from './xml/xml-reader.ts';
import { XmlRecord } from './xml/xml-record.ts';

/** Windows events as JSON. */
export const winlogDialect: JsonDialect = {
  id: 'winlog-json',
  title:
    'Windows events, JSON: Winlogbeat, Elastic Agent, NXLog, evtx_dump, Get-WinEvent, Chainsaw, Hayabusa, Log Analytics, Splunk',
  datasets: ['system.*', 'windows.*', 'winlog.winlog'],
  paths: WINLOG_PATHS,
  recognise: (record) => shapeOf(record) !== undefined,
  open: (context) => new WinlogSession(context),
};

/** Reads one file. */
class WinlogSession implements DialectSession {
  private readonly context: SourceContext;
  private readonly intake: WinlogIntake;
  private readonly clock: LocalClock;
  private json: JsonRecord | undefined;
  private shapes = new Map<Shape, OpenShape>();
  /** For the events inside of an object that holds several. */
  private inner:
    | { readonly scanner: JsonScanner; readonly record: SpanRecord; readonly shapes: Map<Shape, OpenShape> }
    | undefined;

  constructor(context: SourceContext) {
    this.context = context;
    this.intake = new WinlogIntake(context, new WindowsGate(context.gate));
    this.clock = new LocalClock(context.settings.timezone, () => this.intake.assumed());
  }

  get remembers(): boolean {
    return this.clock.remembers;
  }

  event(
    json: JsonRecord,
    line: number | undefined,
    offset: number | undefined,
    sink: EventSink,
  ): EventView | string | undefined {
    if (this.json !== json) {
      this.json = json;
      this.shapes = new Map();
    }
    this.intake.at(line, offset);
    if (json.has(SIGN.documents) && !json.has(SIGN.document)) return this.aggregate(json.parse(), sink);
    return this.one(json, this.shapes);
  }

  private one(json: JsonRecord, shapes: Map<Shape, OpenShape>): EventView | string | undefined {
    const shape = shapeOf(json);
    if (shape === undefined) return 'aggregates without events';
    let open = shapes.get(shape);
    if (!open) {
      const { file, networks } = this.context;
      const damaged = (message: string) => this.intake.fault('winlog.data', message);
      open = openShape(shape, json, { file, networks, clock: this.clock, damaged });
      shapes.set(shape, open);
    }
    const { record } = open;
    if (record instanceof XmlRecord) {
      try {
        record.show(json.text(SIGN.raw) ?? '');
      } catch (cause) {
        if (!(cause instanceof XmlError)) throw cause;
        this.intake.fault('winlog.xml', `the XML of this event: ${cause.message} at character ${cause.offset}`);
        return undefined;
      }
    } else {
      record.advance();
    }
    if (record instanceof FlatRecord) record.observe();
    const event = this.intake.take(open);
    if (record instanceof PowerShellRecord && typeof event === 'object') {
      const problem = record.problem();
      if (problem) this.intake.assume(problem.code, problem.message);
    }
    return event;
  }

  /** Chainsaw counts events for some rules and shows them all in one object. */
  private aggregate(object: Document, sink: EventSink): string | undefined {
    const documents = object['documents'];
    const events = Array.isArray(documents) ? (documents as readonly unknown[]).filter(isDocument) : [];
    for (const document of events) {
      const inner = this.innerReader();
      const bytes = Buffer.from(JSON.stringify({ kind: object['kind'], document }));
      if (!inner.scanner.scan(bytes, 0, bytes.length)) continue;
      inner.record.point(0, bytes.length);
      const event = this.one(inner.record, inner.shapes);
      if (typeof event === 'string') this.context.skipped(event);
      else if (event !== undefined) sink(event);
    }
    return events.length === 0 ? 'aggregates without events' : undefined;
  }

  private innerReader() {
    if (!this.inner) {
      const scanner = new JsonScanner(buildPathTrie(WINLOG_PATHS), WINLOG_PATHS.length);
      const record = new SpanRecord(scanner, new Set(), (_column, text, expected) =>
        this.intake.fault('json.value', `"${text.slice(0, 40)}" stands where ${expected} was expected`),
      );
      this.inner = { scanner, record, shapes: new Map() };
    }
    return this.inner;
  }
}
