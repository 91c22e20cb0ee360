import { SmbError } from '../../../base/error.ts';
import type { StoredEvent } from '../../event-store.ts';

/** Where a page ended: the time and the id of its last event. */
export type EventCursor = Pick<StoredEvent, 'timeMs' | 'id'>;

/** @returns a place between events as text, for the next page */
export function formatCursor({ timeMs, id }: EventCursor): string {
  return `${timeMs}~${id}`;
}

/** @throws STORE-CURSOR for a text that is none */
export function parseCursor(text: string): EventCursor {
  const cut = text.indexOf('~');
  const timeMs = cut > 0 ? Number(text.slice(0, cut)) : Number.NaN;
  if (!Number.isFinite(timeMs)) {
    throw new SmbError('STORE-CURSOR', `"${text.slice(0, 80)}" is not where a page of events ended`, {
      fix: 'use `next` of the page before, as it is',
    });
  }
  return { timeMs, id: text.slice(cut + 1) };
}
