/** What stands at the head of a frame: NBSS (RFC 1002 section 4.3) and direct TCP (MS-SMB2 2.1) alike. */

/** Bytes before the SMB header. */
export const FRAME_HEADER = 4;

/** Types of frames. */
export const FRAME_MESSAGE = 0x00;
export const FRAME_SESSION_REQUEST = 0x81;
export const FRAME_RETARGET = 0x84;
export const FRAME_KEEP_ALIVE = 0x85;

/** First byte of an SMB header, before `SMB`. */
export const MAGIC_SMB1 = 0xff;
export const MAGIC_SMB2 = 0xfe;
export const MAGIC_TRANSFORM = 0xfd;
export const MAGIC_COMPRESSION = 0xfc;

/** Header of an SMB2 message; 48 bytes of it are enough, since the signature is last. */
export const SMB2_HEADER = 64;
export const SMB2_ENOUGH = 48;
/** Header of an SMB1 message with its word count; the mid, last thing needed, ends at 32. */
export const SMB1_HEADER = 33;
export const SMB1_ENOUGH = 28;
/** Header of an encrypted message; the protocol id alone says that it is one. */
export const TRANSFORM_HEADER = 52;
const TRANSFORM_ENOUGH = 4;
export const COMPRESSION_HEADER = 16;

/** @returns whether `xx S M B` stands at a place, xx one of the four magics; the caller has four bytes there */
export function isMagic(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! >= MAGIC_COMPRESSION && isSmb(bytes, at + 1);
}

/** @returns whether `SMB` stands at a place */
export function isSmb(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x53 && bytes[at + 1] === 0x4d && bytes[at + 2] === 0x42;
}

/**
 * @param isNetbios on port 139 only 17 bits are the length; the others are reserved
 * @returns length of the frame behind its four bytes
 */
export function frameLength(bytes: Uint8Array, at: number, isNetbios: boolean): number {
  const high = isNetbios ? bytes[at + 1]! & 1 : bytes[at + 1]!;
  return (high << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** @returns bytes of a message without which nothing can be told of it */
export function enoughOf(magic: number): number {
  switch (magic) {
    case MAGIC_SMB2:
      return SMB2_ENOUGH;
    case MAGIC_SMB1:
      return SMB1_ENOUGH;
    case MAGIC_TRANSFORM:
      return TRANSFORM_ENOUGH;
    default:
      return COMPRESSION_HEADER;
  }
}

/** @returns shortest frame with this magic */
export function shortestOf(magic: number): number {
  switch (magic) {
    case MAGIC_SMB2:
      return SMB2_HEADER;
    case MAGIC_SMB1:
      return 32;
    case MAGIC_TRANSFORM:
      return TRANSFORM_HEADER;
    default:
      return COMPRESSION_HEADER;
  }
}
