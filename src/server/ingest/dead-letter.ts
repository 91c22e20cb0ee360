import { isUtf8 } from 'node:buffer';
import { stableId } from '../../base/hash.ts';
import type { DeadLetter } from '../../store/dead-letter-store.ts';

/**
 * What came in and could not be read, with the same id however often it comes.
 *
 * @param intake name of the sender
 * @param limit bytes of the content that are kept
 */
export function deadLetter(intake: string, reason: string, content: Buffer, atMs: number, limit: number): DeadLetter {
  const isText = isUtf8(content);
  // Characters that the limit cuts in two are left out.
  const text = isText ? new TextDecoder().decode(content.subarray(0, limit), { stream: true }) : undefined;
  return {
    id: stableId(['dead-letter', content.toString('latin1')]),
    atMs,
    intake,
    reason: content.length > limit ? `${reason} (the first ${limit} of ${content.length} bytes are kept)` : reason,
    content: text ?? content.toString('base64', 0, Math.min(limit, content.length)),
    isBase64: !isText,
  };
}
