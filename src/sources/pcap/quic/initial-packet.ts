/** Opens the Initial packets of a QUIC client (RFC 9000 §17.2.2, RFC 9001 §5). */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { word } from '../packet.ts';
import { clientInitialKeys, type InitialKeys, QUIC_VERSIONS, type QuicVersion } from './initial-keys.ts';
import { VarintReader } from './varint.ts';

const MAX_ID_BYTES = 20;
const SAMPLE_BYTES = 16;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** An Initial packet before it is opened. */
export interface InitialHeader {
  readonly version: QuicVersion;
  readonly destinationId: Uint8Array;
  /** First byte of the packet. */
  readonly from: number;
  /** First byte of the packet number. */
  readonly numberAt: number;
  /** Behind the packet; others may follow in the datagram. */
  readonly end: number;
}

/** @returns the header of an Initial packet, undefined when none begins here */
export function readInitialHeader(bytes: Uint8Array, from: number, to: number): InitialHeader | undefined {
  if (to - from < 7 || (bytes[from]! & 0xc0) !== 0xc0) return undefined;
  const version = QUIC_VERSIONS.get(word(bytes, from + 1) >>> 0);
  if (!version || ((bytes[from]! >> 4) & 3) !== version.initialType) return undefined;
  const idBytes = bytes[from + 5]!;
  const sourceAt = from + 6 + idBytes;
  if (idBytes > MAX_ID_BYTES || sourceAt >= to || bytes[sourceAt]! > MAX_ID_BYTES) return undefined;
  const reader = new VarintReader(bytes, sourceAt + 1 + bytes[sourceAt]!, to);
  reader.skip(reader.next());
  const length = reader.next();
  const numberAt = reader.at;
  if (!reader.isGood || length < 4 + SAMPLE_BYTES || length > to - numberAt) return undefined;
  return { version, destinationId: bytes.subarray(from + 6, sourceAt), from, numberAt, end: numberAt + length };
}

/** @returns the frames of an Initial packet of the client, undefined when the keys do not fit */
export function openInitial(bytes: Uint8Array, header: InitialHeader, keys: InitialKeys): Buffer | undefined {
  const { from, numberAt, end } = header;
  const mask = createCipheriv('aes-128-ecb', keys.headerProtection, null)
    .setAutoPadding(false)
    .update(bytes.subarray(numberAt + 4, numberAt + 4 + SAMPLE_BYTES));
  const first = bytes[from]! ^ (mask[0]! & 0x0f);
  const numberBytes = (first & 3) + 1;
  const associated = Buffer.from(bytes.subarray(from, numberAt + numberBytes));
  associated[0] = first;
  const nonce = Buffer.from(keys.iv);
  for (let i = 0; i < numberBytes; i++) {
    const byte = bytes[numberAt + i]! ^ mask[1 + i]!;
    associated[numberAt - from + i] = byte;
    nonce[NONCE_BYTES - numberBytes + i]! ^= byte;
  }
  const sealed = bytes.subarray(numberAt + numberBytes, end);
  if (sealed.length < TAG_BYTES) return undefined;
  try {
    const cipher = createDecipheriv('aes-128-gcm', keys.key, nonce);
    cipher.setAAD(associated);
    cipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([cipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), cipher.final()]);
  } catch {
    // Not a packet of this client, or damaged: the tag does not fit.
    return undefined;
  }
}

/** Keys of the client that sent a first packet. */
export function keysOf(header: InitialHeader): InitialKeys {
  return clientInitialKeys(header.version, header.destinationId);
}
