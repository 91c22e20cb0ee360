/**
 * Reads NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) datagrams. Sets are walked by their own lengths to the end of the
 * datagram: the counts in headers are wrong in practice.
 */
import { be16, be32 } from '../../base/bytes/big-endian.ts';
import type { DatagramOrigin, DatagramParser } from '../datagram.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { Domain, type ExportTime } from './domain.ts';
import type { FlowRecord } from './flow-record.ts';
import { FlowHalves } from './flow-halves.ts';
import { NETFLOW_LIMITS } from './limits.ts';
import { timesOf } from './record-time.ts';
import { readRecords, type Template, TemplateReader } from './template.ts';
import { recordOfV5, samplingOfV5, V5 } from './v5-record.ts';
import { WaitingSets } from './waiting-sets.ts';

const V9 = { version: 9, headerBytes: 20, templates: 0, options: 1 } as const;
const IPFIX = { version: 10, headerBytes: 16, templates: 2, options: 3 } as const;
const FIRST_DATA_SET = 256;
const SET_HEADER_BYTES = 4;
/** A larger gap is a restart of the exporter. */
const MAX_GAP = 1_000_000;

/** Reads the datagrams of all exporters. */
export class NetflowParser implements DatagramParser {
  private readonly context: SourceContext;
  private readonly domains = new Map<string, Domain>();
  private readonly halves: FlowHalves;
  private readonly waiting: WaitingSets;
  private hasToldDomains = false;

  constructor(context: SourceContext) {
    this.context = context;
    this.halves = new FlowHalves(context);
    this.waiting = new WaitingSets((bytes) => {
      context.skipped('byte of flow records whose template never came', bytes);
    });
  }

  datagram(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): boolean {
    const size = to - from;
    if (size < IPFIX.headerBytes) return false;
    this.halves.giveLate(origin.time, sink);
    switch (be16(bytes, from)) {
      case V5.version:
        if (size < V5.headerBytes) return false;
        this.readV5(bytes, from, to, origin, sink);
        break;
      case V9.version:
        if (size < V9.headerBytes) return false;
        this.readV9(bytes, from, to, origin, sink);
        break;
      case IPFIX.version:
        this.readIpfix(bytes, from, to, origin, sink);
        break;
      default:
        return false;
    }
    return true;
  }

  late(time: number, sink: EventSink): void {
    this.halves.giveLate(time, sink);
  }

  end(sink: EventSink): void {
    for (const domain of this.domains.values()) this.waiting.end(domain);
    this.halves.giveAll(sink);
  }

  private readV5(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): void {
    const exported = be32(bytes, from + 8) * 1000 + be32(bytes, from + 12) / 1e6;
    const time: ExportTime = { exported, uptime: be32(bytes, from + 4) };
    const domain = this.domainOf(origin, V5.version, be16(bytes, from + 20));
    if (!domain || domain.isRepeated(markOf(bytes, from, to))) return;
    const stated = be16(bytes, from + 2);
    const count = Math.min(stated, Math.floor((to - from - V5.headerBytes) / V5.recordBytes));
    if (count < stated) {
      this.fault('netflow.cut', origin, `the datagram states ${stated} flow records and holds ${count}`);
    }
    this.checkSequence(domain, be32(bytes, from + 16), stated, 'flow record');
    const sampling = samplingOfV5(bytes, from);
    if (sampling) domain.learn(sampling);
    for (let i = 0; i < count; i++) {
      this.take(
        recordOfV5(bytes, from + V5.headerBytes + i * V5.recordBytes),
        domain,
        time,
        origin.offset,
        origin.time,
        sink,
      );
    }
  }

  private readV9(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): void {
    const time: ExportTime = { exported: be32(bytes, from + 8) * 1000, uptime: be32(bytes, from + 4) };
    const domain = this.domainOf(origin, V9.version, be32(bytes, from + 16));
    if (!domain || domain.isRepeated(markOf(bytes, from, to))) return;
    this.checkSequence(domain, be32(bytes, from + 12), 1, 'NetFlow v9 datagram');
    const stated = be16(bytes, from + 2);
    const first = from + V9.headerBytes;
    const isEmpty = first + SET_HEADER_BYTES > to || be16(bytes, first + 2) < SET_HEADER_BYTES;
    if (stated > 0 && isEmpty)
      this.fault('netflow.cut', origin, `the datagram states ${stated} records and holds no set of them`);
    this.readSets(bytes, first, to, domain, time, origin, sink);
  }

  private readIpfix(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): void {
    const time: ExportTime = { exported: be32(bytes, from + 4) * 1000, uptime: undefined };
    const stated = be16(bytes, from + 2);
    if (stated > to - from) {
      this.fault('netflow.cut', origin, `the datagram states ${stated} bytes and holds ${to - from}`);
    }
    const end = Math.min(to, from + Math.max(stated, IPFIX.headerBytes));
    const domain = this.domainOf(origin, IPFIX.version, be32(bytes, from + 12));
    if (!domain || domain.isRepeated(markOf(bytes, from, end))) return;
    const count = this.readSets(bytes, from + IPFIX.headerBytes, end, domain, time, origin, sink);
    this.checkSequence(domain, be32(bytes, from + 8), count, 'flow record');
  }

  /** @returns records read, undefined when some could not be counted */
  private readSets(
    bytes: Uint8Array,
    from: number,
    to: number,
    domain: Domain,
    time: ExportTime,
    origin: DatagramOrigin,
    sink: EventSink,
  ): number | undefined {
    const kinds = domain.version === IPFIX.version ? IPFIX : V9;
    let count: number | undefined = 0;
    let at = from;
    while (at + SET_HEADER_BYTES <= to) {
      const id = be16(bytes, at);
      const length = be16(bytes, at + 2);
      if (length < SET_HEADER_BYTES) break;
      const end = Math.min(at + length, to);
      if (end < at + length) this.fault('netflow.cut', origin, `a set of ${length} bytes is cut after ${end - at}`);
      const body = at + SET_HEADER_BYTES;
      if (id === kinds.templates || id === kinds.options) {
        this.readTemplates(bytes, body, end, domain, id === kinds.options, origin, sink);
      } else if (id >= FIRST_DATA_SET) {
        const template = domain.templates.get(id);
        if (!template) {
          this.waiting.keep(domain, {
            id,
            bytes: copyOf(bytes, body, end),
            time,
            received: origin.time,
            offset: origin.offset,
          });
          count = undefined;
        } else {
          const read = this.readData(template, bytes, body, end, domain, time, origin.offset, origin.time, sink);
          if (count !== undefined) count += read;
        }
      }
      at += length;
    }
    return count;
  }

  private readTemplates(
    bytes: Uint8Array,
    from: number,
    end: number,
    domain: Domain,
    isOptions: boolean,
    origin: DatagramOrigin,
    sink: EventSink,
  ): void {
    const isIpfix = domain.version === IPFIX.version;
    const reader = new TemplateReader(bytes, from, end, isIpfix);
    while (reader.at + 4 <= end) {
      const id = be16(bytes, reader.at);
      const second = be16(bytes, reader.at + 2);
      // Less than a template is padding.
      if (id < FIRST_DATA_SET) break;
      if (isIpfix && second === 0) {
        domain.templates.delete(id);
        reader.at += 4;
        continue;
      }
      let count = second;
      reader.at += 4;
      if (isOptions) {
        if (reader.at + 2 > end) break;
        // In v9 the lengths of scopes and options in bytes; in IPFIX the third number counts the scopes among the fields.
        if (!isIpfix) count = (second + be16(bytes, reader.at)) >> 2;
        reader.at += 2;
      }
      const template = reader.read(count, isOptions);
      if (!template) {
        this.fault(
          'netflow.template',
          origin,
          `template ${id} of ${count} fields is cut off or too long; it is not read`,
        );
        return;
      }
      if (!domain.templates.has(id) && domain.templates.size >= NETFLOW_LIMITS.templates) {
        this.fault(
          'netflow.limit',
          origin,
          `an exporter has more than ${NETFLOW_LIMITS.templates} templates; template ${id} is not read`,
        );
        return;
      }
      domain.templates.set(id, template);
      for (const set of this.waiting.take(domain, id, origin.time)) {
        this.readData(template, set.bytes, 0, set.bytes.length, domain, set.time, set.offset, set.received, sink);
      }
    }
  }

  private readData(
    template: Template,
    bytes: Uint8Array,
    from: number,
    end: number,
    domain: Domain,
    time: ExportTime,
    offset: number | undefined,
    received: number,
    sink: EventSink,
  ): number {
    return readRecords(template, bytes, from, end, (record) => {
      if (template.isOptions) domain.learn(record);
      else this.take(record, domain, time, offset, received, sink);
    });
  }

  private take(
    record: FlowRecord,
    domain: Domain,
    time: ExportTime,
    offset: number | undefined,
    received: number,
    sink: EventSink,
  ): void {
    if (!record.hasAddresses) {
      this.context.skipped('flow record without addresses');
      return;
    }
    const times = timesOf(record, domain, time);
    this.halves.add({ record, ...times, domain, sampling: domain.samplingOf(record), offset, received }, sink);
  }

  /** @param count how far the number goes on with this datagram, undefined when that cannot be known */
  private checkSequence(domain: Domain, sequence: number, count: number | undefined, what: string): void {
    const gap = domain.nextSequence === undefined ? 0 : (sequence - domain.nextSequence) >>> 0;
    if (gap > 0 && gap < MAX_GAP) this.context.skipped(`${what} that the exporter sent and that was not received`, gap);
    // A number from before belongs to a datagram that came late.
    const isLate = gap > 0x7fffffff && gap > 0xffffffff - MAX_GAP;
    if (!isLate) domain.nextSequence = count === undefined ? undefined : (sequence + count) >>> 0;
  }

  private domainOf(origin: DatagramOrigin, version: number, number: number): Domain | undefined {
    const key = `${origin.ip} ${version} ${number}`;
    let domain = this.domains.get(key);
    if (domain) return domain;
    if (this.domains.size >= NETFLOW_LIMITS.domains) {
      if (!this.hasToldDomains) {
        this.fault(
          'netflow.limit',
          origin,
          `there are more than ${NETFLOW_LIMITS.domains} exporters; others are not read`,
        );
      }
      this.hasToldDomains = true;
      return undefined;
    }
    domain = new Domain(origin.ip, version, number);
    this.domains.set(key, domain);
    return domain;
  }

  private fault(code: string, { offset }: DatagramOrigin, message: string): void {
    this.context.faults.add({ code, file: this.context.file, offset, message });
  }
}

/** A mix of a datagram: all of it, so that two that differ anywhere are two. */
function markOf(bytes: Uint8Array, from: number, to: number): number {
  let mark = to - from;
  for (let at = from; at < to; at++) mark = Math.imul(mark ^ bytes[at]!, 0x01000193);
  return mark | 1;
}

/** `slice` of a Buffer would be a view of bytes that are about to change. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, from, to);
}
