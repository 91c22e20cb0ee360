/**
 * Keeps the document of the earliest event of a group in each stretch of time, without knowing which events will matter.
 * Time is cut into stretches as long as the rule's window, so every alert holds the earliest event of at least one of them:
 * whatever comes before its first event is further away than a window.
 */
import { compareTexts } from '../../base/order.ts';
import { type DocumentTicket, type KeptDocuments, NO_DOCUMENT } from '../scan/kept-documents.ts';
import type { Match } from './executor.ts';

const REMEMBERED_GROUPS = 16_384;

interface Earliest {
  stretch: number;
  time: number;
  id: string;
  ticket: DocumentTicket;
}

/** Decides which matches get a document. */
export class BucketDocuments {
  private readonly lengthMs: number;
  private readonly kept: KeptDocuments;
  private readonly maxGroups: number;
  /** In the order in which they were last offered something. */
  private readonly groups = new Map<string, Earliest>();

  /** @param maxGroups groups whose last stretch is remembered; forgetting one costs a document more, nothing else */
  constructor(lengthMs: number, kept: KeptDocuments, maxGroups = REMEMBERED_GROUPS) {
    this.lengthMs = Math.max(1, lengthMs);
    this.kept = kept;
    this.maxGroups = maxGroups;
  }

  /** @returns number of the stretch a time lies in */
  stretchOf(time: number): number {
    return Math.floor(time / this.lengthMs);
  }

  /** @returns ticket of the document when the event is the earliest of its stretch so far, else none */
  offer(group: string, match: Pick<Match, 'id' | 'time' | 'document'>): DocumentTicket {
    const { time, id } = match;
    const stretch = this.stretchOf(time);
    const earliest = this.groups.get(group);
    if (earliest) {
      this.groups.delete(group);
      this.groups.set(group, earliest);
    }
    if (earliest?.stretch === stretch) {
      if (time > earliest.time || (time === earliest.time && compareTexts(id, earliest.id) > 0)) return NO_DOCUMENT;
      this.kept.release(earliest.ticket);
    }
    const ticket = this.kept.keep(match.document());
    if (earliest) {
      Object.assign(earliest, { stretch, time, id, ticket });
    } else {
      if (this.groups.size >= this.maxGroups) this.forgetOldest();
      this.groups.set(group, { stretch, time, id, ticket });
    }
    return ticket;
  }

  private forgetOldest(): void {
    for (const group of this.groups.keys()) {
      this.groups.delete(group);
      return;
    }
  }
}
