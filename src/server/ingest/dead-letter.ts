import { isUtf8 } from 'node:buffer';
import { stableId } from '../../base/hash.ts';
import type { DeadLetter, LetterOrigin } from '../../store/dead-letter-store.ts';

/** What a letter is made of. */
export interface Unreadable {
  readonly reason: string;
  readonly content: Buffer;
  readonly origin: LetterOrigin;
}

/**
 * Bytes that are kept of one letter, whatever a request may have: half of what all of them may take, so that none drives out all
 * others and itself.
 */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * What came in and could not be read, with the same id however often it comes.
 *
 * @param intake name of the sender
 * @param limit bytes of the content that are kept
 */
export function deadLetter(
  intake: string,
  { reason, content, origin }: Unreadable,
  atMs: number,
  limit: number,
): DeadLetter {
  const most = Math.min(limit, MAX_BYTES);
  const isText = isUtf8(content);
  // Characters that the limit cuts in two are left out.
  const text = isText ? new TextDecoder().decode(content.subarray(0, most), { stream: true }) : undefined;
  const isCut = content.length > most;
  const { index = '', documentId = '', idScope = '' } = origin;
  return {
    id: stableId(['dead-letter', content.toString('latin1'), index, documentId, idScope]),
    atMs,
    intake,
    reason: isCut ? `${reason} (the first ${most} of ${content.length} bytes are kept)` : reason,
    content: text ?? content.toString('base64', 0, Math.min(most, content.length)),
    isBase64: !isText,
    origin: isCut ? { ...origin, isWhole: false } : origin,
  };
}
