/**
 * Documents as they leave Filebeat's modules for Zeek and PAN-OS: their ingest pipelines, which Elasticsearch runs, take times and
 * durations from what the sensor wrote. Until then `@timestamp` is when Filebeat read the line.
 */
import { parseIsoTime, parseTimestamp } from '../../base/time/timestamp.ts';
import { timeZoneOf } from '../../base/time/zone.ts';
import type { FieldValue } from '../../event/document.ts';
import { coerceValue } from '../../event/document-event-value.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { otherColumn } from './columns.ts';

/** Both pipelines take their column away, so that it tells that they have not run. */
const ZEEK_TIME = otherColumn('zeek_time');
const PANOS_TIME = otherColumn('panos_time');
const ZEEK_DURATION = otherColumn('zeek_duration');
const TIME = fieldId('@timestamp');
const CREATED = fieldId('event.created');
const START = fieldId('event.start');
const DURATION = fieldId('event.duration');
const ZONE = fieldId('event.timezone');

/** Fields that such a document says otherwise than they are meant, or not at all. */
export const UNFINISHED_FIELDS: readonly FieldId[] = [TIME, CREATED, START, DURATION];

/** @returns whether a document's pipeline has not run */
export function isUnfinished(record: JsonRecord): boolean {
  return record.has(ZEEK_TIME) || record.has(PANOS_TIME);
}

/** @returns what the pipeline would have put into a field; undefined: what the document says stands */
export function finishedValue(record: JsonRecord, id: FieldId): FieldValue {
  return record.has(PANOS_TIME) ? finishedPanos(record, id) : finishedZeek(record, id);
}

function finishedZeek(record: JsonRecord, id: FieldId): FieldValue {
  switch (id) {
    case TIME:
      return zeekTime(record);
    case CREATED:
      return record.has(CREATED) ? undefined : coerceValue('date', record.value(TIME));
    case DURATION:
      return record.has(DURATION) ? undefined : nanoseconds(record, ZEEK_DURATION);
    default:
      return undefined;
  }
}

/** Zeek writes seconds since 1970 or, when told to, ISO 8601. */
function zeekTime(record: JsonRecord): number | undefined {
  const value = record.value(ZEEK_TIME);
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e3;
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

function finishedPanos(record: JsonRecord, id: FieldId): FieldValue {
  switch (id) {
    case TIME:
      return panosTime(record, PANOS_TIME);
    case CREATED:
    case START:
      return panosTime(record, id);
    case DURATION:
      return nanoseconds(record, DURATION);
    default:
      return undefined;
  }
}

/** The wall clock of the firewall, in the zone that Filebeat says: an offset, or a name that is looked up. */
function panosTime(record: JsonRecord, column: number): number | undefined {
  const text = record.text(column);
  const wall = text === undefined ? undefined : parseIsoTime(text.replace(/^(\d{4})\/(\d\d)\/(\d\d) /, '$1-$2-$3T'));
  if (wall === undefined || wall.hasZone) return wall?.ms;
  const zone = record.text(ZONE) ?? '';
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return timeZoneOf(zone)?.toUtc(wall.ms) ?? wall.ms;
  return wall.ms - Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function nanoseconds(record: JsonRecord, column: number): number | undefined {
  const seconds = record.has(column) ? record.number(column) : undefined;
  return seconds === undefined ? undefined : Math.round(seconds * 1e9);
}
