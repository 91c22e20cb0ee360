/** Access rights of a file or pipe: the mask, the codes and the words say the same (content/windows/access-rights.json). */
import { readContentJson } from '../../../base/content.ts';
import { remember } from '../../../base/remember.ts';
import type { FieldValue } from '../../../event/document.ts';
import { mappedName } from '../mapped-name.ts';
import { present, type WindowsRead } from '../windows-read.ts';
import type { WindowsRecord } from '../windows-record.ts';
import { withWords } from './codes.ts';
import { toBits } from './number.ts';

/** One right. */
interface AccessRight {
  readonly bit: number;
  /** Number of its `%%` code, where it has one. */
  readonly code: number | undefined;
  readonly text: string;
  readonly intent: string | undefined;
}

/** WriteData, AppendData, GENERIC_WRITE, GENERIC_ALL: rights with which contents change. */
const WRITE_BITS = 0x2 | 0x4 | 0x4000_0000 | 0x1000_0000;

const ACCESS_MASK = mappedName('AccessMask');
const ACCESS_LIST = mappedName('AccessList');
const ACCESS_REASON = mappedName('AccessReason');

let known: readonly AccessRight[] | undefined;

interface AccessRightRow {
  readonly bit: string;
  readonly code?: number;
  readonly text: string;
  readonly intent?: string;
}

/** @returns the rights in order of their bits */
export function accessRights(): readonly AccessRight[] {
  known ??= readContentJson<{ rights: readonly AccessRightRow[] }>('windows/access-rights.json').rights.map((row) => ({
    bit: Number(row.bit),
    code: row.code,
    text: row.text,
    intent: row.intent,
  }));
  return known;
}

/** @returns the mask of a list of codes or words, undefined when it names no known right */
export const maskOfList = remember((list: string): number | undefined => {
  let mask = 0;
  for (const { bit, code, text } of accessRights()) {
    if ((code !== undefined && new RegExp(`%%${code}(?!\\d)`).test(list)) || list.includes(text.split(' ')[0]!))
      mask |= bit;
  }
  return mask === 0 ? undefined : mask >>> 0;
});

/** @returns the rights of a mask by name; bits without a name as one hexadecimal number */
export const rightsOf = remember((mask: number): readonly string[] => {
  let rest = mask;
  const names: string[] = [];
  for (const { bit, text } of accessRights()) {
    if ((mask & bit) === 0) continue;
    names.push(text);
    rest &= ~bit;
  }
  if (rest !== 0) names.push(`0x${(rest >>> 0).toString(16)}`);
  return names;
});

/** @returns the codes of a mask's rights, as a record that was not rendered has them */
export function codesOfMask(mask: number): string {
  return accessRights()
    .flatMap(({ bit, code }) => ((mask & bit) !== 0 && code !== undefined ? [`%%${code}`] : []))
    .join(' ');
}

/** @returns what the rights of a mask are for, each word once, in order of the bits */
export const intentsOf = remember((mask: number): readonly string[] => {
  const intents = accessRights().flatMap(({ bit, intent }) => ((mask & bit) !== 0 && intent ? [intent] : []));
  return [...new Set(intents)];
});

function maskOf(record: WindowsRecord): number | undefined {
  const mask = present(record.data(ACCESS_MASK));
  const bits = mask === undefined ? undefined : mask.includes('%%') ? maskOfList(mask) : toBits(mask);
  if (bits !== undefined) return bits;
  const list = present(record.data(ACCESS_LIST));
  return list === undefined ? undefined : maskOfList(list);
}

const filled = (list: readonly string[]): FieldValue => (list.length === 0 ? undefined : list);

/** @returns whether the mask holds a right with which contents change */
export function asksToWrite(record: WindowsRecord): boolean {
  return ((maskOf(record) ?? 0) & WRITE_BITS) !== 0;
}

/** `%%1541:\t%%1801\tD:(A;;0x1200a9;;;WD)`: a right, the reason, the entry of the list; one line a right. */
function reasonsOf(text: string): readonly string[] {
  const reasons = text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*[^:]+:\s*(.+?)\s*$/.exec(line);
    return match ? [withWords(match[1]!, 'audit').replace(/\s+/g, ' ')] : [];
  });
  return [...new Set(reasons)];
}

/** Reads of access rights, by the word the mapping files use. */
export const ACCESS_READS: Readonly<Record<string, WindowsRead>> = {
  accessMask: (record) => maskOf(record),
  accessRights: (record) => {
    const mask = maskOf(record);
    return mask === undefined ? undefined : filled(rightsOf(mask));
  },
  accessIntent: (record) => {
    const mask = maskOf(record);
    return mask === undefined ? undefined : filled(intentsOf(mask));
  },
  accessReason: (record) => {
    const text = present(record.data(ACCESS_REASON));
    return text === undefined ? undefined : filled(reasonsOf(text));
  },
};
