/** Matches of group rules: kept small, sorted by group, time and event, whatever order they came in. */
import { compareTexts } from '../../base/order.ts';
import type { Document } from '../../event/document.ts';
import type { Provenance } from '../../event/view.ts';
import type { AlertMember } from '../alert.ts';
import { type DocumentTicket, type KeptDocuments, NO_DOCUMENT } from '../scan/kept-documents.ts';
import type { SpillCodec } from '../scan/sorted-spill.ts';

/** One event of one group. */
export interface GroupMatch {
  readonly group: string;
  readonly time: number;
  readonly id: string;
  readonly provenance: Provenance;
  /** Hashes of the values of each counted field. */
  readonly distinct: readonly (readonly number[])[];
  ticket: DocumentTicket;
}

/** Group matches as lines of text, in order of group, time and event id. */
export const GROUP_MATCH_CODEC: SpillCodec<GroupMatch> = {
  compare: (one, other) =>
    compareTexts(one.group, other.group) || one.time - other.time || compareTexts(one.id, other.id),
  encode: ({ group, time, id, provenance, distinct, ticket }) => {
    return JSON.stringify([group, time, id, provenance, distinct, ticket]);
  },
  decode: (line) => {
    const [group, time, id, provenance, distinct, ticket] = JSON.parse(line) as [
      string,
      number,
      string,
      Provenance,
      number[][],
      number,
    ];
    return { group, time, id, provenance, distinct, ticket };
  },
  chars: ({ group, id }) => group.length + id.length,
};

/** Members of a group alert whose documents are shown. */
const MEMBER_DOCUMENTS = 5;

/**
 * @param matches members in order
 * @returns alert members, the first few with their document, and those documents
 */
export function membersOf(
  matches: readonly {
    readonly id: string;
    readonly time: number;
    readonly provenance: Provenance;
    readonly ticket: DocumentTicket;
  }[],
  kept: KeptDocuments,
  maxDocuments = MEMBER_DOCUMENTS,
): { members: AlertMember[]; documents: Document[] } {
  const documents: Document[] = [];
  const members = matches.map(({ id, time, provenance, ticket }) => {
    const wanted = ticket !== NO_DOCUMENT && documents.length < maxDocuments;
    const document = wanted ? kept.load(ticket) : undefined;
    if (document) documents.push(document);
    return { id, time, provenance, document };
  });
  return { members, documents };
}
