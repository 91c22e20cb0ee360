/**
 * Type `threshold`. Evidence files are not in time order, so matches are collected and evaluated at the end, sorted by
 * group and time; windows are windows of event time and do not depend on the order of the files.
 */
import type { FieldId } from '../../event/field.ts';
import { fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { alertId, termParts } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';
import { hash53 } from '../scan/text-hash.ts';
import { BucketDocuments } from './bucket-documents.ts';
import type { Executor, ExecutorContext } from './executor.ts';
import { FieldTuple, tupleKey, tupleOf } from './field-tuple.ts';
import { GROUP_MATCH_CODEC, type GroupMatch, membersOf } from './group-match.ts';
import { type Burst, SlidingWindow } from './sliding-window.ts';
import { unusedMatches } from './unused-matches.ts';
import { NO_DOCUMENT } from '../scan/kept-documents.ts';

/** Type `threshold`: groups of events that reach a number within a sliding window of event time. */
export function thresholdExecutor(context: ExecutorContext): Executor {
  const { rule, limits, onLimit, documents, files } = context;
  const part = rule.threshold;
  if (!part) throw new Error(`threshold rule ${rule.id} has no threshold`);
  const groups = new FieldTuple(part.field, limits['value-combinations'], (count) =>
    onLimit('value-combinations', count),
  );
  const counted = part.cardinality.map(({ field }) => fields.find(field)?.id);
  const matches = new SortedSpill<GroupMatch>(GROUP_MATCH_CODEC, limits['group-matches-in-memory'], files);
  const buckets = new BucketDocuments(part.windowMs, documents);
  const unused = unusedMatches();

  const emit = (group: string, burst: Burst) => {
    const terms = groups.termsOf(tupleOf(group, part.field.length));
    const { members, documents: shown } = membersOf(burst.members, documents);
    const document = withTerms(commonDocument(shown), terms);
    context.emit(
      context.build.build({
        id: alertId(rule, [...termParts(terms), burst.members[0]!.id], context.exceptedBy),
        document,
        originalTime: burst.from,
        lastTime: burst.to,
        members,
        memberCount: burst.count,
        group: {
          terms,
          count: burst.count,
          cardinality: part.cardinality.map(({ field }, i) => ({ field, value: burst.distinct[i]! })),
          from: burst.from,
          to: burst.to,
        },
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
      const distinct = counted.map((field) => hashesOf(view, field));
      const isWhole = groups.each(view, (tuple) => {
        const group = tupleKey(tuple);
        const ticket = buckets.offer(group, match);
        matches.add({ group, time, id, provenance: match.provenance(), distinct, ticket });
      });
      if (!isWhole) unused.noField++;
    },

    finish: () => {
      let group: string | undefined;
      let stretch = Number.NaN;
      let lastId: string | undefined;
      const window = new SlidingWindow(
        part,
        limits['distinct-values'],
        () => onLimit('distinct-values'),
        (burst) => emit(group!, burst),
      );
      for (const match of matches) {
        if (match.group !== group) {
          window.end();
          group = match.group;
          stretch = Number.NaN;
          lastId = undefined;
        }
        // One event twice in a group: read twice, when too many events were seen to remember them all.
        if (match.id === lastId) continue;
        lastId = match.id;
        // Only the earliest match of a stretch surely has a document; others have one or not by the order of reading.
        const its = buckets.stretchOf(match.time);
        if (its === stretch) match.ticket = NO_DOCUMENT;
        stretch = its;
        window.add(match);
      }
      window.end();
    },

    unused: () => unused.list(part.field),
  };
}

const NONE: readonly number[] = [];

function hashesOf(view: EventView, field: FieldId | undefined): readonly number[] {
  const value = field === undefined ? undefined : view.get(field);
  if (value === undefined) return NONE;
  if (typeof value !== 'object') return [hash53(String(value))];
  return [...new Set(value.map((one) => hash53(String(one))))];
}
