import type { AlertRecord } from '../../../store/alert-store.ts';
import type { Alert } from '../../alert.ts';
import type { RunReader } from '../reading/run-reader.ts';
import type { Telling } from './settle.ts';
import { toRecord } from '../memory/told-alerts.ts';

/** @returns alerts as they are to be stored, with the documents of the events they show, which are read here */
export async function alertRecords(
  telling: readonly Telling[],
  reader: RunReader,
  nowMs: number,
): Promise<AlertRecord[]> {
  const ids = new Set(telling.map(({ found }) => found.alert.id));
  const whole = new Map<string, Alert>();
  for (const from of new Set(telling.map(({ found }) => found.from))) {
    const alerts = (await from?.whole(ids, (positions) => reader.at(positions))) ?? [];
    for (const alert of alerts) whole.set(alert.id, alert);
  }
  return telling.map(({ found: { alert, record }, id }) => record ?? toRecord(whole.get(alert.id) ?? alert, id, nowMs));
}
