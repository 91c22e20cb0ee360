/** The timeline of an alert that several events decide, as rows: one for each event, many of one kind in one row. */
import { formatCount, formatSpan } from '../base/text/figures.ts';
import type { Alert, AlertLeg } from '../detect/alert.ts';

/** Events of one leg in a row that still get a row each. */
const ROWS_OF_ONE_LEG = 3;

/** One row. */
export interface TimelineRow {
  /** The leg, with what became of it unless it matched, and the number of events when there are many. */
  readonly label: string;
  readonly state: AlertLeg['state'];
  /** Time of the (first) event in milliseconds; NaN when there is none. */
  readonly time: number;
  /** `+3 min 20 s` after the alert's first event, `+0 s to +40 s` for many; empty without an event. */
  readonly after: string;
  /** What happened, or why it cannot be told; empty when nothing is known. */
  readonly text: string;
}

/** @returns the rows in order; none for an alert that one event decides */
export function timelineRows(alert: Alert): TimelineRow[] {
  const legs = alert.sequence?.legs ?? [];
  const rows: TimelineRow[] = [];
  for (let at = 0; at < legs.length; ) {
    const first = legs[at]!;
    let end = at + 1;
    while (legs[end]?.name === first.name && legs[end]?.state === first.state) end++;
    if (end - at > ROWS_OF_ONE_LEG) rows.push(rowOf(alert, legs.slice(at, end)));
    else rows.push(...legs.slice(at, end).map((leg) => rowOf(alert, [leg])));
    at = end;
  }
  return rows;
}

/** @returns the whole timeline in one line: `logon +0 s; write +3 s; no logoff` */
export function timelineText(alert: Alert): string {
  return timelineRows(alert)
    .map(({ label, after }) => (after === '' ? label : `${label} ${after}`))
    .join('; ');
}

function rowOf(alert: Alert, run: readonly AlertLeg[]): TimelineRow {
  const first = run[0]!;
  const count = run.length > 1 ? ` ×${formatCount(run.length)}` : '';
  const { state } = first;
  const label = { matched: `${first.name}${count}`, missing: `no ${first.name}`, blind: `${first.name} (unseen)` }[
    state
  ];
  const from = afterText(alert, first.time);
  const to = afterText(alert, run.at(-1)!.time);
  return {
    label,
    state,
    time: first.time,
    after: from === to ? from : `${from} to ${to}`,
    text: [first.what, first.why].filter((text) => text !== undefined).join('; '),
  };
}

function afterText(alert: Alert, time: number): string {
  const after = time - alert.originalTime;
  if (Number.isNaN(after)) return '';
  return after < 0 ? `−${formatSpan(-after)}` : `+${formatSpan(after)}`;
}
