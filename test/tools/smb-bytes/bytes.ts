/** Bytes in small pieces, for messages that tests write themselves. */

export const u8 = (value: number): Buffer => Buffer.from([value & 0xff]);

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value & 0xffff);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
}

export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
export const zeros = (count: number): Buffer => Buffer.alloc(count);
export const join = (...pieces: readonly Buffer[]): Buffer => Buffer.concat(pieces);

/** Pads to a multiple. */
export function pad(bytes: Buffer, multiple: number): Buffer {
  return join(bytes, zeros((multiple - (bytes.length % multiple)) % multiple));
}

/** FILETIME of milliseconds since 1970. */
export const filetime = (ms: number): Buffer => u64((BigInt(ms) + 11_644_473_600_000n) * 10_000n);

/** A frame of direct TCP or NBSS around messages. */
export function frame(...messages: readonly Buffer[]): Buffer {
  const body = join(...messages);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return join(head, body);
}
