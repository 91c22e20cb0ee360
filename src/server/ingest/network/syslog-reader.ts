import type { BulkTarget } from '../../../sources/json/dialect.ts';
import type { PreparedDialect } from '../../../sources/json/record-reader.ts';
import { panosDatagrams } from '../../../sources/panos/panos.ts';
import type { DatagramParser } from '../../../sources/datagram.ts';
import type { EventSink } from '../../../sources/source.ts';
import type { Delivery } from '../delivery.ts';
import type { ItemVerdict } from '../item-reading.ts';
import { DocumentReader } from '../document-reader.ts';
import type { Intake } from '../intake.ts';
import { NotedFaults } from '../noted-faults.ts';
import { syslogTextStart } from './syslog-message.ts';

const OPEN_OBJECT = 123;
/** Some senders of JSON put this before it. */
const CEE_COOKIE = Buffer.from('@cee:');
const NO_TARGET: BulkTarget = { id: undefined, index: undefined };

/** What a reader of messages is made with. */
export interface SyslogReaderOptions {
  readonly intake: Intake;
  readonly dialects: readonly PreparedDialect[];
  /** Name of the sender; stands where files have their name. */
  readonly file: string;
  /** Address of the sender. */
  readonly ip: string;
  /** Within which identities hold that documents choose; undefined: everywhere. */
  readonly idScope: string | undefined;
}

/** Reads the messages of one sender: PAN-OS records, and JSON of any producer. */
export class SyslogReader {
  private readonly options: SyslogReaderOptions;
  private readonly panos: DatagramParser;
  private readonly faults = new NotedFaults();
  private documents: DocumentReader | undefined;
  private skipped: string | undefined;

  constructor(options: SyslogReaderOptions) {
    this.options = options;
    const { networks, settings } = options.intake;
    this.panos = panosDatagrams.open({
      file: options.file,
      networks,
      settings,
      faults: this.faults,
      skipped: (reason) => {
        this.skipped = reason;
      },
    });
  }

  /** Reads the message in `buffer[start..end)` as an item of the delivery. @param target see {@link Delivery.item} */
  message(buffer: Buffer, start: number, end: number, delivery: Delivery, target = NO_TARGET): void {
    delivery.item(
      end - start,
      () => this.read(buffer, start, end, delivery.sink, target),
      () => buffer.subarray(start, end),
      target,
    );
  }

  private read(
    buffer: Buffer,
    start: number,
    end: number,
    sink: EventSink,
    target: BulkTarget,
  ): ItemVerdict | undefined {
    const { ip, intake } = this.options;
    if (end - start > intake.limits.documentBytes) {
      return { kind: 'unreadable', reason: `a message of ${end - start} bytes is longer than the limit` };
    }
    this.faults.take();
    this.skipped = undefined;
    const origin = { ip, time: intake.now(), offset: undefined };
    if (this.panos.datagram(buffer, start, end, origin, sink)) {
      if (this.skipped !== undefined) return { kind: 'empty', reason: this.skipped };
      const fault = this.faults.take();
      return fault && { kind: 'unreadable', reason: fault.message };
    }
    const json = jsonStart(buffer, start, end);
    if (json >= 0) return this.documentReader().read(buffer, json, end, sink, target);
    return { kind: 'empty', reason: 'syslog message of no known kind' };
  }

  private documentReader(): DocumentReader {
    const { dialects, file, intake, idScope } = this.options;
    const { networks } = intake;
    const settings = { ...intake.settings, idScope };
    this.documents ??= new DocumentReader(dialects, { file, networks, settings });
    return this.documents;
  }
}

/** @returns index of the object that is the text of a message, or -1 when the text is something else */
function jsonStart(buffer: Buffer, start: number, end: number): number {
  let at = syslogTextStart(buffer, start, end);
  while (at < end && buffer[at]! <= 32) at++;
  if (buffer.subarray(at, Math.min(end, at + CEE_COOKIE.length)).equals(CEE_COOKIE)) at += CEE_COOKIE.length;
  while (at < end && buffer[at]! <= 32) at++;
  return at < end && buffer[at] === OPEN_OBJECT ? at : -1;
}
