/** Records of NetFlow v5, which have a fixed form (Cisco, "NetFlow Export Datagram Formats"). */
import { be16, be32 } from '../../base/bytes/big-endian.ts';
import { FlowRecord } from './flow-record.ts';

/** Sizes of a datagram's parts. */
export const V5 = { version: 5, headerBytes: 24, recordBytes: 48 } as const;

/** @returns the record at a place */
export function recordOfV5(bytes: Uint8Array, at: number): FlowRecord {
  const record = new FlowRecord();
  record.hasAddresses = true;
  record.source[0] = be32(bytes, at);
  record.destination[0] = be32(bytes, at + 4);
  record.ingress = be16(bytes, at + 12);
  record.egress = be16(bytes, at + 14);
  record.packets = be32(bytes, at + 16);
  record.octets = be32(bytes, at + 20);
  record.firstUptime = be32(bytes, at + 24);
  record.lastUptime = be32(bytes, at + 28);
  record.sourcePort = be16(bytes, at + 32);
  record.destinationPort = be16(bytes, at + 34);
  record.flags = bytes[at + 37]!;
  record.protocol = bytes[at + 38]!;
  return record;
}

/** @returns what the header says of sampling: one packet of how many; undefined when it says nothing */
export function samplingOfV5(bytes: Uint8Array, header: number): FlowRecord | undefined {
  // The two highest bits are the way of sampling.
  const sampling = be16(bytes, header + 22) & 0x3fff;
  if (sampling === 0) return undefined;
  const record = new FlowRecord();
  record.sampling = sampling;
  return record;
}
