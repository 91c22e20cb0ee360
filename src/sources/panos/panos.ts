/**
 * PAN-OS TRAFFIC logs as syslog brings them: BSD or IETF header or none, one message a line or octet-counted. Columns are
 * read by position to the length that is there; newer versions append, older ones end early.
 */
import { timeZoneOf } from '../../base/time/zone.ts';
import type { DatagramFormat } from '../datagram.ts';
import { LineSplitter } from '../line-splitter.ts';
import { MappedEvent } from '../mapping.ts';
import type { EventSink, Parser, Source, SourceContext } from '../source.ts';
import { LEAST_COLUMNS, panosColumn, panosColumns } from './columns.ts';
import { PanosRecord } from './csv-record.ts';
import { FRAME_HEAD_BYTES, isOctetCounted, OctetSplitter } from './octet-splitter.ts';
import { findRecord } from './syslog.ts';
import { trafficMapping } from './traffic.ts';

const TYPE = panosColumn('type');

/** Other kinds of records (syslog field descriptions of PAN-OS 11.1). */
const OTHER_TYPES = new Set(
  [
    'THREAT URL DATA WILDFIRE SYSTEM CONFIG HIPMATCH HIP-MATCH GLOBALPROTECT USERID IPTAG AUTHENTICATION DECRYPTION',
    'TUNNEL SCTP GTP CORRELATION AUDIT',
  ].flatMap((names) => names.split(' ')),
);

/** PAN-OS TRAFFIC logs. */
export const panos: Source = {
  id: 'panos',
  title: 'PAN-OS TRAFFIC logs, syslog or CSV',
  datasets: [trafficMapping.dataset],
  detect: detectPanos,
  open: (context) => new PanosParser(context),
};

/** How JSON begins, behind a byte order mark or not. */
const JSON_HEAD = /^(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*["}]/;

/**
 * A record of any type somewhere in the head: the first lines of a collector's file may be somebody else's. Where documents hold
 * the records as text, JSON is the format, and whoever reads it knows the records.
 */
function detectPanos(head: Buffer): number {
  const text = head.toString('latin1');
  if (JSON_HEAD.test(text)) return 0;
  const record = /(?:^|[\s>])\d?,\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d,\w*,([A-Z-]+),/;
  const found = record.exec(text)?.[1];
  if (found === undefined) return 0;
  return found === 'TRAFFIC' || OTHER_TYPES.has(found) ? 0.95 : 0;
}

/** PAN-OS TRAFFIC logs on their way to a collector: a message in each datagram. */
export const panosDatagrams: DatagramFormat = {
  id: 'PAN-OS log',
  ports: [514],
  datasets: [trafficMapping.dataset],
  open: (context) => {
    const parser = new PanosParser(context);
    return {
      datagram: (bytes, from, to, origin, sink) => {
        const message = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
        return parser.message(message, origin.offset, sink);
      },
      end: () => {},
    };
  },
};

class PanosParser implements Parser {
  private readonly context: SourceContext;
  private readonly record: PanosRecord;
  private readonly event: MappedEvent;
  private splitter: LineSplitter | OctetSplitter | undefined;
  /** First bytes, held until they tell the framing. */
  private head: Buffer = Buffer.alloc(0);
  private sink: EventSink = () => {};
  private line: number | undefined;
  private offset: number | undefined = 0;
  private hasToldZone = false;
  private isEnding = false;
  /** Most columns of a TRAFFIC record so far: a last line that has fewer is half. */
  private width = 0;

  constructor(context: SourceContext) {
    this.context = context;
    const { timezone } = context.settings;
    const zone = timezone === undefined ? undefined : timeZoneOf(timezone);
    this.record = new PanosRecord(context.settings, zone, (column, text, expected) => {
      const name = panosColumns.names[column]!;
      this.fault(
        'panos.value',
        `${name} (column ${column + 1}) holds "${text.slice(0, 40)}" where ${expected} was expected`,
      );
    });
    this.event = new MappedEvent(this.record, context.networks, context.file, panos.id);
  }

  push(bytes: Buffer, sink: EventSink): void {
    this.sink = sink;
    if (this.splitter) {
      this.splitter.push(bytes);
      return;
    }
    this.head = Buffer.concat([this.head, bytes]);
    if (this.head.length >= FRAME_HEAD_BYTES) this.begin();
  }

  end(sink: EventSink): void {
    this.sink = sink;
    if (!this.splitter) this.begin();
    this.isEnding = true;
    this.splitter!.end();
  }

  /**
   * Reads one message that stands alone.
   *
   * @param offset of it in a capture
   * @returns false when it holds no PAN-OS record
   */
  message(message: Buffer, offset: number | undefined, sink: EventSink): boolean {
    this.sink = sink;
    if (findRecord(message, 0, message.length) < 0) return false;
    this.visit(message, 0, message.length, undefined, offset);
    return true;
  }

  /** Both framings begin with a digit or `<`; only a count is followed by ` <`. */
  private begin(): void {
    const { maxRecordBytes } = this.context.settings;
    const { head } = this;
    if (isOctetCounted(head)) {
      this.splitter = new OctetSplitter(
        (buffer, start, end, offset) => this.visit(buffer, start, end, undefined, offset),
        maxRecordBytes,
        (offset, message) => {
          this.line = undefined;
          this.offset = offset;
          this.fault('panos.frame', message);
        },
      );
    } else {
      this.splitter = new LineSplitter(
        (buffer, start, end, line, offset) => this.visit(buffer, start, end, line, offset),
        maxRecordBytes,
        (line, offset, bytes) => {
          this.line = line;
          this.offset = offset;
          this.fault('panos.too_long', `a line of ${bytes} bytes is longer than the limit of ${maxRecordBytes}`);
        },
        (line, offset) => {
          this.line = line;
          this.offset = offset;
          this.fault('panos.utf8', 'this line is not valid UTF-8; wrong bytes read as U+FFFD');
        },
      );
    }
    this.head = Buffer.alloc(0);
    this.splitter.push(head);
  }

  private visit(buffer: Buffer, from: number, to: number, line: number | undefined, offset: number | undefined): void {
    let end = to;
    while (end > from && buffer[end - 1]! <= 32) end--;
    if (end === from) return;
    this.line = line;
    this.offset = offset;
    const start = findRecord(buffer, from, end);
    if (start < 0) {
      this.context.skipped('syslog message that is no PAN-OS record');
      return;
    }
    const count = this.record.cut(buffer, start, end);
    if (count < 0) {
      this.fault('panos.csv', 'a quote is never closed; the record is not read', buffer.subarray(from, end));
      return;
    }
    const type = this.record.text(TYPE)?.toUpperCase();
    if (type !== 'TRAFFIC') {
      const isKnown = type !== undefined && OTHER_TYPES.has(type);
      this.context.skipped(isKnown ? `PAN-OS ${type} record` : 'PAN-OS record of an unknown type');
      return;
    }
    const isHalf = this.isEnding && line !== undefined && count < this.width;
    if (count < LEAST_COLUMNS || isHalf) {
      const least = isHalf ? this.width : LEAST_COLUMNS;
      const message = `the record has ${count} columns where at least ${least} were expected`;
      this.fault('panos.columns', message, buffer.subarray(from, end));
      return;
    }
    this.width = Math.max(this.width, count);
    this.tellZone();
    this.event.point(trafficMapping, line, offset);
    this.sink(this.event);
  }

  /** Says once that times are taken as UTC for want of a zone. */
  private tellZone(): void {
    if (this.hasToldZone || this.record.knowsZone) return;
    this.hasToldZone = true;
    const { timezone } = this.context.settings;
    const why = timezone === undefined ? 'no timezone is configured' : `there is no timezone "${timezone}"`;
    const message = `times carry no zone and ${why}; all of this file are read as UTC`;
    this.context.faults.add({
      code: 'panos.timezone',
      file: this.context.file,
      line: this.line,
      message,
      isAssumption: true,
    });
  }

  /** @param record that was not read */
  private fault(code: string, message: string, record?: Buffer): void {
    const { file, faults } = this.context;
    const text = record && faults.keepsText ? { bytes: Buffer.from(record), isWhole: true } : undefined;
    faults.add({ code, file, line: this.line, offset: this.offset, message, ...(text && { text }) });
  }
}
