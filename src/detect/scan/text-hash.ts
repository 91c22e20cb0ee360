/**
 * Fast hashes of texts for tables inside one scan. They are not identities: whatever leaves the program is named by
 * SHA-256 (base/hash.ts). Two multiply-and-xor lanes with the finaliser of MurmurHash3, after the public-domain cyrb53.
 */

const LANE_1 = 0xdeadbeef;
const LANE_2 = 0x41c6ce57;

/** Receives the 64 bits of {@link hash64}, so that nothing is allocated for an event. */
export const lanes = new Uint32Array(2);

/**
 * Leaves 64 bits in {@link lanes}.
 *
 * @param salt told apart from each other, such as the number of a rule
 */
export function hash64(text: string, salt: number): void {
  // The salt is spread over all bits first: a small one would cancel out against the first character.
  let one = LANE_1 ^ Math.imul(salt, 0x9e3779b1);
  let two = LANE_2 ^ Math.imul(salt, 0x85ebca77);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    one = Math.imul(one ^ unit, 2_654_435_761);
    two = Math.imul(two ^ unit, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909);
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  lanes[0] = one;
  lanes[1] = two;
}

/** @returns 53 bits as a number */
export function hash53(text: string): number {
  hash64(text, 0);
  return (lanes[1]! & 0x1fffff) * 4_294_967_296 + lanes[0]!;
}
