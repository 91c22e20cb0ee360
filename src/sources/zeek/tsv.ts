/**
 * Zeek's own log format: tab-separated lines below a header that names the columns
 * (https://docs.zeek.org/en/master/log-formats.html). Columns are found by the header only, never by version; a second
 * header in the same file (rotated logs joined by `cat`) changes them. A line with a wrong number of columns is not guessed.
 */
import { MappedEvent } from '../mapping.ts';
import { LineSplitter } from '../line-splitter.ts';
import type { EventSink, Parser, Source, SourceContext } from '../source.ts';
import { zeekColumns } from './columns.ts';
import { pathOfColumns, ZEEK_DATASETS, zeekLog } from './logs.ts';
import type { ZeekLog } from './log-mapping.ts';
import { defaultTsvHeader, layoutOf, readHeaderLine, type TsvLayout } from './tsv-header.ts';
import { TsvRecord } from './tsv-record.ts';

const HASH = 35;

/** Zeek logs as Zeek writes them unless told otherwise. */
export const zeekTsv: Source = {
  id: 'zeek-tsv',
  title: 'Zeek logs, tab-separated',
  datasets: ZEEK_DATASETS,
  detect: detectTsv,
  open: (context) => new TsvParser(context),
};

function detectTsv(head: Buffer): number {
  const text = head.toString('latin1', head[0] === 0xef ? 3 : 0);
  if (/^\s*#separator /.test(text)) return 1;
  if (/^#fields[^\w\s]?[\t,;| ](?:ts|uid)\b/m.test(text) && /^\s*#/.test(text)) return 0.95;
  return 0;
}

class TsvParser implements Parser {
  private readonly context: SourceContext;
  private readonly splitter: LineSplitter;
  private readonly record: TsvRecord;
  private readonly event: MappedEvent;
  private readonly header = defaultTsvHeader();
  private isHeaderNew = false;
  private layout: TsvLayout | undefined;
  private log: ZeekLog | undefined;
  private sink: EventSink = () => {};
  private line = 0;
  private offset = 0;
  /** True while the last line is handed out, which has no line end. */
  private isEnding = false;

  constructor(context: SourceContext) {
    this.context = context;
    const { file, networks, settings } = context;
    this.record = new TsvRecord((column, text, expected) => {
      const shown = `${zeekColumns.names[column]!} holds "${text.slice(0, 40)}" where ${expected} was expected`;
      this.fault('zeek.value', shown);
    });
    this.event = new MappedEvent(this.record, networks, file, zeekTsv.id);
    this.splitter = new LineSplitter(
      (buffer, start, end, line, offset) => this.visit(buffer, start, end, line, offset),
      settings.maxRecordBytes,
      (line, offset, bytes) => {
        this.at(line, offset);
        this.fault('zeek.too_long', `a line of ${bytes} bytes is longer than the limit of ${settings.maxRecordBytes}`);
      },
      (line, offset) => {
        this.at(line, offset);
        this.fault('zeek.utf8', 'this line is not valid UTF-8; wrong bytes read as U+FFFD');
      },
    );
  }

  push(bytes: Buffer, sink: EventSink): void {
    this.sink = sink;
    this.splitter.push(bytes);
  }

  end(sink: EventSink): void {
    this.sink = sink;
    this.isEnding = true;
    this.splitter.end();
  }

  private visit(buffer: Buffer, lineStart: number, end: number, line: number, offset: number): void {
    this.line = line;
    this.offset = offset;
    const hasMark = line === 1 && buffer[lineStart] === 0xef && buffer[lineStart + 1] === 0xbb;
    const start = hasMark ? lineStart + 3 : lineStart;
    if (start >= end) return;
    if (buffer[start] === HASH) {
      this.isHeaderNew = true;
      const wrong = readHeaderLine(this.header, buffer.toString('utf8', start, end));
      if (wrong !== undefined) this.fault('zeek.header', wrong);
      return;
    }
    if (this.isHeaderNew) this.takeHeader();
    const { layout, log, record } = this;
    if (layout === undefined || log === undefined) {
      const message = 'a line without a usable #fields line before it: its columns have no names';
      this.fault('zeek.header', message, buffer.subarray(start, end));
      return;
    }
    const count = record.cut(buffer, start, end);
    if (count !== layout.width) {
      const message = `the line has ${count} columns, the header names ${layout.width}`;
      this.fault('zeek.columns', message, buffer.subarray(start, end));
    } else if (this.isEnding && record.endsEmpty) {
      this.fault('zeek.columns', 'the file ends in the middle of a line', buffer.subarray(start, end));
    } else {
      this.event.point(log.mapping, line, offset);
      this.sink(this.event);
    }
  }

  private takeHeader(): void {
    this.isHeaderNew = false;
    const layout = layoutOf(this.header);
    this.layout = layout;
    if (layout === undefined) return;
    this.record.use(layout);
    this.log = zeekLog(this.header.path ?? pathOfColumns((column) => layout.places[column]! >= 0));
  }

  private at(line: number, offset: number): void {
    this.line = line;
    this.offset = offset;
  }

  /** @param row that was not read; without its header it says nothing */
  private fault(code: string, message: string, row?: Buffer): void {
    const { file, faults } = this.context;
    const text = row && faults.keepsText ? { bytes: Buffer.from(row), isWhole: false } : undefined;
    faults.add({ code, file, line: this.line, offset: this.offset, message, ...(text && { text }) });
  }
}
