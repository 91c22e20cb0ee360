import { DocumentEvent } from '../../event/document-event.ts';
import type { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import type { AlertStore } from '../../store/alert-store.ts';
import { belongsTo, type Exception } from './exception.ts';

/** Alerts of a rule that an exception holds for. */
export interface PreviewedRule {
  readonly ruleId: string;
  readonly count: number;
  /** Those of them that are not closed. */
  readonly unsettled: number;
  /** Those of them that were closed as a true positive: what the exception would have hidden from people. */
  readonly truePositives: number;
  /** Ids of the newest of them. */
  readonly examples: readonly string[];
}

/** What an exception would have hidden. */
export interface ExceptionPreview {
  /** Alerts that were looked at. */
  readonly looked: number;
  /** False when there were more than are looked at. */
  readonly isComplete: boolean;
  /** Alerts of the rules that it silences. */
  readonly hidden: readonly PreviewedRule[];
  /** Alerts of other rules that have the same values: it leaves them alone, and they say what else is going on there. */
  readonly others: readonly PreviewedRule[];
}

/** Alerts looked at for one preview: all that a server holds for its usual time. */
const MAX_LOOKED = 100_000;
const PAGE = 1_000;
const MAX_EXAMPLES = 5;

/**
 * Holds an exception against the alerts of the past. What an alert's events have in common is in its document; an alert
 * of several events counts when the exception holds for that.
 *
 * @param sinceMs alerts made from then on are looked at
 * @param sharedListsOf shared lists of exceptions that a rule names
 */
export async function previewException(
  exception: Exception,
  alerts: AlertStore,
  context: {
    readonly networks: Networks;
    readonly sinceMs: number;
    readonly sharedListsOf: (ruleId: string) => readonly string[];
  },
): Promise<ExceptionPreview> {
  const matches = compileMatcher(exception.predicate);
  const view = new DocumentEvent(context.networks);
  const found = new Map<string, { count: number; unsettled: number; truePositives: number; examples: string[] }>();
  let looked = 0;
  let after: string | undefined;
  do {
    const search = { createdFromMs: context.sinceMs, withBuildingBlocks: true, limit: PAGE, after };
    const page = await alerts.search(search);
    for (const { id, ruleId, state, verdict, document } of page.alerts) {
      view.point(document);
      if (!matches(view)) continue;
      const tally = found.get(ruleId) ?? { count: 0, unsettled: 0, truePositives: 0, examples: [] };
      found.set(ruleId, tally);
      tally.count++;
      if (state !== 'closed') tally.unsettled++;
      if (verdict === 'true-positive') tally.truePositives++;
      if (tally.examples.length < MAX_EXAMPLES) tally.examples.push(id);
    }
    looked += page.alerts.length;
    after = page.next;
  } while (after !== undefined && looked < MAX_LOOKED);
  const all = [...found]
    .map(([ruleId, tally]) => ({ ruleId, ...tally }))
    .sort((x, y) => y.count - x.count || (x.ruleId < y.ruleId ? -1 : 1));
  const isSilenced = ({ ruleId }: PreviewedRule) => belongsTo(exception, ruleId, context.sharedListsOf(ruleId));
  return {
    looked,
    isComplete: after === undefined,
    hidden: all.filter(isSilenced),
    others: all.filter((rule) => !isSilenced(rule)),
  };
}
