/**
 * The search for the next frame after a hole, and in a capture that begins in mid-stream. The magic alone is not enough: a
 * capture that is copied over SMB looks like SMB inside a body.
 */
import { COMPRESSION_HEADER, FRAME_HEADER, FRAME_KEEP_ALIVE, FRAME_MESSAGE, frameLength, isMagic } from './frame.ts';
import { shortestOf } from './frame.ts';

/** Bytes of a candidate that are looked at; what is kept of a segment for the next one. */
const CANDIDATE_BYTES = 80;

/** What became of a candidate. */
export type Verdict = 'no' | 'maybe' | 'confirmed' | 'more';

/**
 * Next place where a frame may begin.
 *
 * @param from first place looked at
 * @param to behind the last byte
 * @returns a place with type and magic, a place near the end where they may begin, or `to`
 */
export function nextCandidate(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (couldBegin(bytes, at, to)) return at;
    // A frame begins five bytes before its S.
    const letter = bytes.indexOf(0x53, at + 6);
    if (letter < 0 || letter >= to) return nearEnd(bytes, at + 1, to);
    const next = Math.min(Math.max(letter - 5, at + 1), Math.max(to - 5, at + 1));
    at = next;
  }
  return to;
}

/** In the last bytes the S may not have come yet. */
function nearEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = Math.max(from, to - 5); at < to; at++) if (couldBegin(bytes, at, to)) return at;
  return to;
}

function couldBegin(bytes: Uint8Array, at: number, to: number): boolean {
  if (bytes[at] !== FRAME_MESSAGE) return false;
  if (at + 8 <= to) return isMagic(bytes, at + FRAME_HEADER);
  return at + FRAME_HEADER >= to || bytes[at + FRAME_HEADER]! >= 0xfc;
}

/**
 * What can be said of a candidate without knowing the connection.
 *
 * @param at a place from {@link nextCandidate}
 * @param to behind the last byte at hand
 * @param isLast nothing more comes, so less must do
 */
export function judgeFrame(
  bytes: Uint8Array,
  at: number,
  to: number,
  isNetbios: boolean,
  longest: number,
  isLast: boolean,
): Verdict {
  const least = isLast ? FRAME_HEADER + COMPRESSION_HEADER : CANDIDATE_BYTES;
  if (to - at < 8) return isLast ? 'no' : 'more';
  const length = frameLength(bytes, at, isNetbios);
  if (length < shortestOf(bytes[at + FRAME_HEADER]!) || length > longest) return 'no';
  if (to - at < Math.min(least, FRAME_HEADER + length)) return isLast ? 'no' : 'more';
  const next = at + FRAME_HEADER + length;
  if (next + 8 > to) return 'maybe';
  const isFrame = bytes[next] === FRAME_MESSAGE && isMagic(bytes, next + FRAME_HEADER);
  return isFrame || bytes[next] === FRAME_KEEP_ALIVE ? 'confirmed' : 'no';
}
