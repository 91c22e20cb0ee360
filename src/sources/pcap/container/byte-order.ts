/** Numbers of containers, whose byte order is the recorder's. */

/** @returns two bytes as an unsigned number */
export function u16(bytes: Uint8Array, at: number, isBig: boolean): number {
  return isBig ? (bytes[at]! << 8) | bytes[at + 1]! : bytes[at]! | (bytes[at + 1]! << 8);
}

/** @returns four bytes as an unsigned number */
export function u32(bytes: Uint8Array, at: number, isBig: boolean): number {
  return isBig
    ? ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    : (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
