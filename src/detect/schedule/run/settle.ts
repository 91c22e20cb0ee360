import { compareTexts, compareTimes } from '../../../base/order.ts';
import type { Alert } from '../../alert.ts';
import type { Overflow } from '../memory/rule-state.ts';
import type { Found } from '../cases/judged-case.ts';
import { hashOf, type ToldAlerts } from '../memory/told-alerts.ts';

/** What alerts are settled with. */
export interface Settling {
  readonly told: ToldAlerts;
  /** Whether alerts of this rule may change after they were told. */
  readonly mayChange: boolean;
  /** @returns those of the ids under which an alert is stored */
  readonly known: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** New alerts at most. */
  readonly maxNew: number;
  /** Where an earlier run over the same positions stopped. */
  readonly cursor: Overflow | undefined;
}

/** An alert to write, and the id under which it is stored. */
export interface Telling {
  readonly found: Found;
  readonly id: string;
}

/** Alerts to write. */
export interface Settled {
  readonly telling: readonly Telling[];
  readonly added: number;
  readonly updated: number;
  /** New alerts that are left, in order of time, and the last one told. */
  readonly left: readonly Alert[];
  readonly last: { readonly timeMs: number; readonly id: string } | undefined;
}

/** Says of each alert that was found whether it is new, was told before, or has changed, in order of time. */
export async function settle(found: readonly Found[], settling: Settling): Promise<Settled> {
  const { told, mayChange, known: knownIds, maxNew, cursor } = settling;
  const ids = new Set(found.map(({ alert }) => alert.id));
  // One question for all of them; an id that another alert has taken meanwhile is asked for by itself.
  const stored = await knownIds([...ids].filter((id) => !told.get(id)));
  const isStored = async (id: string) => (ids.has(id) ? stored : await knownIds([id])).has(id);
  const telling = new Map<string, Telling>();
  const taken = new Set<string>();
  let added = 0;
  let updated = 0;
  const left: Alert[] = [];
  let last: Settled['last'];
  for (const one of [...found].sort(inOrder)) {
    const { alert } = one;
    if (taken.has(alert.id) || isBehind(one, cursor)) continue;
    taken.add(alert.id);
    const known = told.get(alert.id);
    const before = known ?? told.before(one, ids);
    const id = before?.id ?? told.freeId(alert.id);
    const isNew = !before && !(await isStored(id));
    if (isNew && added >= maxNew) {
      left.push(alert);
      continue;
    }
    if (isNew) {
      added++;
      last = { timeMs: timeOf(one), id: alert.id };
    } else if (known && known.hash === hashOf(alert)) continue;
    else updated++;
    telling.set(id, { found: one, id });
    if (mayChange) told.put(id, alert, before);
  }
  return { telling: [...telling.values()], added, updated, left, last };
}

function inOrder(one: Found, other: Found): number {
  const [a, b] = [one.alert, other.alert];
  return compareTimes(a.originalTime, b.originalTime) || compareTexts(a.id, b.id);
}

/** Time for the order of alerts; those without come last, and JSON knows no infinity. */
function timeOf({ alert }: Found): number {
  return Number.isNaN(alert.originalTime) ? Number.MAX_SAFE_INTEGER : alert.originalTime;
}

/** Whether an earlier run over the same positions has dealt with it. */
function isBehind(one: Found, cursor: Overflow | undefined): boolean {
  if (!cursor) return false;
  const time = timeOf(one);
  return time < cursor.timeMs || (time === cursor.timeMs && one.alert.id <= cursor.id);
}
