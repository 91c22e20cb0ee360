import { FaultLog } from '../../src/base/fault.ts';
import { Networks } from '../../src/event/networks.ts';
import { ChunkClock } from '../../src/sources/evtx/chunk-clock.ts';
import { EvtxParser } from '../../src/sources/evtx/evtx-parser.ts';
import type { EvtxRecord } from '../../src/sources/evtx/record/evtx-record.ts';
import { DEFAULT_SOURCE_SETTINGS, type EventGate } from '../../src/sources/source.ts';

/** A record as the reader showed it. */
export interface ShownRecord {
  readonly system: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Values by name, in order. */
  readonly data: Readonly<Record<string, readonly string[]>>;
}

/** What a log held. */
export interface ShownLog {
  readonly records: ShownRecord[];
  /** `code@offset` of the faults that are kept whole. */
  readonly faults: string[];
  readonly faultCount: number;
}

/** How to read. */
export interface ShowOptions {
  readonly carve?: boolean;
  readonly verify?: boolean;
  /** Milliseconds of a clock; the machine's when absent. */
  readonly now?: () => number;
  readonly gate?: EventGate;
  /** Bytes of a push; all at once when absent. */
  readonly push?: () => number;
  /** Called for each record while it is bound. */
  readonly each?: (record: EvtxRecord) => void;
}

/** Reads a log below the level of events: the records and every value in them. */
export function readEvtxRecords(bytes: Buffer, options: ShowOptions = {}): ShownLog {
  const faults = new FaultLog();
  const records: ShownRecord[] = [];
  const parser = new EvtxParser(
    {
      file: 'log',
      faults,
      networks: new Networks(),
      settings: { ...DEFAULT_SOURCE_SETTINGS, carve: options.carve, verify: options.verify },
      gate: options.gate,
      skipped: () => {},
    },
    (record) => {
      options.each?.(record);
      records.push(showRecord(record));
    },
    new ChunkClock(options.now),
  );
  for (let at = 0; at < bytes.length; ) {
    const push = Buffer.from(bytes.subarray(at, at + Math.max(1, options.push?.() ?? bytes.length)));
    at += push.length;
    parser.push(push, () => {});
    push.fill(0xaa);
  }
  parser.end(() => {});
  return {
    records,
    faults: faults.list().flatMap((group) => group.samples.map((fault) => `${fault.code}@${fault.offset}`)),
    faultCount: faults.list().reduce((sum, group) => sum + group.count, 0),
  };
}

function showRecord(record: EvtxRecord): ShownRecord {
  const data: Record<string, readonly string[]> = {};
  record.eachData((name, values) => {
    data[name] = values;
  });
  const { channel, provider, providerGuid, eventSourceName, eventId, qualifiers, version, computer, recordId } = record;
  const { time, timeText, level, task, opcode, keywords, activityId, relatedActivityId, processId, threadId } = record;
  const { userSid, message, userDataName, eventDataName, isRecovered, isChecksumBad, fileRecordId } = record;
  return {
    system: {
      channel,
      provider,
      providerGuid,
      eventSourceName,
      eventId,
      qualifiers,
      version,
      computer,
      recordId,
      time,
      timeText,
      level,
      task,
      opcode,
      keywords,
      activityId,
      relatedActivityId,
      processId,
      threadId,
      userSid,
      message,
      userDataName,
      eventDataName,
      isRecovered,
      isChecksumBad,
      fileRecordId,
    },
    data,
  };
}
