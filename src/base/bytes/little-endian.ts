/** Little-endian reads without the checks of Buffer's own methods; callers compare with the end of their region first. */

/** @returns the unsigned 16-bit number at a place */
export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** @returns the unsigned 32-bit number at a place */
export function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** @returns the unsigned 64-bit number at a place, rounded beyond 2^53 */
export function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at + 4) * 4_294_967_296 + u32(bytes, at);
}

/** @returns whether all bytes from a place to another are zero */
export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && bytes[at] === 0) at++;
  return at >= to;
}
