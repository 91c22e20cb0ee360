import type { DataName } from './data-name.ts';

/** Part of the record a value stands in. */
export type DataSection = 'event_data' | 'user_data';

/**
 * One Windows event record, whatever it was wrapped in: BinXML of an event log, or one of the JSON shapes. The mapping
 * (windows-event.ts) makes ECS of it. Getters decode when asked; what is absent, empty or `-` in System is undefined.
 */
export interface WindowsRecord {
  readonly channel: string | undefined;
  readonly provider: string | undefined;
  readonly providerGuid: string | undefined;
  readonly eventId: number;
  readonly version: number | undefined;
  /** Computer that wrote the record, as written; never the collector. */
  readonly computer: string | undefined;
  /** System/EventRecordID, decimal. */
  readonly recordId: string | undefined;
  /** System/TimeCreated in milliseconds, microseconds as the fraction; NaN when absent or absurd. */
  readonly time: number;
  /** The same as ISO text in UTC with all decimals the source has (seven in an event log). */
  readonly timeText: string | undefined;
  readonly level: number | undefined;
  readonly task: number | undefined;
  readonly opcode: number | undefined;
  /** Hexadecimal, `0x8020000000000000`. */
  readonly keywords: string | undefined;
  readonly activityId: string | undefined;
  readonly relatedActivityId: string | undefined;
  readonly processId: number | undefined;
  readonly threadId: number | undefined;
  /** System/Security@UserID. */
  readonly userSid: string | undefined;
  /** Rendered message, when the shape carries one. */
  readonly message: string | undefined;
  /** Name of the element below UserData, when there is one. */
  readonly userDataName: string | undefined;
  /** System/Provider@EventSourceName. */
  readonly eventSourceName?: string | undefined;
  /** EventData@Name. */
  readonly eventDataName?: string | undefined;
  /** Record number in the header of an event log file, which may differ from {@link recordId}. */
  readonly fileRecordId?: string | undefined;
  /** The checksum over the record's chunk is wrong. */
  readonly isChecksumBad?: boolean | undefined;
  /** Found in free space of a file. */
  readonly isRecovered?: boolean | undefined;
  /** The shape does not say enough to tell the time in UTC. */
  readonly isTimeUncertain?: boolean | undefined;
  /** First value under a name of either section, as the text Windows' own rendering shows; undefined when absent. */
  data(name: DataName): string | undefined;
  /** All values under a name (unnamed Data elements stand under `Data`). */
  dataList(name: DataName): readonly string[] | undefined;
  /** Every value in the order of the record, names as written. */
  eachData(visit: (name: string, values: readonly string[], section: DataSection) => void): void;
}
