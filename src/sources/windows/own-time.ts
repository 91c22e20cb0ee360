import { parseTimestamp } from '../../base/time/timestamp.ts';
import { mappedName } from './mapped-name.ts';
import { present } from './windows-read.ts';
import type { WindowsRecord } from './windows-record.ts';

const SYSMON = 'microsoft-windows-sysmon';
const UTC_TIME = mappedName('UtcTime');

/** @returns milliseconds of a time as Sysmon writes it, `2021-04-21 09:40:32.342` in UTC, or as ISO 8601 */
export function wallTime(text: string): number | undefined {
  return parseTimestamp(text.includes('T') || text.endsWith('Z') ? text : `${text.replace(' ', 'T')}Z`);
}

/** @returns milliseconds of the time that the provider states among its values, which may be seconds before the record's */
export function ownTimeOf(record: WindowsRecord): number | undefined {
  const text = present(record.data(UTC_TIME));
  if (text === undefined) return undefined;
  if (text !== lastText) {
    lastTime = wallTime(text);
    lastText = text;
  }
  return lastTime;
}

/** A record's time, its shift and its identity each ask for it. */
let lastText = '';
let lastTime: number | undefined;

/**
 * The time that every copy of an event has: shippers replace the time of Sysmon's records by its own, so that only that is
 * left in all of them.
 *
 * @returns milliseconds, NaN when there is none
 */
export function commonTimeOf(record: WindowsRecord): number {
  const isSysmon = record.provider?.toLowerCase() === SYSMON;
  return (isSysmon ? ownTimeOf(record) : undefined) ?? record.time;
}
