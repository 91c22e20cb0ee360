import type { Link } from '../link.ts';
import type { Handle } from './handle.ts';
import type { Origin } from './origin.ts';
import type { Session } from './session.ts';

/**
 * The number a server gave to an open file. Every message on the file carries it, so an event of the whole open that rests on
 * it has the same id whichever of them was lost; the open itself is one message, and gone with it.
 */
export interface FileNumber {
  readonly words: readonly [number, number, number, number];
  readonly session: string;
  /** How often the server had given the number before. */
  readonly reuse: number;
}

/** Command that opens files in SMB2 (MS-SMB2 2.2.13). */
const CREATE = 5;
/** Opens remembered to see a number given again; servers count on, small ones begin anew. */
const MAX_REMEMBERED = 100_000;

/** Counts how often a session of a capture gave each number. */
export class FileNumbers {
  private readonly seen = new Map<string, number>();

  /**
   * @param isOpened its open was seen; a file that is known by its number only is the one opened last, or one opened before
   *   the answer to its open is read, which may wait behind a hole
   */
  of(session: Session, words: FileNumber['words'], isOpened: boolean): FileNumber {
    const { seen } = this;
    const place = `${session.idHigh}:${session.idLow}`;
    const key = `${place} ${words.join(':')}`;
    const opens = seen.get(key) ?? 0;
    if (!isOpened) return { words, session: place, reuse: Math.max(opens - 1, 0) };
    // The oldest is forgotten: were its number given again, that open would have the id of the first.
    if (opens === 0 && seen.size >= MAX_REMEMBERED) seen.delete(seen.keys().next().value!);
    seen.set(key, opens + 1);
    return { words, session: place, reuse: opens };
  }
}

/**
 * @param time of the event, milliseconds
 * @returns what the event of a whole open rests on: the file's number where it has one, else the message that opened it
 */
export function originOfOpen(link: Link, handle: Handle, time: number): { origin: Origin; suffix: string } {
  const { number, origin } = handle;
  if (number === undefined) return { origin, suffix: '' };
  const [idLow, idHigh, sequence, index] = number.words;
  const again = number.reuse === 0 ? '' : ` again ${number.reuse}`;
  return {
    origin: { ...origin, side: link.client, command: CREATE, idLow, idHigh, sequence, index, time },
    suffix: ` ${number.session}${again}`,
  };
}
