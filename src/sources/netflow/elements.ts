/** Information elements that are read (IANA "IP Flow Information Export"; v9 uses the numbers below 128). */
import type { FlowRecord } from './flow-record.ts';

/** Bytes of one value. */
export interface ElementValue {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly size: number;
}

/** Puts one value into a record. */
export type ElementRead = (record: FlowRecord, value: ElementValue) => void;

/** Enterprise number of RFC 5103: the same elements, of the other direction. */
const REVERSE = 29_305;

/** Numbers may be shorter than their type (RFC 7011 §6.2); above 2^53 they lose their last digits. */
function numberOf({ bytes, from, size }: ElementValue): number {
  let value = 0;
  for (let i = 0; i < Math.min(size, 8); i++) value = value * 256 + bytes[from + i]!;
  return value;
}

function addressOf(value: ElementValue, into: [number, number, number, number]): void {
  for (let word = 0; word < value.size / 4; word++) into[word] = wordOf(value, word);
}

function wordOf({ bytes, from }: ElementValue, word: number): number {
  const at = from + word * 4;
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Seconds since 1900 and their fraction (RFC 7011 §6.1.9), as milliseconds since 1970. */
function ntpOf(value: ElementValue): number | undefined {
  if (value.size !== 8) return undefined;
  const seconds = wordOf(value, 0) - NTP_TO_UNIX;
  return seconds * 1000 + (wordOf(value, 1) / 4_294_967_296) * 1000;
}

const NTP_TO_UNIX = 2_208_988_800;

/** As ECS writes it (RFC 7042 §2.1). */
function macOf({ bytes, from, size }: ElementValue): string | undefined {
  if (size !== 6) return undefined;
  const hex = Buffer.from(bytes.subarray(from, from + 6)).toString('hex');
  return /^0+$/.test(hex) ? undefined : hex.toUpperCase().replace(/(..)(?=.)/g, '$1-');
}

const MAX_TEXT_BYTES = 255;

function textOf({ bytes, from, size }: ElementValue): string | undefined {
  const text = Buffer.from(bytes.subarray(from, from + Math.min(size, MAX_TEXT_BYTES))).toString('utf8');
  return text.replace(/\0.*$/s, '') || undefined;
}

/** Bits of the flags that matter stand in the last byte, whether one or two were sent. */
function flagsOf(value: ElementValue): number {
  return numberOf(value) & 0xff;
}

const READS: ReadonlyMap<number, ElementRead> = new Map<number, ElementRead>([
  [1, (r, v) => void (r.octets = numberOf(v))],
  [2, (r, v) => void (r.packets = numberOf(v))],
  [4, (r, v) => void (r.protocol = numberOf(v))],
  [6, (r, v) => void (r.flags = flagsOf(v))],
  [7, (r, v) => void (r.sourcePort = numberOf(v))],
  [8, (r, v) => address(r, v, false, 'source')],
  [10, (r, v) => void (r.ingress = numberOf(v))],
  [11, (r, v) => void (r.destinationPort = numberOf(v))],
  [12, (r, v) => address(r, v, false, 'destination')],
  [14, (r, v) => void (r.egress = numberOf(v))],
  [21, (r, v) => void (r.lastUptime = numberOf(v))],
  [22, (r, v) => void (r.firstUptime = numberOf(v))],
  [23, (r, v) => void (r.octets ??= numberOf(v))],
  [24, (r, v) => void (r.packets ??= numberOf(v))],
  [27, (r, v) => address(r, v, true, 'source')],
  [28, (r, v) => address(r, v, true, 'destination')],
  [34, (r, v) => void (r.sampling = numberOf(v))],
  [48, (r, v) => void (r.samplerId = numberOf(v))],
  [50, (r, v) => void (r.sampling = numberOf(v))],
  [56, (r, v) => void (r.sourceMac = macOf(v))],
  [58, (r, v) => void (r.vlan = numberOf(v))],
  [80, (r, v) => void (r.destinationMac = macOf(v))],
  [85, (r, v) => void (r.octets ??= numberOf(v))],
  [86, (r, v) => void (r.packets ??= numberOf(v))],
  [96, (r, v) => void (r.application = textOf(v))],
  [136, (r, v) => void (r.endReason = numberOf(v))],
  [150, (r, v) => void (r.first = numberOf(v) * 1000)],
  [151, (r, v) => void (r.last = numberOf(v) * 1000)],
  [152, (r, v) => void (r.first = numberOf(v))],
  [153, (r, v) => void (r.last = numberOf(v))],
  [154, (r, v) => void (r.first = ntpOf(v))],
  [155, (r, v) => void (r.last = ntpOf(v))],
  [156, (r, v) => void (r.first = ntpOf(v))],
  [157, (r, v) => void (r.last = ntpOf(v))],
  [160, (r, v) => void (r.systemStart = numberOf(v))],
  [161, (r, v) => void (r.durationMs = numberOf(v))],
  [225, (r, v) => void (r.sourceNat = v.size === 4 ? wordOf(v, 0) : undefined)],
  [226, (r, v) => void (r.destinationNat = v.size === 4 ? wordOf(v, 0) : undefined)],
  [227, (r, v) => void (r.sourceNatPort = numberOf(v))],
  [228, (r, v) => void (r.destinationNatPort = numberOf(v))],
  [231, (r, v) => void (r.octets = numberOf(v))],
  [232, (r, v) => void (r.reverseOctets = numberOf(v))],
  [233, (r, v) => void (r.firewallEvent = numberOf(v))],
  [298, (r, v) => void (r.packets = numberOf(v))],
  [299, (r, v) => void (r.reversePackets = numberOf(v))],
  [302, (r, v) => void (r.samplerId = numberOf(v))],
  [305, (r, v) => void (r.sampling = numberOf(v))],
  [323, (r, v) => void (r.last ??= numberOf(v))],
]);

/** Elements of the other direction. */
const REVERSE_READS: ReadonlyMap<number, ElementRead> = new Map<number, ElementRead>([
  [1, (r, v) => void (r.reverseOctets = numberOf(v))],
  [2, (r, v) => void (r.reversePackets = numberOf(v))],
  [6, (r, v) => void (r.reverseFlags = flagsOf(v))],
  [85, (r, v) => void (r.reverseOctets ??= numberOf(v))],
  [86, (r, v) => void (r.reversePackets ??= numberOf(v))],
]);

function address(record: FlowRecord, value: ElementValue, isV6: boolean, end: 'source' | 'destination'): void {
  if (value.size !== (isV6 ? 16 : 4)) return;
  // Templates for both families fill the one that is not used with zeros.
  if (record.hasAddresses && record.isV6 !== isV6 && isZero(value)) return;
  if (record.isV6 !== isV6 && !isZero(value)) {
    record.isV6 = isV6;
    record.source.fill(0);
    record.destination.fill(0);
  }
  if (record.isV6 !== isV6) return;
  record.hasAddresses = true;
  addressOf(value, record[end]);
}

function isZero({ bytes, from, size }: ElementValue): boolean {
  for (let i = 0; i < size; i++) if (bytes[from + i] !== 0) return false;
  return true;
}

/** @returns how an element is read, undefined when nothing needs it */
export function elementRead(id: number, enterprise: number): ElementRead | undefined {
  if (enterprise === 0) return READS.get(id);
  return enterprise === REVERSE ? REVERSE_READS.get(id) : undefined;
}
