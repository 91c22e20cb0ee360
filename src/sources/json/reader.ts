/**
 * Reads JSON of any producer: one object a line, arrays, pretty-printed objects, answers of Elasticsearch. The producer
 * is recognised object by object, because collectors mix their outputs in one file.
 */
import type { Source, SourceContext, EventSink, Parser } from '../source.ts';
import { LineSplitter } from '../line-splitter.ts';
import type { JsonDialect } from './dialect.ts';
import { DocumentSplitter } from './document-splitter.ts';
import { buildPathTrie } from './path-trie.ts';
import { JsonRecordReader, type PreparedDialect, prepareDialects } from './record-reader.ts';
import { JsonScanner } from './scanner.ts';

const LF = 10;
/** Enough to see a search answer's first keys when it has no line end. */
const HEAD_BYTES = 64 * 1024;

/**
 * The source that reads JSON.
 *
 * @param dialects producers in the order in which they are tried; a lenient one comes last
 */
export function jsonSource(dialects: readonly JsonDialect[]): Source {
  // Made when the first JSON is read: the trees are larger than anything else that is ready at the start.
  let prepared: readonly PreparedDialect[] | undefined;
  return {
    id: 'json',
    title: 'JSON lines, JSON arrays, Elasticsearch answers and exports',
    datasets: dialects.flatMap((dialect) => dialect.datasets),
    detect: detectJson,
    open: (context) => new JsonParser((prepared ??= prepareDialects(dialects)), context),
  };
}

/** JSON begins with a bracket; whether the content is known shows record by record. */
function detectJson(head: Buffer): number {
  const start = firstByte(head);
  const at = start + (LABEL.exec(head.toString('latin1', start, start + 64))?.[0].length ?? 0);
  if (head[at] === 123) return /^\{\s*("|\})/.test(head.toString('latin1', at, at + 256)) ? 0.8 : 0;
  return head[at] === 91 && /^\[\s*[[{\]]/.test(head.toString('latin1', at, at + 256)) ? 0.8 : 0;
}

/** How evtx_dump numbers records, each in a line before its object. */
const LABEL = /^Record \d+\s+/;

/** Index behind a UTF-8 byte order mark, white space and record separators. */
function firstByte(head: Buffer): number {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && (head[at]! <= 32 || head[at] === 30)) at++;
  return at;
}

class JsonParser implements Parser {
  private readonly context: SourceContext;
  private readonly records: JsonRecordReader;
  private splitter: LineSplitter | DocumentSplitter | undefined;
  /** First bytes, until there are enough of them to tell how the records are written. */
  private head: Buffer = Buffer.alloc(0);
  private sink: EventSink = () => {};

  constructor(prepared: readonly PreparedDialect[], context: SourceContext) {
    this.context = context;
    this.records = new JsonRecordReader(prepared, context);
  }

  push(bytes: Buffer, sink: EventSink): void {
    this.sink = sink;
    if (this.splitter !== undefined) {
      this.splitter.push(bytes);
      return;
    }
    this.head = this.head.length === 0 ? bytes : Buffer.concat([this.head, bytes]);
    const at = firstByte(this.head);
    if (this.head.length < HEAD_BYTES && this.head.indexOf(LF, at) < 0) this.head = Buffer.from(this.head);
    else this.start();
  }

  end(sink: EventSink): void {
    this.sink = sink;
    if (this.splitter === undefined) this.start();
    this.splitter?.end();
  }

  private start(): void {
    const hasMark = this.head[0] === 0xef && this.head[1] === 0xbb && this.head[2] === 0xbf;
    this.splitter = this.chooseSplitter(this.head);
    this.splitter.push(hasMark ? this.head.subarray(3) : this.head);
    this.head = Buffer.alloc(0);
  }

  /** Lines when the first line is a whole object and no answer with records in it; anything else is taken apart by brackets. */
  private chooseSplitter(head: Buffer): LineSplitter | DocumentSplitter {
    const { maxRecordBytes } = this.context.settings;
    const at = firstByte(head);
    const lineEnd = head.indexOf(LF, at);
    const first = head.toString('utf8', at, lineEnd < 0 ? head.length : lineEnd).trim();
    const isAnswer = /^\{\s*(?:"(?:took|hits|_scroll_id|responses|rawResponse)"|"value"\s*:\s*\[\s*\{)/.test(first);
    if (!isAnswer && head[at] === 123 && (lineEnd < 0 || isWholeObject(first))) {
      return new LineSplitter(
        this.lineVisitor,
        maxRecordBytes,
        (line, offset, bytes, beginning) =>
          this.fault(
            'json.too_long',
            `a line of ${bytes} bytes is longer than the limit of ${maxRecordBytes}`,
            line,
            offset,
            beginning,
          ),
        (line, offset) =>
          this.fault('json.utf8', 'this line is not valid UTF-8; wrong bytes read as U+FFFD', line, offset),
      );
    }
    return new DocumentSplitter(this.recordVisitor, maxRecordBytes, (message, line, offset) =>
      this.fault('json.syntax', message, line, offset),
    );
  }

  private readonly lineVisitor = (buffer: Buffer, start: number, end: number, line: number, offset: number): void => {
    let from = start;
    while (from < end && (buffer[from]! <= 32 || buffer[from] === 30)) from++;
    if (from < end) this.recordVisitor(buffer, from, end, line, offset + from - start);
  };

  private readonly recordVisitor = (buffer: Buffer, start: number, end: number, line: number, offset: number): void =>
    this.records.read(buffer, start, end, line, offset, this.sink);

  /** @param head of what was not read, which is too long to be kept whole */
  private fault(code: string, message: string, line: number, offset: number, head?: Buffer): void {
    const { faults, file } = this.context;
    const text = head && faults.keepsText ? { bytes: Buffer.from(head), isWhole: false } : undefined;
    faults.add({ code, file, line, offset, message, ...(text && { text }) });
  }
}

function isWholeObject(line: string): boolean {
  const scanner = new JsonScanner(buildPathTrie([]), 0);
  const bytes = Buffer.from(line);
  return scanner.scan(bytes, 0, bytes.length);
}
