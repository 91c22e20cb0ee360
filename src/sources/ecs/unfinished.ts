/**
 * Documents as they leave Filebeat's module for Zeek: its ingest pipeline, which Elasticsearch runs, takes the time and the duration
 * from what Zeek wrote. Until then `@timestamp` is when Filebeat read the line.
 */
import { parseTimestamp } from '../../base/time/timestamp.ts';
import type { FieldValue } from '../../event/document.ts';
import { coerceValue } from '../../event/document-event-value.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { otherColumn } from './columns.ts';

const ZEEK_TIME = otherColumn('zeek_time');
const ZEEK_DURATION = otherColumn('zeek_duration');
const TIME = fieldId('@timestamp');
const CREATED = fieldId('event.created');
const DURATION = fieldId('event.duration');

/** Fields that such a document says otherwise than they are meant, or not at all. */
export const UNFINISHED_FIELDS: readonly FieldId[] = [TIME, CREATED, DURATION];

/** @returns whether a document's pipeline has not run: it would have taken the sensor's time away */
export function isUnfinished(record: JsonRecord): boolean {
  return record.has(ZEEK_TIME);
}

/** @returns what the pipeline would have put into a field; undefined: what the document says stands */
export function finishedValue(record: JsonRecord, id: FieldId): FieldValue {
  if (id === TIME) return zeekTime(record);
  if (record.has(id)) return undefined;
  if (id === CREATED) return coerceValue('date', record.value(TIME));
  if (id !== DURATION || !record.has(ZEEK_DURATION)) return undefined;
  const seconds = record.number(ZEEK_DURATION);
  return seconds === undefined ? undefined : Math.round(seconds * 1e9);
}

/** Zeek writes seconds since 1970 or, when told to, ISO 8601. */
function zeekTime(record: JsonRecord): number | undefined {
  const value = record.value(ZEEK_TIME);
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e3;
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}
