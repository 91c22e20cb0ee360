/**
 * Type `volume`: bytes of a key on one UTC day, held against the most that the same key had on one of the days before. Bytes
 * are those of flows, each once however often a sensor reports it. Evidence files are not in time order, so reports are
 * collected and walked flow by flow at the end. A day without any evidence before it cannot be judged, and is counted.
 */
import { compareTexts } from '../../base/order.ts';
import { formatBytes } from '../../base/text/figures.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { fieldId } from '../../event/field.ts';
import { firstText } from '../../event/view.ts';
import { alertId, termParts } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';
import { BucketDocuments } from './bucket-documents.ts';
import type { Executor, ExecutorContext, Unused } from './executor.ts';
import { FieldTuple, tupleKey, tupleOf } from './field-tuple.ts';
import { bytesOf } from './flow-bytes.ts';
import { membersOf } from './group-match.ts';
import { unusedMatches } from './unused-matches.ts';
import { DAY_MS, FlowDays } from './volume-days.ts';
import { type DayVolume, VOLUME_REPORT_CODEC, type VolumeReport } from './volume-report.ts';

const FLOW_ID = fieldId('flow.id');

/** Type `volume`: days on which a key has far more bytes than it ever had. */
export function volumeExecutor(context: ExecutorContext): Executor {
  const { rule, limits, onLimit, documents, files } = context;
  const part = rule.volume;
  if (!part) throw new Error(`volume rule ${rule.id} has no volume`);
  const keys = new FieldTuple(part.key, limits['value-combinations'], (count) => onLimit('value-combinations', count));
  const reports = new SortedSpill<VolumeReport>(VOLUME_REPORT_CODEC, limits['group-matches-in-memory'], files);
  const buckets = new BucketDocuments(DAY_MS, documents);
  const unused = unusedMatches();
  let unjudged = 0;

  const emit = (group: string, day: number, volume: DayVolume, most: number) => {
    const terms = keys.termsOf(tupleOf(group, part.key.length));
    const shown = [...volume.largest].sort((one, other) => one.time - other.time || compareTexts(one.id, other.id));
    const { members, documents: found } = membersOf(shown, documents);
    const date = formatTimestamp(day * DAY_MS).slice(0, 10);
    const usual = most === 0 ? 'none' : `at most ${formatBytes(most)} a day`;
    const told = `${formatBytes(volume.bytes)} on ${date}; in the days before it was ${usual}`;
    context.emit(
      context.build.build({
        id: alertId(rule, [...termParts(terms), date], context.exceptedBy),
        document: withTerms(commonDocument(found), terms),
        originalTime: volume.first,
        lastTime: volume.last,
        members,
        memberCount: volume.count,
        group: { terms, count: volume.count, cardinality: [], from: volume.first, to: volume.last },
        told: { legs: told, blind: undefined },
        exceptedBy: context.exceptedBy,
        notes: [told],
      }),
    );
  };

  const judge = (group: string, days: ReadonlyMap<number, DayVolume>) => {
    const firstDay = Math.floor(context.firstTime() / DAY_MS);
    for (const [day, volume] of days) {
      if (volume.bytes < part.atLeast) continue;
      if (day <= firstDay) {
        unjudged++;
        continue;
      }
      let most = 0;
      for (const [other, { bytes }] of days) {
        if (other < day && (day - other) * DAY_MS <= part.historyMs) most = Math.max(most, bytes);
      }
      if (volume.bytes > most * part.factor) emit(group, day, volume, most);
    }
  };

  return {
    onMatch: (match) => {
      const { view, id, time } = match;
      const bytes = bytesOf(view)?.[part.sentBy] ?? 0;
      if (bytes <= 0) return;
      if (Number.isNaN(time)) {
        unused.noTime++;
        return;
      }
      const flow = firstText(view, FLOW_ID) ?? id;
      const isWhole = keys.each(view, (tuple) => {
        const group = tupleKey(tuple);
        const ticket = buckets.offer(group, match);
        reports.add({ group, flow, time, id, bytes, provenance: match.provenance(), ticket });
      });
      if (!isWhole) unused.noField++;
    },

    finish: () => {
      let group: string | undefined;
      let days = new Map<number, DayVolume>();
      let flow: FlowDays | undefined;
      for (const report of reports) {
        if (report.group !== group || report.flow !== flow?.flow) {
          flow?.end();
          if (report.group !== group) {
            if (group !== undefined) judge(group, days);
            ({ group } = report);
            days = new Map();
          }
          flow = new FlowDays(report.flow, days, limits['flow-reports'], () => onLimit('flow-reports'));
        }
        flow.add(report);
      }
      flow?.end();
      if (group !== undefined) judge(group, days);
    },

    unused: () => [...unused.list(part.key), ...notJudged(unjudged)],
  };
}

function notJudged(count: number): Unused[] {
  if (count === 0) return [];
  return [
    {
      name: 'without history',
      count,
      hint: 'large days at the very beginning of the evidence have nothing to be held against; read earlier evidence as well',
    },
  ];
}
