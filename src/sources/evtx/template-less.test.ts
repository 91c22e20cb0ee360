/**
 * Records without templates, which libevtx cannot show: every value against another independent parser, the Rust crate
 * `evtx` by its Python package.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';
import { readEvtxRecords, type ShownRecord } from '../../../test/tools/read-evtx-records.ts';

const FOLDER = evidencePath('evtx');
const PROGRAM = `
import json, sys
from evtx import PyEvtxParser
print(json.dumps([json.loads(record["data"]) for record in PyEvtxParser(sys.argv[1]).records_json()]))
`;

const run = (python: string, file: string) =>
  spawnSync(python, ['-c', PROGRAM, file], { encoding: 'utf8', maxBuffer: 1 << 28 });
/** One of its own, as .ci/run makes it, or the machine's. */
const python = ['build/python/bin/python', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import evtx']).status === 0,
);
const note = `${existsSync(FOLDER) ? '' : ' (skipped: no sample logs here)'}${python === undefined ? ' (skipped: the Python package evtx is not installed)' : ''}`;

interface Attributes {
  readonly '#attributes'?: Readonly<Record<string, string>>;
  readonly '#text'?: string | readonly string[];
}
type Value = string | null | undefined | Attributes;
interface Dumped {
  readonly Event: {
    readonly System: Readonly<Record<string, Value>>;
    readonly EventData?: Readonly<Record<string, Value>> | null;
  };
}

const textOf = (value: Value): string | undefined =>
  typeof value === 'object' ? (value?.['#text'] as string | undefined) : value;
const attributeOf = (value: Value, name: string): string | undefined =>
  typeof value === 'object' ? value?.['#attributes']?.[name] : undefined;
const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** What the other parser says, in our terms. */
function theirs({ Event: { System, EventData } }: Dumped): ShownRecord {
  const { Provider, TimeCreated, Execution, Security } = System;
  return {
    system: {
      provider: attributeOf(Provider, 'Name'),
      // Windows writes GUIDs in either case, and we in one.
      providerGuid: attributeOf(Provider, 'Guid')?.toUpperCase(),
      eventId: Number(textOf(System['EventID'])),
      qualifiers: numberOf(attributeOf(System['EventID'], 'Qualifiers')),
      version: numberOf(textOf(System['Version'])),
      level: numberOf(textOf(System['Level'])),
      task: numberOf(textOf(System['Task'])),
      opcode: numberOf(textOf(System['Opcode'])),
      keywords: textOf(System['Keywords']),
      timeText: attributeOf(TimeCreated, 'SystemTime')?.replace(/(\.\d{7})00Z$/, '$1Z'),
      recordId: textOf(System['EventRecordID']),
      processId: numberOf(attributeOf(Execution, 'ProcessID')),
      threadId: numberOf(attributeOf(Execution, 'ThreadID')),
      channel: textOf(System['Channel']),
      computer: textOf(System['Computer']),
      userSid: attributeOf(Security, 'UserID'),
    },
    data: Object.fromEntries(
      Object.entries(EventData ?? {}).map(([name, value]) => [name, [textOf(value) ?? ''].flat()]),
    ),
  };
}

test.skipIf(note !== '').each([
  ['attack/share-enumeration-forwarded.evtx', 91],
  ['format/issue_201.evtx', 1],
])(`%s has the values the Rust parser shows${note}`, (file, count) => {
  const dumped = JSON.parse(run(python!, `${FOLDER}/${file}`).stdout) as Dumped[];
  const { records } = readEvtxRecords(readFileSync(`${FOLDER}/${file}`));
  expect(dumped.length).toBe(count);
  expect(records.length).toBe(count);
  for (const [index, { Event }] of dumped.entries()) {
    const wanted = theirs({ Event });
    const shown = records[index]!;
    expect(Object.fromEntries(Object.keys(wanted.system).map((key) => [key, shown.system[key]]))).toEqual(
      wanted.system,
    );
    // A placeholder of event forwarding has a part of its own instead of EventData.
    if (Event.EventData !== undefined) expect(shown.data).toEqual(wanted.data);
  }
});
