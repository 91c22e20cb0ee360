/**
 * Type `new_terms`: the first event with a combination of values that no event within the history before it had. Nothing
 * depends on the order of reading: times are compared at the end. Time is cut into stretches as long as the history; of a
 * combination only the earliest and the latest event of each stretch matter, for all between are near to both.
 */
import { compareTexts } from '../../base/order.ts';
import type { Provenance } from '../../event/view.ts';
import { alertId, termParts } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import { type DocumentTicket, NO_DOCUMENT } from '../scan/kept-documents.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';
import type { Executor, ExecutorContext } from './executor.ts';
import { FieldTuple, tupleKey, tupleOf } from './field-tuple.ts';
import { GROUP_MATCH_CODEC, type GroupMatch, membersOf } from './group-match.ts';
import { unusedMatches } from './unused-matches.ts';

/** One stretch of one combination, as far as it was read. */
interface Stretch {
  readonly number: number;
  time: number;
  id: string;
  provenance: Provenance;
  ticket: DocumentTicket;
  lastTime: number;
}

const NOTHING_COUNTED: GroupMatch['distinct'] = [];

/** Type `new_terms`: first event whose terms were not seen in the history before it. */
export function newTermsExecutor(context: ExecutorContext): Executor {
  const { rule, limits, onLimit, documents, files } = context;
  const part = rule.newTerms;
  if (!part) throw new Error(`new_terms rule ${rule.id} has no fields`);
  const terms = new FieldTuple(part.fields, limits['value-combinations'], (count) =>
    onLimit('value-combinations', count),
  );
  const seen = new SortedSpill<GroupMatch>(GROUP_MATCH_CODEC, limits['group-matches-in-memory'], files);
  const current = new Map<string, Stretch>();
  const unused = unusedMatches();

  const settle = (group: string, { time, id, provenance, ticket, lastTime }: Stretch) => {
    seen.add({ group, time, id, provenance, distinct: NOTHING_COUNTED, ticket });
    // The latest one only ends the stretch; it is never the one that is shown.
    if (lastTime > time) {
      seen.add({ group, time: lastTime, id, provenance, distinct: NOTHING_COUNTED, ticket: NO_DOCUMENT });
    }
  };
  const settleAll = () => {
    for (const [group, stretch] of current) settle(group, stretch);
    current.clear();
  };

  const emit = (match: GroupMatch) => {
    const values = terms.termsOf(tupleOf(match.group, part.fields.length));
    const { members, documents: shown } = membersOf([match], documents);
    const document = withTerms(commonDocument(shown), values);
    context.emit(
      context.build.build({
        id: alertId(rule, [...termParts(values), match.id], context.exceptedBy),
        document,
        originalTime: match.time,
        lastTime: match.time,
        members,
        memberCount: 1,
        newTerms: values,
        exceptedBy: context.exceptedBy,
      }),
    );
  };

  return {
    onMatch: (match) => {
      const { view, id, time } = match;
      if (Number.isNaN(time)) {
        unused.noTime++;
        return;
      }
      const number = Math.floor(time / Math.max(1, part.historyMs));
      const isWhole = terms.each(view, (tuple) => {
        const group = tupleKey(tuple);
        const stretch = current.get(group);
        if (stretch?.number === number) {
          stretch.lastTime = Math.max(stretch.lastTime, time);
          if (time > stretch.time || (time === stretch.time && compareTexts(id, stretch.id) >= 0)) return;
          documents.release(stretch.ticket);
          Object.assign(stretch, {
            time,
            id,
            provenance: match.provenance(),
            ticket: documents.keep(match.document()),
          });
          return;
        }
        if (stretch) settle(group, stretch);
        else if (current.size >= limits['group-matches-in-memory']) settleAll();
        const provenance = match.provenance();
        const ticket = documents.keep(match.document());
        current.set(group, { number, time, id, provenance, ticket, lastTime: time });
      });
      if (!isWhole) unused.noField++;
    },

    finish: () => {
      settleAll();
      const learnedAt = part.learnMs > 0 ? context.firstTime() + part.learnMs : -Infinity;
      let group: string | undefined;
      let last = 0;
      for (const match of seen) {
        const isKnown = match.group === group && match.time - last <= part.historyMs;
        group = match.group;
        last = match.time;
        if (!isKnown && match.time >= learnedAt) emit(match);
      }
    },

    unused: () => unused.list(part.fields),
  };
}
