/**
 * The shapes in which Windows events arrive as JSON, told by the keys of each object: shapes change inside of one file,
 * because collectors mix what they gather.
 */
import type { Networks } from '../../event/networks.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { RawRecord } from '../record.ts';
import { BeatsEvent } from './beats-event.ts';
import { Beats6Record, BeatsRecord } from './beats-record.ts';
import {
  BEATS6_COLUMNS,
  BEATS_COLUMNS,
  EVTX_COLUMNS,
  FLAT_COLUMNS,
  HAYABUSA_COLUMNS,
  SENTINEL_COLUMNS,
  SENTINEL_SECOND,
  SIGN,
} from './columns.ts';
import { EvtxDumpRecord } from './evtx-dump-record.ts';
import { FlatRecord } from './flat-record.ts';
import { HayabusaRecord } from './hayabusa-record.ts';
import type { LocalClock } from './local-clock.ts';
import { PowerShellRecord } from './powershell-record.ts';
import { SentinelRecord } from './sentinel-record.ts';
import { wholeNumber } from './system-values.ts';
import type { TextRecord } from './text-record.ts';
import { WinlogEvent } from './winlog-event.ts';
import { XmlRecord } from './xml/xml-record.ts';

/** A shape; it stands in provenance as `winlog-json/nxlog`. */
export type Shape =
  | 'elastic-agent'
  | 'winlogbeat'
  | 'winlogbeat-6'
  | 'nxlog'
  | 'time-created'
  | 'evtx-dump'
  | 'chainsaw'
  | 'hayabusa'
  | 'log-analytics'
  | 'powershell'
  | 'splunk-xml';

/** @returns the shape of the current object, undefined when it is no Windows event */
export function shapeOf(record: RawRecord): Shape | undefined {
  if (record.has(BEATS_COLUMNS.channel!) || record.has(BEATS_COLUMNS.provider!)) return beatsShape(record);
  if (record.has(EVTX_COLUMNS.eventId!)) return record.has(SIGN.document) ? 'chainsaw' : 'evtx-dump';
  if (record.has(SIGN.kind) && record.has(SIGN.documents)) return 'chainsaw';
  if (record.has(SIGN.logName) && record.has(BEATS6_COLUMNS.eventId!)) {
    return record.has(SIGN.eventData) || record.has(SIGN.userData) || record.has(BEATS6_COLUMNS.computer!)
      ? 'winlogbeat-6'
      : undefined;
  }
  if (record.has(FLAT_COLUMNS.eventId!)) return flatShape(record);
  if (isPowerShell(record)) return 'powershell';
  if (record.has(SIGN.raw) && isEventXml(record.text(SIGN.raw))) return 'splunk-xml';
  return undefined;
}

/** An own document that was read before is left to the reader of ECS, which gives it back as it is. */
function beatsShape(record: RawRecord): Shape | undefined {
  if (record.has(SIGN.ownId) || wholeNumber(record.text(BEATS_COLUMNS.eventId!)) === undefined) return undefined;
  return record.has(SIGN.dataStream) ? 'elastic-agent' : 'winlogbeat';
}

function flatShape(record: RawRecord): Shape | undefined {
  if (record.has(SIGN.ruleTitle) && record.has(HAYABUSA_COLUMNS.time!)) return 'hayabusa';
  if (record.has(SIGN.timeGenerated) && record.has(SENTINEL_COLUMNS.computer!)) {
    const isNamed = record.has(SENTINEL_COLUMNS.channel!) || record.has(SENTINEL_SECOND.channel!);
    if (isNamed || record.has(SIGN.type) || record.has(SENTINEL_COLUMNS.provider!)) return 'log-analytics';
  }
  const isNamed = record.has(FLAT_COLUMNS.channel!) || record.has(FLAT_COLUMNS.provider!);
  if (record.has(SIGN.eventTime) && (isNamed || record.has(SIGN.sourceModule))) return 'nxlog';
  return record.has(SIGN.timeCreated) ? 'time-created' : undefined;
}

/** What PowerShell makes of an event (`Get-WinEvent | ConvertTo-Json`), also when only some properties were selected. */
function isPowerShell(record: RawRecord): boolean {
  const isNamed = record.has(SIGN.objectLog) || record.has(FLAT_COLUMNS.provider!);
  return isNamed && record.has(SIGN.timeCreated) && wholeNumber(record.text(SIGN.objectId)) !== undefined;
}

/** @returns whether a text is the XML of an event */
export function isEventXml(text: string | undefined): boolean {
  return text !== undefined && /^\s*(?:<\?xml[^>]*\?>\s*)?<Event[\s>]/.test(text.slice(0, 300));
}

/** A record of one shape with its event. */
export interface OpenShape {
  readonly record: TextRecord;
  readonly event: WinlogEvent;
}

/** What shapes need to know about their surroundings. */
export interface ShapeContext {
  readonly file: string;
  readonly networks: Networks;
  readonly clock: LocalClock;
  /** Called when a text inside of the object cannot be read. */
  readonly damaged: (message: string) => void;
}

/** @returns a record of the shape over the objects of a reader */
export function openShape(shape: Shape, json: JsonRecord, context: ShapeContext): OpenShape {
  const { networks, file } = context;
  const format = `winlog-json/${shape}`;
  if (shape === 'winlogbeat' || shape === 'elastic-agent') {
    const record = new BeatsRecord(json);
    return { record, event: new BeatsEvent(record, networks, file, format) };
  }
  const record = openRecord(shape, json, context);
  return { record, event: new WinlogEvent(record, networks, file, format) };
}

function openRecord(
  shape: Exclude<Shape, 'winlogbeat' | 'elastic-agent'>,
  json: JsonRecord,
  context: ShapeContext,
): TextRecord {
  switch (shape) {
    case 'winlogbeat-6':
      return new Beats6Record(json);
    case 'nxlog':
      return new FlatRecord(json, context.clock, 'EventTime');
    case 'time-created':
      return new FlatRecord(json, context.clock, 'TimeCreated');
    case 'evtx-dump':
    case 'chainsaw':
      return new EvtxDumpRecord(json);
    case 'hayabusa':
      return new HayabusaRecord(json);
    case 'log-analytics':
      return new SentinelRecord(json, context.damaged);
    case 'powershell':
      return new PowerShellRecord(json, context.clock);
    case 'splunk-xml':
      return new XmlRecord();
  }
}
