import { compareTexts, compareTimes } from '../../base/order.ts';
import type { Alert, AlertGroup, AlertLeg, AlertMember, AlertSequence } from '../alert.ts';
import { documentChars } from '../../event/document-size.ts';
import type { Rule } from '../rule.ts';
import type { SpillCodec } from '../scan/sorted-spill.ts';

/** JSON has no NaN; a time that is unknown is written as null. */
type Written<T> = { readonly [K in keyof T]: T[K] extends number ? number | null : T[K] };

interface WrittenAlert extends Omit<Alert, 'rule' | 'originalTime' | 'lastTime' | 'members' | 'group' | 'sequence'> {
  readonly rule: string;
  readonly originalTime: number | null;
  readonly lastTime: number | null;
  readonly members: readonly Written<AlertMember>[];
  readonly group: Written<AlertGroup> | undefined;
  readonly sequence: (Omit<AlertSequence, 'legs'> & { readonly legs: readonly Written<AlertLeg>[] }) | undefined;
  /** True when the only member's document is the alert's. */
  readonly isOne: boolean;
}

const timeOf = (written: number | null | undefined): number => written ?? Number.NaN;

/**
 * Alerts as lines of text, ordered by time and id; alerts without time come last.
 *
 * @param rules rules by id, to which alerts are tied again when they are read
 */
export function alertCodec(rules: ReadonlyMap<string, Rule>): SpillCodec<Alert> {
  return {
    compare: compareAlerts,
    chars: (alert) => {
      let chars = documentChars(alert.document);
      for (const { document } of alert.members) if (document !== alert.document) chars += documentChars(document);
      return chars;
    },
    encode: (alert) => {
      // The alert of one event is that event: written once.
      const isOne = alert.members.length === 1 && alert.members[0]!.document === alert.document;
      const members = isOne ? [{ ...alert.members[0]!, document: undefined }] : alert.members;
      return JSON.stringify({ ...alert, rule: alert.rule.id, members, isOne });
    },
    decode: (line) => {
      const { isOne, ...written } = JSON.parse(line) as WrittenAlert;
      const { group, finding, newTerms, sequence, suppression, exceptedBy } = written;
      return {
        ...written,
        rule: rules.get(written.rule)!,
        originalTime: timeOf(written.originalTime),
        lastTime: timeOf(written.lastTime),
        members: written.members.map(({ id, time, provenance, document }) => {
          return { id, time: timeOf(time), provenance, document: isOne ? written.document : document };
        }),
        group: group && { ...group, count: group.count!, from: timeOf(group.from), to: timeOf(group.to) },
        finding: finding && {
          ...finding,
          steps: finding.steps.map((step) => ({ ...step, time: timeOf(step.time) })),
          raised: finding.raised,
        },
        newTerms,
        sequence: sequence && {
          ...sequence,
          legs: sequence.legs.map(({ name, state, event, time, what, why }) => {
            return { name, state, event, time: timeOf(time), what, why };
          }),
          grade: sequence.grade,
        },
        suppression: suppression && {
          ...suppression,
          start: timeOf(suppression.start),
          end: timeOf(suppression.end),
        },
        exceptedBy,
      };
    },
  };
}

/** Order of alerts: time of the first event, then id. */
export function compareAlerts(one: Alert, other: Alert): number {
  return compareTimes(one.originalTime, other.originalTime) || compareTexts(one.id, other.id);
}
