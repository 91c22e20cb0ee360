/**
 * Reads one JSON object after another, wherever they come from: lines of a file, documents of a request. The producer is
 * recognised object by object, because collectors mix their outputs.
 */
import type { FaultText } from '../../base/fault.ts';
import type { JsonShape } from '../../base/json/json-shape.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import type { DatagramParser } from '../datagram.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { ColumnPlans } from './column-plan.ts';
import { hasMoreNames } from './count-names.ts';
import type { BulkTarget, DialectSession, JsonDialect } from './dialect.ts';
import { readKnownTape } from './known-tape.ts';
import { buildPathTrie, type PathNode } from './path-trie.ts';
import { JsonScanner } from './scanner.ts';
import { SpanRecord } from './span-record.ts';

/** A dialect with its tree of paths, made once for all files. */
export interface PreparedDialect {
  readonly dialect: JsonDialect;
  readonly trie: PathNode;
  readonly plans: ColumnPlans;
  readonly knownPaths: ReadonlySet<string>;
}

/** Makes dialects ready to read; the trees are larger than anything else of a reader, so they are made once. */
export function prepareDialects(dialects: readonly JsonDialect[]): readonly PreparedDialect[] {
  return dialects.map((dialect) => {
    const trie = buildPathTrie(dialect.paths);
    return { dialect, trie, plans: new ColumnPlans(trie), knownPaths: new Set(dialect.paths.flat()) };
  });
}

/** Code of the fault that text behind an object was not read. */
export const TRAILING_TEXT = 'json.trailing';

/** A dialect reading one file. */
interface OpenDialect {
  readonly dialect: JsonDialect;
  readonly plans: ColumnPlans;
  readonly scanner: JsonScanner;
  readonly record: SpanRecord;
  readonly session: DialectSession;
  /** Opened when a line is carried for the first time. */
  lines: readonly DatagramParser[] | undefined;
}

function linesOf(open: OpenDialect, context: SourceContext): readonly DatagramParser[] {
  return (open.lines ??= open.dialect.lines?.map((format) => format.open(context)) ?? []);
}

/** The objects of one file or one shipper. */
export class JsonRecordReader {
  private readonly prepared: readonly PreparedDialect[];
  private readonly context: SourceContext;
  private readonly opened: (OpenDialect | undefined)[];
  private readonly refused = new WeakMap<JsonShape, Set<number>>();
  private current = 0;
  /** Where the object stands. */
  private buffer: Buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;
  private line: number | undefined;
  private offset: number | undefined;

  /** @param prepared producers in the order in which they are tried; a lenient one comes last */
  constructor(prepared: readonly PreparedDialect[], context: SourceContext) {
    this.prepared = prepared;
    this.context = context;
    this.opened = prepared.map(() => undefined);
  }

  /** Whether objects that were read may add to what later ones say. */
  get remembers(): boolean {
    return this.opened.some((open) => open?.session.remembers === true);
  }

  /**
   * Reads the object in `buffer[start..end)`. What cannot be read is a fault, what holds no event is counted as skipped.
   *
   * @param target id and index that a bulk request gives to the object
   */
  read(
    buffer: Buffer,
    start: number,
    end: number,
    line: number | undefined,
    offset: number | undefined,
    sink: EventSink,
    target?: BulkTarget,
  ): void {
    this.line = line;
    this.offset = offset;
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    if (this.hasTooManyNames(buffer, start, end)) return;
    const usual = this.open(this.current);
    // Where the tape is asked for anyway, it comes first and spares the scan.
    const tape = usual.record.isTapeWanted ? (readKnownTape(buffer, start, end) ?? null) : undefined;
    if (!this.show(usual, buffer, start, end, tape)) return;
    const isKnown = usual.dialect.recognise(usual.record);
    if (isKnown && usual.dialect.isShared?.(usual.record) !== true) {
      this.emit(usual, sink, target);
      return;
    }
    const known = usual.record.tape() ?? null;
    const refused = this.refusedBy(known?.shape);
    for (let i = 0; i < this.prepared.length; i++) {
      if (i === this.current || refused?.has(i) === true) continue;
      const other = this.open(i);
      if (!find(other, buffer, start, end, known)) continue;
      if (other.dialect.recognise(other.record)) {
        this.current = i;
        this.emit(other, sink, target);
        return;
      }
      // An answer that looked at no value is the same for all objects of the shape.
      if (!other.record.wasRead) refused?.add(i);
    }
    if (isKnown) this.emit(usual, sink, target);
    else this.unknown(usual.record);
  }

  private hasTooManyNames(buffer: Buffer, start: number, end: number): boolean {
    const { maxRecordNames } = this.context.settings;
    if (maxRecordNames === undefined || !hasMoreNames(buffer, start, end, maxRecordNames)) return false;
    this.unread('json.names', `this JSON object has more than the limit of ${maxRecordNames} names`);
    return true;
  }

  private unknown(record: SpanRecord): void {
    this.unread('json.unknown', `this JSON object is of no known producer (${describe(record)})`);
  }

  /** Numbers of the dialects that no object of the shape is of; grows as they are asked. */
  private refusedBy(shape: JsonShape | undefined): Set<number> | undefined {
    if (!shape) return undefined;
    let refused = this.refused.get(shape);
    if (!refused) {
      refused = new Set();
      this.refused.set(shape, refused);
    }
    return refused;
  }

  /** @returns whether an object is shown; what is wrong with it or behind it is said */
  private show(
    open: OpenDialect,
    buffer: Buffer,
    start: number,
    end: number,
    tape: JsonTape | null | undefined,
  ): boolean {
    const { scanner } = open;
    if (!find(open, buffer, start, end, tape)) {
      const at = scanner.position;
      const found = at < end ? `"${buffer.toString('latin1', at, Math.min(end, at + 12))}"` : 'the end';
      const message = `not a JSON object: expected ${scanner.expected} at byte ${at - start}, found ${found}`;
      this.unread('json.syntax', message);
      return false;
    }
    for (let i = scanner.position; i < end; i++) {
      const c = buffer[i]!;
      // A comma behind the object is how some exports write arrays a line at a time.
      if (c > 32 && c !== 44 && c !== 93) {
        this.fault(TRAILING_TEXT, `text behind the JSON object at byte ${i - start} was not read`);
        break;
      }
    }
    return true;
  }

  private emit(open: OpenDialect, sink: EventSink, target: BulkTarget | undefined): void {
    const carried = open.dialect.carried?.(open.record);
    if (carried === undefined) this.handOut(open, sink, target);
    else if (this.readCarried(carried.text, open, sink)) return;
    else if (carried.isAll) this.unknown(open.record);
    else this.handOut(open, sink, target);
  }

  /** @returns whether that was all: one of the other dialects knows the line, or what is wrong with it was said */
  private readCarried(text: string, carrier: OpenDialect, sink: EventSink): boolean {
    const line = Buffer.from(text);
    if (!text.startsWith('{')) {
      const origin = { ip: '', time: 0, offset: this.offset };
      return linesOf(carrier, this.context).some((parser) => parser.datagram(line, 0, line.length, origin, sink));
    }
    if (this.hasTooManyNames(line, 0, line.length)) return true;
    for (let i = 0; i < this.prepared.length; i++) {
      const other = this.open(i);
      if (other === carrier) continue;
      const { scanner, record, dialect } = other;
      if (!scanner.scan(line, 0, line.length) || line.toString('utf8', scanner.position).trim() !== '') return false;
      record.point(0, scanner.position);
      if (!dialect.recognise(record)) continue;
      this.handOut(other, sink, undefined);
      return true;
    }
    return false;
  }

  private handOut({ session, record }: OpenDialect, sink: EventSink, target: BulkTarget | undefined): void {
    const event = session.event(record, this.line, this.offset, sink, target);
    if (typeof event === 'string') this.context.skipped(event);
    else if (event !== undefined) sink(event);
  }

  private open(index: number): OpenDialect {
    const known = this.opened[index];
    if (known) return known;
    const { dialect, trie, plans, knownPaths } = this.prepared[index]!;
    const scanner = new JsonScanner(trie, dialect.paths.length);
    const record = new SpanRecord(scanner, knownPaths, (column, text, expected) => {
      const name = dialect.paths[column]?.[0] ?? 'a value';
      const message = `${name} holds "${text.slice(0, 40)}" where ${expected} was expected`;
      this.fault('json.value', message);
    });
    const open = { dialect, plans, scanner, record, session: dialect.open(this.context), lines: undefined };
    this.opened[index] = open;
    return open;
  }

  /** What is wrong with an object that gives no event. */
  private unread(code: string, message: string): void {
    const { buffer, start, end } = this;
    const { keepsText } = this.context.faults;
    this.fault(
      code,
      message,
      keepsText ? { bytes: Buffer.from(buffer.subarray(start, end)), isWhole: true } : undefined,
    );
  }

  private fault(code: string, message: string, text?: FaultText): void {
    const { faults, file } = this.context;
    faults.add({ code, file, line: this.line, offset: this.offset, message, ...(text && { text }) });
  }
}

/**
 * Finds the columns of the object that begins at `start`.
 *
 * @param tape of the object, which need not be scanned when its shape tells where its columns stand
 * @returns whether it is whole
 */
function find(
  { plans, scanner, record }: OpenDialect,
  buffer: Buffer,
  start: number,
  end: number,
  tape: JsonTape | null | undefined,
): boolean {
  const plan = tape ? plans.of(tape.shape) : undefined;
  if (plan) scanner.take(plan, tape!);
  else if (!scanner.scan(buffer, start, end)) return false;
  record.point(start, scanner.position, tape);
  return true;
}

/** The first keys of an object, for the fault that says nobody knows it. */
function describe(record: SpanRecord): string {
  const keys = Object.keys(record.parse()).slice(0, 5);
  return keys.length === 0 ? 'no keys' : `keys ${keys.join(', ')}`;
}
