/** The common header of connection-oriented DCE-RPC (C706 section 12.6, MS-RPCE 2.2.2). */
import { u16, u32 } from '../../../../base/bytes/little-endian.ts';

export const RPC_HEADER = 16;

export const RPC_REQUEST = 0;
export const RPC_RESPONSE = 2;
export const RPC_FAULT = 3;
export const RPC_BIND = 11;
export const RPC_BIND_ACK = 12;
export const RPC_ALTER = 14;
export const RPC_ALTER_ANSWER = 15;
export const RPC_AUTH3 = 16;
/** Cancel and orphaned are the last ones. */
const LAST_TYPE = 19;

export const FLAG_FIRST = 0x01;
export const FLAG_OBJECT = 0x80;

/** @returns whether a fragment can begin here; the caller has {@link RPC_HEADER} bytes */
export function isRpcHeader(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 5 && bytes[at + 1]! <= 1 && bytes[at + 2]! <= LAST_TYPE && bytes[at + 4]! <= 0x10;
}

/** One fragment; the object is used again for the next one. What lies beyond its end reads as zero. */
export class RpcPdu {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  private isLittle = true;

  point(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.isLittle = (bytes[at + 4]! & 0x10) !== 0;
  }

  get type(): number {
    return this.u8(2);
  }

  get flags(): number {
    return this.u8(3);
  }

  get callId(): number {
    return this.u32(12);
  }

  u8(offset: number): number {
    return this.at + offset < this.end ? this.bytes[this.at + offset]! : 0;
  }

  u16(offset: number): number {
    const at = this.at + offset;
    if (at + 2 > this.end) return 0;
    return this.isLittle ? u16(this.bytes, at) : (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u32(offset: number): number {
    const at = this.at + offset;
    if (at + 4 > this.end) return 0;
    if (this.isLittle) return u32(this.bytes, at);
    return ((this.u16(offset) << 16) | this.u16(offset + 2)) >>> 0;
  }

  /** @returns a UUID: its first three parts are in the sender's byte order, the rest is as it stands */
  uuid(offset: number): string {
    let tail = '';
    for (let i = 8; i < 16; i++) tail += hex(this.u8(offset + i), 2);
    const head = [hex(this.u32(offset), 8), hex(this.u16(offset + 4), 4), hex(this.u16(offset + 6), 4)].join('-');
    return `${head}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }

  /** Place of the authentication trailer, or of the end. */
  get bodyEnd(): number {
    const { authLength } = this;
    return authLength === 0 ? this.end : Math.max(this.end - authLength - 8, this.at);
  }

  get authLength(): number {
    const length = this.u16(10);
    return length === 0 || this.at + RPC_HEADER + length + 8 > this.end ? 0 : length;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** @returns length of the fragment that begins here */
export function fragmentLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + 4]! & 0x10) !== 0 ? u16(bytes, at + 8) : (bytes[at + 8]! << 8) | bytes[at + 9]!;
}
