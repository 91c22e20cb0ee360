/**
 * Reads NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) datagrams. Sets are walked by their own lengths to the end of the
 * datagram: the counts in headers are wrong in practice.
 */
import type { DatagramOrigin, DatagramParser } from '../datagram.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { Domain, type ExportTime } from './domain.ts';
import { FlowRecord } from './flow-record.ts';
import { FlowHalves } from './flow-halves.ts';
import { NETFLOW_LIMITS } from './limits.ts';
import { timesOf } from './record-time.ts';
import { readRecords, type Template, TemplateReader } from './template.ts';

const V5 = { version: 5, headerBytes: 24, recordBytes: 48 } as const;
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
  private waitingBytes = 0;
  private hasToldDomains = false;

  constructor(context: SourceContext) {
    this.context = context;
    this.halves = new FlowHalves(context);
  }

  datagram(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): boolean {
    const size = to - from;
    if (size < IPFIX.headerBytes) return false;
    this.halves.giveLate(origin.time, sink);
    switch (u16(bytes, from)) {
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
    for (const domain of this.domains.values()) {
      for (const set of domain.waiting) this.loseSet(set.bytes.length);
    }
    this.halves.giveAll(sink);
  }

  private readV5(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): void {
    const exported = u32(bytes, from + 8) * 1000 + u32(bytes, from + 12) / 1e6;
    const time: ExportTime = { exported, uptime: u32(bytes, from + 4) };
    const domain = this.domainOf(origin, V5.version, u16(bytes, from + 20));
    if (!domain || domain.isRepeated(markOf(bytes, from, to))) return;
    const stated = u16(bytes, from + 2);
    const count = Math.min(stated, Math.floor((to - from - V5.headerBytes) / V5.recordBytes));
    if (count < stated) {
      this.fault('netflow.cut', origin, `the datagram states ${stated} flow records and holds ${count}`);
    }
    this.checkSequence(domain, u32(bytes, from + 16), stated, 'flow record');
    const sampling = u16(bytes, from + 22) & 0x3fff;
    if (sampling > 0) domain.learn(samplingRecord(sampling));
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
    const time: ExportTime = { exported: u32(bytes, from + 8) * 1000, uptime: u32(bytes, from + 4) };
    const domain = this.domainOf(origin, V9.version, u32(bytes, from + 16));
    if (!domain || domain.isRepeated(markOf(bytes, from, to))) return;
    this.checkSequence(domain, u32(bytes, from + 12), 1, 'NetFlow v9 datagram');
    this.readSets(bytes, from + V9.headerBytes, to, domain, time, origin, sink);
  }

  private readIpfix(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): void {
    const time: ExportTime = { exported: u32(bytes, from + 4) * 1000, uptime: undefined };
    const stated = u16(bytes, from + 2);
    if (stated > to - from) {
      this.fault('netflow.cut', origin, `the datagram states ${stated} bytes and holds ${to - from}`);
    }
    const end = Math.min(to, from + Math.max(stated, IPFIX.headerBytes));
    const domain = this.domainOf(origin, IPFIX.version, u32(bytes, from + 12));
    if (!domain || domain.isRepeated(markOf(bytes, from, end))) return;
    const count = this.readSets(bytes, from + IPFIX.headerBytes, end, domain, time, origin, sink);
    this.checkSequence(domain, u32(bytes, from + 8), count, 'flow record');
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
      const id = u16(bytes, at);
      const length = u16(bytes, at + 2);
      if (length < SET_HEADER_BYTES) break;
      const end = Math.min(at + length, to);
      if (end < at + length) this.fault('netflow.cut', origin, `a set of ${length} bytes is cut after ${end - at}`);
      const body = at + SET_HEADER_BYTES;
      if (id === kinds.templates || id === kinds.options) {
        this.readTemplates(bytes, body, end, domain, id === kinds.options, origin, sink);
      } else if (id >= FIRST_DATA_SET) {
        const template = domain.templates.get(id);
        if (!template) {
          this.keep(domain, {
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
      const id = u16(bytes, reader.at);
      const second = u16(bytes, reader.at + 2);
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
        if (!isIpfix) count = (second + u16(bytes, reader.at)) >> 2;
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
      this.readWaiting(domain, id, template, origin.time, sink);
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

  /** Keeps data until its template comes. */
  private keep(domain: Domain, set: Domain['waiting'][number]): void {
    this.dropLate(domain, set.received);
    const size = set.bytes.length;
    const isFull =
      domain.waitingBytes + size > NETFLOW_LIMITS.waitingBytes ||
      this.waitingBytes + size > NETFLOW_LIMITS.waitingTotalBytes;
    if (isFull) {
      this.loseSet(size);
      return;
    }
    domain.waiting.push(set);
    domain.waitingBytes += size;
    this.waitingBytes += size;
  }

  private dropLate(domain: Domain, now: number): void {
    while (domain.waiting.length > 0 && now - domain.waiting[0]!.received > NETFLOW_LIMITS.waitingMs) {
      const { bytes } = domain.waiting.shift()!;
      this.release(domain, bytes.length);
      this.loseSet(bytes.length);
    }
  }

  private readWaiting(domain: Domain, id: number, template: Template, now: number, sink: EventSink): void {
    if (domain.waiting.length === 0) return;
    this.dropLate(domain, now);
    const sets = domain.waiting.filter((set) => set.id === id);
    const others = domain.waiting.filter((set) => set.id !== id);
    domain.waiting.length = 0;
    for (const set of others) domain.waiting.push(set);
    for (const { bytes, time, offset, received } of sets) {
      this.release(domain, bytes.length);
      this.readData(template, bytes, 0, bytes.length, domain, time, offset, received, sink);
    }
  }

  private release(domain: Domain, size: number): void {
    domain.waitingBytes -= size;
    this.waitingBytes -= size;
  }

  private loseSet(size: number): void {
    this.context.skipped('byte of flow records whose template never came', size);
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

/** A record of v5 has a fixed form (Cisco, "NetFlow Export Datagram Formats"). */
function recordOfV5(bytes: Uint8Array, at: number): FlowRecord {
  const record = new FlowRecord();
  record.hasAddresses = true;
  record.source[0] = u32(bytes, at);
  record.destination[0] = u32(bytes, at + 4);
  record.ingress = u16(bytes, at + 12);
  record.egress = u16(bytes, at + 14);
  record.packets = u32(bytes, at + 16);
  record.octets = u32(bytes, at + 20);
  record.firstUptime = u32(bytes, at + 24);
  record.lastUptime = u32(bytes, at + 28);
  record.sourcePort = u16(bytes, at + 32);
  record.destinationPort = u16(bytes, at + 34);
  record.flags = bytes[at + 37]!;
  record.protocol = bytes[at + 38]!;
  return record;
}

function samplingRecord(sampling: number): FlowRecord {
  const record = new FlowRecord();
  record.sampling = sampling;
  return record;
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

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 65_536 + u16(bytes, at + 2);
}
