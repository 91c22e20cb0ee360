/** Big-endian reads, as networks write numbers, without the checks of Buffer's own methods; see little-endian.ts. */

/** @returns the unsigned 16-bit number at a place */
export function be16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** @returns the unsigned 32-bit number at a place */
export function be32(bytes: Uint8Array, at: number): number {
  return be16(bytes, at) * 65_536 + be16(bytes, at + 2);
}
