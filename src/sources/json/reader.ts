/**
 * Reads JSON of any producer: one object a line, arrays, pretty-printed objects, answers of Elasticsearch. The producer
 * is recognised object by object, because collectors mix their outputs in one file.
 */
import type { Source, SourceContext, EventSink, Parser } from '../source.ts';
import { LineSplitter } from '../line-splitter.ts';
import type { DialectSession, JsonDialect } from './dialect.ts';
import { DocumentSplitter } from './document-splitter.ts';
import { buildPathTrie, type PathNode } from './path-trie.ts';
import { JsonScanner } from './scanner.ts';
import { SpanRecord } from './span-record.ts';

const LF = 10;
/** Enough to see a search answer's first keys when it has no line end. */
const HEAD_BYTES = 64 * 1024;

/** A dialect with its tree of paths, made once for all files. */
interface PreparedDialect {
  readonly dialect: JsonDialect;
  readonly trie: PathNode;
  readonly knownPaths: ReadonlySet<string>;
}

/**
 * The source that reads JSON.
 *
 * @param dialects producers in the order in which they are tried; a lenient one comes last
 */
export function jsonSource(dialects: readonly JsonDialect[]): Source {
  // Made when the first JSON is read: the trees are larger than anything else that is ready at the start.
  let prepared: readonly PreparedDialect[] | undefined;
  const prepare = () =>
    dialects.map(
      (dialect): PreparedDialect => ({
        dialect,
        trie: buildPathTrie(dialect.paths),
        knownPaths: new Set(dialect.paths.flat()),
      }),
    );
  return {
    id: 'json',
    title: 'JSON lines, JSON arrays, Elasticsearch answers and exports',
    datasets: dialects.flatMap((dialect) => dialect.datasets),
    detect: detectJson,
    open: (context) => new JsonParser((prepared ??= prepare()), context),
  };
}

/** JSON begins with a bracket; whether the content is known shows record by record. */
function detectJson(head: Buffer): number {
  const at = firstByte(head);
  if (head[at] === 123) return /^\{\s*("|\})/.test(head.toString('latin1', at, at + 256)) ? 0.8 : 0;
  return head[at] === 91 && /^\[\s*[[{\]]/.test(head.toString('latin1', at, at + 256)) ? 0.8 : 0;
}

/** Index behind a UTF-8 byte order mark, white space and record separators. */
function firstByte(head: Buffer): number {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && (head[at]! <= 32 || head[at] === 30)) at++;
  return at;
}

/** A dialect reading one file. */
interface OpenDialect {
  readonly dialect: JsonDialect;
  readonly scanner: JsonScanner;
  readonly record: SpanRecord;
  readonly session: DialectSession;
}

class JsonParser implements Parser {
  private readonly prepared: readonly PreparedDialect[];
  private readonly context: SourceContext;
  private readonly opened: (OpenDialect | undefined)[];
  private splitter: LineSplitter | DocumentSplitter | undefined;
  /** First bytes, until there are enough of them to tell how the records are written. */
  private head: Buffer = Buffer.alloc(0);
  private sink: EventSink = () => {};
  private current = 0;
  private line = 0;
  private offset = 0;

  constructor(prepared: readonly PreparedDialect[], context: SourceContext) {
    this.prepared = prepared;
    this.context = context;
    this.opened = prepared.map(() => undefined);
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

  /** Lines when the first line is a whole object and no search answer; anything else is taken apart by brackets. */
  private chooseSplitter(head: Buffer): LineSplitter | DocumentSplitter {
    const { maxRecordBytes } = this.context.settings;
    const at = firstByte(head);
    const lineEnd = head.indexOf(LF, at);
    const first = head.toString('utf8', at, lineEnd < 0 ? head.length : lineEnd).trim();
    const isAnswer = /^\{\s*"(?:took|hits|_scroll_id|responses|rawResponse)"/.test(first);
    if (!isAnswer && head[at] === 123 && (lineEnd < 0 || isWholeObject(first))) {
      return new LineSplitter(
        this.lineVisitor,
        maxRecordBytes,
        (line, offset, bytes) =>
          this.fault(
            'json.too_long',
            `a line of ${bytes} bytes is longer than the limit of ${maxRecordBytes}`,
            line,
            offset,
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

  private readonly recordVisitor = (buffer: Buffer, start: number, end: number, line: number, offset: number): void => {
    this.line = line;
    this.offset = offset;
    const usual = this.open(this.current);
    if (!this.scan(usual, buffer, start, end)) return;
    if (usual.dialect.recognise(usual.record)) {
      this.emit(usual);
      return;
    }
    for (let i = 0; i < this.prepared.length; i++) {
      if (i === this.current) continue;
      const other = this.open(i);
      if (!other.scanner.scan(buffer, start, end)) continue;
      other.record.start = start;
      other.record.end = other.scanner.position;
      if (other.dialect.recognise(other.record)) {
        this.current = i;
        this.emit(other);
        return;
      }
    }
    this.fault('json.unknown', `this JSON object is of no known producer (${describe(usual.record)})`, line, offset);
  };

  private scan(open: OpenDialect, buffer: Buffer, start: number, end: number): boolean {
    const { scanner, record } = open;
    if (!scanner.scan(buffer, start, end)) {
      const at = scanner.position;
      const found = at < end ? `"${buffer.toString('latin1', at, Math.min(end, at + 12))}"` : 'the end';
      const message = `not a JSON object: expected ${scanner.expected} at byte ${at - start}, found ${found}`;
      this.fault('json.syntax', message, this.line, this.offset);
      return false;
    }
    record.start = start;
    record.end = scanner.position;
    for (let i = scanner.position; i < end; i++) {
      const c = buffer[i]!;
      // A comma behind the object is how some exports write arrays a line at a time.
      if (c > 32 && c !== 44 && c !== 93) {
        this.fault(
          'json.trailing',
          `text behind the JSON object at byte ${i - start} was not read`,
          this.line,
          this.offset,
        );
        break;
      }
    }
    return true;
  }

  private emit(open: OpenDialect): void {
    const event = open.session.event(open.record, this.line, this.offset, this.sink);
    if (typeof event === 'string') this.context.skipped(event);
    else if (event !== undefined) this.sink(event);
  }

  private open(index: number): OpenDialect {
    const known = this.opened[index];
    if (known) return known;
    const { dialect, trie, knownPaths } = this.prepared[index]!;
    const scanner = new JsonScanner(trie, dialect.paths.length);
    const record = new SpanRecord(scanner, knownPaths, (column, text, expected) => {
      const name = dialect.paths[column]?.[0] ?? 'a value';
      const message = `${name} holds "${text.slice(0, 40)}" where ${expected} was expected`;
      this.fault('json.value', message, this.line, this.offset);
    });
    const open = { dialect, scanner, record, session: dialect.open(this.context) };
    this.opened[index] = open;
    return open;
  }

  private fault(code: string, message: string, line: number, offset: number): void {
    this.context.faults.add({ code, file: this.context.file, line, offset, message });
  }
}

function isWholeObject(line: string): boolean {
  const scanner = new JsonScanner(buildPathTrie([]), 0);
  const bytes = Buffer.from(line);
  return scanner.scan(bytes, 0, bytes.length);
}

/** The first keys of an object, for the fault that says nobody knows it. */
function describe(record: SpanRecord): string {
  const keys = Object.keys(record.parse()).slice(0, 5);
  return keys.length === 0 ? 'no keys' : `keys ${keys.join(', ')}`;
}
