import { type DataName, dataName } from '../../src/sources/windows/data-name.ts';
import type { DataSection, WindowsRecord } from '../../src/sources/windows/windows-record.ts';

/** What a record of a test holds; `data` or `userData` by name, values as Windows writes them. */
export interface WindowsRecordParts extends Partial<Omit<WindowsRecord, 'time' | 'data' | 'dataList' | 'eachData'>> {
  readonly eventId: number;
  /** ISO text in UTC. */
  readonly time?: string;
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
  readonly userData?: Readonly<Record<string, string | readonly string[]>>;
}

/** A Windows record in memory; what is left out is absent, but the computer is `SRV01.corp.example`. */
export function windowsRecord(parts: WindowsRecordParts): WindowsRecord {
  const { data = {}, userData = {}, time = '2026-03-02T10:00:00.1234567Z', ...system } = parts;
  const sections: readonly (readonly [DataSection, typeof data])[] = [
    ['event_data', data],
    ['user_data', userData],
  ];
  const values = new Map<DataName, string[]>();
  for (const [, section] of sections) {
    for (const [name, value] of Object.entries(section)) {
      const list = values.get(dataName(name)) ?? [];
      list.push(...[value].flat());
      values.set(dataName(name), list);
    }
  }
  return {
    channel: undefined,
    provider: undefined,
    providerGuid: undefined,
    version: undefined,
    computer: 'SRV01.corp.example',
    recordId: '77',
    timeText: time,
    level: undefined,
    task: undefined,
    opcode: undefined,
    keywords: undefined,
    activityId: undefined,
    relatedActivityId: undefined,
    processId: undefined,
    threadId: undefined,
    userSid: undefined,
    message: undefined,
    userDataName: parts.userData ? 'EventXML' : undefined,
    ...system,
    time: Date.parse(time),
    data: (name) => values.get(name)?.[0],
    dataList: (name) => values.get(name),
    eachData: (visit) => {
      for (const [section, named] of sections) {
        for (const [name, value] of Object.entries(named)) visit(name, [value].flat(), section);
      }
    },
  };
}
