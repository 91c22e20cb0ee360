import type { Static } from 'typebox';
import type { RunAnswer } from '../server/contract/rules.ts';
import type { RowColumn } from './terminal/rows.ts';

type Run = Static<typeof RunAnswer>;

/** Columns of runs in every format but tables. */
export const RUN_COLUMNS: readonly RowColumn<Run>[] = [
  { name: 'started', timeMs: ({ startedMs }) => startedMs },
  { name: 'rule', value: ({ ruleId }) => ruleId },
  { name: 'status', value: ({ status }) => status },
  { name: 'ms', value: ({ startedMs, endedMs }) => endedMs - startedMs },
  { name: 'after_position', value: ({ afterPosition }) => afterPosition },
  { name: 'to_position', value: ({ toPosition }) => toPosition },
  { name: 'read', value: ({ candidates }) => candidates },
  { name: 'matches', value: ({ matches }) => matches },
  { name: 'new', value: ({ alertsNew }) => alertsNew },
  { name: 'updated', value: ({ alertsUpdated }) => alertsUpdated },
  { name: 'suppressed', value: ({ suppressed }) => suppressed },
  { name: 'excepted', value: ({ excepted }) => excepted },
  { name: 'overflow', value: ({ overflow }) => overflow },
  { name: 'reason', value: ({ reason }) => reason ?? null },
];

/** The same in fewer columns, for a terminal. */
export const RUN_TABLE: readonly RowColumn<Run>[] = [
  { name: 'started', timeMs: ({ startedMs }) => startedMs },
  { name: 'rule', value: ({ ruleId }) => ruleId },
  { name: 'status', value: ({ status }) => status },
  { name: 'ms', value: ({ startedMs, endedMs }) => endedMs - startedMs },
  { name: 'matches', value: ({ matches }) => matches },
  { name: 'new', value: ({ alertsNew }) => alertsNew },
  { name: 'updated', value: ({ alertsUpdated }) => alertsUpdated },
  { name: 'reason', value: ({ reason }) => reason ?? null },
];
