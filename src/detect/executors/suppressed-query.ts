/**
 * Type `query` with suppression. Of a noisy rule nearly all alerts are suppressed, so matches are kept small and alerts made
 * only of those that speak. A match speaks when none of its group came within the duration before it: of each stretch of
 * time as long as that, only the earliest can, and its document is kept.
 */
import { compareTexts } from '../../base/order.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Provenance } from '../../event/view.ts';
import { alertId } from '../alerts/alert-id.ts';
import { groupOf, suppress } from '../alerts/suppression.ts';
import type { Suppression } from '../rule.ts';
import { type DocumentTicket, NO_DOCUMENT } from '../scan/kept-documents.ts';
import { type SpillCodec, SortedSpill } from '../scan/sorted-spill.ts';
import { BucketDocuments } from './bucket-documents.ts';
import type { Executor, ExecutorContext, Match } from './executor.ts';
import { singleAlert } from './single-alert.ts';

/** Characters of the terms of a match, beyond which they are taken from its document, which is bounded. */
const MAX_TERM_CHARS = 1000;

interface SuppressedMatch {
  readonly time: number;
  /** Id of the alert that the match would be. */
  readonly alert: string;
  readonly id: string;
  /** Terms of the group, as JSON. */
  readonly group: string;
  readonly provenance: Provenance;
  readonly ticket: DocumentTicket;
}

/** Matches as lines of text, in the order of the alerts they would be. */
const CODEC: SpillCodec<SuppressedMatch> = {
  compare: (one, other) => one.time - other.time || compareTexts(one.alert, other.alert),
  encode: ({ time, alert, id, group, provenance, ticket }) =>
    JSON.stringify([time, alert, id, group, provenance, ticket]),
  decode: (line) => {
    const [time, alert, id, group, provenance, ticket] = JSON.parse(line) as [
      number,
      string,
      string,
      string,
      Provenance,
      number,
    ];
    return { time, alert, id, group, provenance, ticket };
  },
  chars: ({ alert, id, group }) => alert.length + id.length + group.length,
};

/** Type `query` with suppression. */
export function suppressedQueryExecutor(context: ExecutorContext, suppression: Suppression): Executor {
  const { rule, limits, documents, files, emit } = context;
  const maxOpen = limits['suppression-groups'];
  const matches = new SortedSpill<SuppressedMatch>(CODEC, limits['group-matches-in-memory'], files);
  const buckets = new BucketDocuments(suppression.durationMs ?? Infinity, documents, maxOpen);
  const bounded = new DocumentEvent(context.networks);

  const groupOfMatch = (match: Match): string | undefined => {
    if (Number.isNaN(match.time)) return undefined;
    const group = groupOf(match.view, suppression, MAX_TERM_CHARS);
    if (group !== null) return group;
    bounded.point(match.document());
    return groupOf(bounded, suppression) ?? undefined;
  };

  return {
    onMatch: (match) => {
      const { id, time } = match;
      const group = groupOfMatch(match);
      if (group === undefined) {
        return emit(singleAlert(context, { id, time, provenance: match.provenance(), document: match.document() }));
      }
      const alert = alertId(rule, [id], undefined);
      const ticket = buckets.offer(group, { id: alert, time, document: () => match.document() });
      matches.add({ time, alert, id, group, provenance: match.provenance(), ticket });
    },

    finish: () => {
      const { suppressed, closedEarly } = suppress(whole(matches), {
        suppression,
        maxOpen,
        group: ({ match }) => match.group,
        canSpeak: ({ match }) => match.ticket !== NO_DOCUMENT,
        emit: ({ match }, group) => {
          const document = documents.load(match.ticket);
          if (!document) return;
          const { id, time, provenance } = match;
          const alert = singleAlert(context, { id, time, provenance, document });
          emit(group ? { ...alert, ...group, members: [...alert.members, ...group.members.slice(1)] } : alert);
        },
      });
      context.onSuppressed(suppressed);
      if (closedEarly > 0) context.onLimit('suppression-groups', closedEarly);
    },

    unused: () => [],
  };
}

/** Each match once, also when too many events were seen to remember them all. */
function* whole(matches: Iterable<SuppressedMatch>) {
  let last: string | undefined;
  for (const match of matches) {
    if (match.alert === last) continue;
    last = match.alert;
    const { id, time, provenance } = match;
    const members = [{ id, time, provenance, document: undefined }];
    yield { match, originalTime: time, lastTime: time, members, memberCount: 1 };
  }
}
