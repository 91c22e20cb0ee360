import fc from 'fast-check';
import { readMappingFiles } from '../../src/sources/windows/mapping-file.ts';
import type { WindowsRecordParts } from './windows-record.ts';

const files = readMappingFiles();

/** Names the mapping reads, from the files themselves. */
const NAMES = [
  ...new Set(files.flatMap((file) => JSON.stringify(file).match(/\b[A-Z][A-Za-z]{3,}\b/g) ?? []).filter(isDataName)),
];

function isDataName(name: string): boolean {
  return /[a-z][A-Z]|^(Image|User|Hashes|Status|Protocol|Binary)$/.test(name);
}

const VALUES = [
  '-',
  '',
  '0x1',
  '3',
  '10.0.5.22',
  '::1',
  '8.8.4.4',
  '445',
  '50000',
  'CORP\\jdoe',
  'S-1-5-7',
  'S-1-5-21-1-2-3-1111',
  '\\\\*\\ADMIN$',
  '\\\\*\\IPC$',
  'a\\b.exe',
  'svcctl',
  '%%4417\r\n\t\t\t\t%%4418',
  '0x120196',
  'C:\\Windows\\x.exe -a',
  '2026-03-02 09:00:00.000',
  '0200C5F70A000516',
  'true',
  'File',
  '\ud800',
  '__proto__',
];

const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 30 }));

/** Records of every kind the mapping knows, with values that may or may not fit. */
export const anyRecord: fc.Arbitrary<WindowsRecordParts> = fc
  .constantFrom(
    ...files.flatMap((file) =>
      Object.keys(file.events).flatMap((ids) => ids.split(' ').map((id) => [file, id] as const)),
    ),
  )
  .chain(([file, id]) =>
    fc.record({
      eventId: fc.constantFrom(Number(id), Number(id), 9999),
      channel: fc.constantFrom(file.channels[0]!.replace('*', 'Operational'), undefined),
      provider: fc.constantFrom(file.providers[0], undefined),
      keywords: fc.constantFrom('0x8020000000000000', '0x8010000000000000', '0x0', undefined),
      userSid: fc.constantFrom('S-1-5-18', 'S-1-5-21-1-2-3-1111', undefined),
      time: fc.constantFrom('2026-03-02T10:00:00.1234567Z', 'never'),
      data: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 25 }),
    }),
  );
