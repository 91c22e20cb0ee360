/**
 * Documents that are ECS already: lines and arrays, search hits, bodies of bulk requests, and what this program wrote
 * itself. The last dialect that is tried, because it takes nearly anything with a time stamp.
 *
 * @see https://www.elastic.co/docs/reference/ecs
 */
import { fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { BulkTarget, CarriedLine, DialectSession, JsonDialect, JsonRecord } from '../json/dialect.ts';
import type { RawRecord } from '../record.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { ECS_PATHS, otherColumn } from './columns.ts';
import { EcsEvent } from './ecs-event.ts';

const HIT = otherColumn('hit');
const ACTIONS = ['action_index', 'action_create', 'action_update', 'action_delete'].map(otherColumn);
const ACTION_ID = otherColumn('action_id');
const ACTION_TARGET = otherColumn('action_target');

/** One of these makes an object an ECS document. */
const SIGNS = [
  '@timestamp',
  'ecs.version',
  'event.kind',
  'event.category',
  'event.action',
  'event.code',
  'event.dataset',
  'event.module',
  'source.ip',
  'destination.ip',
  'host.name',
  'agent.type',
].map(fieldId);

const OWN_ID = fieldId('smbastion.event.id');
const WINDOWS = ['winlog.channel', 'winlog.event_id'].map(fieldId);

/** Where collectors put a line that they do not read: Beats, Vector and Logstash, then Fluent Bit and Docker. */
const LINES = [fieldId('message'), fieldId('event.original'), otherColumn('log_text')];
/** One of these stands in a document that says itself what was observed: when it holds a line, it says more than the line. */
const READ_SIGNS = [
  'smbastion.event.id',
  'event.category',
  'event.action',
  'event.code',
  'source.ip',
  'source.address',
  'destination.ip',
  'destination.address',
  'winlog.channel',
  'zeek.session_id',
  'suricata.eve.event_type',
].map(fieldId);

/** ECS documents. */
export const ecsDialect: JsonDialect = {
  id: 'ecs',
  title: 'ECS documents: Beats, Elastic Agent, search hits, bulk bodies, own output',
  datasets: ['*'],
  paths: ECS_PATHS,
  recognise: (record) => isDocument(record) || isAction(record) || lineOf(record) !== undefined,
  // Collectors send events of Windows and lines of sensors in one stream with documents; those have dialects of their own.
  isShared: (record) => !record.has(OWN_ID) && (!isRead(record) || WINDOWS.some((field) => record.has(field))),
  carried,
  open: (context) => new EcsReader(context),
};

function carried(record: RawRecord): CarriedLine | undefined {
  const text = lineOf(record);
  return text === undefined ? undefined : { text, isAll: !isDocument(record) };
}

function isRead(record: RawRecord): boolean {
  for (const sign of READ_SIGNS) if (record.has(sign)) return true;
  return false;
}

/** @returns the text that stands in a document that says nothing else of what was observed, one that is a JSON object first */
function lineOf(record: RawRecord): string | undefined {
  if (isRead(record)) return undefined;
  let first: string | undefined;
  for (const column of LINES) {
    const text = record.has(column) ? record.text(column)?.trimStart() : undefined;
    if (text?.startsWith('{')) return text;
    first ??= text;
  }
  return first;
}

function isDocument(record: RawRecord): boolean {
  if (record.has(HIT)) return true;
  for (const sign of SIGNS) if (record.has(sign)) return true;
  return false;
}

/** A line of a bulk body that says what to do with the line behind it. */
function isAction(record: RawRecord): boolean {
  for (const action of ACTIONS) if (record.has(action) && record.text(action) === undefined) return true;
  return false;
}

/** Reads one file. */
class EcsReader implements DialectSession {
  private readonly context: SourceContext;
  private view: EcsEvent | undefined;
  private record: JsonRecord | undefined;
  /** What the action line just before said, and its line. */
  private target: BulkTarget | undefined;
  private targetLine = 0;

  constructor(context: SourceContext) {
    this.context = context;
  }

  event(
    record: JsonRecord,
    line: number | undefined,
    offset: number | undefined,
    _sink: EventSink,
    target?: BulkTarget,
  ): EventView | string {
    if (!isDocument(record)) {
      this.target = { id: record.text(ACTION_ID), index: record.text(ACTION_TARGET) };
      this.targetLine = line ?? Number.NaN;
      return 'action lines of a bulk request';
    }
    if (this.view === undefined || this.record !== record) {
      this.record = record;
      this.view = new EcsEvent(this.context, record);
    }
    const isTarget = this.target !== undefined && line === this.targetLine + 1;
    this.view.point(line, offset, target ?? (isTarget ? this.target : undefined));
    this.target = undefined;
    return this.view;
  }
}
