/** Changes of a file by level (MS-FSCC 2.4), the same in all versions. */
import type { Message } from './message.ts';
import { utf16Name } from './names.ts';

/** A change of a file. */
export type FileChange =
  | { readonly kind: 'rename' | 'link'; readonly name: string }
  | { readonly kind: 'delete'; readonly isOn: boolean }
  | { readonly kind: 'times' }
  | { readonly kind: 'security' }
  | { readonly kind: 'size'; readonly sizeBytes: number };

const BASIC = 4;
const RENAME = 10;
const LINK = 11;
const DISPOSITION = 13;
const END_OF_FILE = 20;
const DISPOSITION_EX = 64;
const RENAME_EX = 65;

/**
 * @param offset of the level's data from the header
 * @param length its bytes
 * @returns undefined for levels that change nothing worth telling
 */
export function readChange(m: Message, level: number, offset: number, length: number): FileChange | undefined {
  switch (level) {
    case BASIC:
      return hasTimes(m, offset) ? { kind: 'times' } : undefined;
    case RENAME:
    case RENAME_EX:
    case LINK:
      return { kind: level === LINK ? 'link' : 'rename', name: nameAt(m, offset, length) };
    case DISPOSITION:
      return { kind: 'delete', isOn: m.u8(offset) !== 0 };
    case DISPOSITION_EX:
      return { kind: 'delete', isOn: (m.u32(offset) & 1) !== 0 };
    case END_OF_FILE:
      return { kind: 'size', sizeBytes: m.u64(offset) };
    default:
      return undefined;
  }
}

/** Flags or a byte, padding, root folder, length of the name, name. */
function nameAt(m: Message, offset: number, length: number): string {
  const nameLength = Math.min(m.u32(offset + 16), Math.max(length - 20, 0));
  return utf16Name(m.bytes, m.span(offset + 20, nameLength)).replace(/^[\\/]+/, '');
}

/** 0 and -1 leave a time as it is. */
function hasTimes(m: Message, offset: number): boolean {
  for (let at = offset; at < offset + 32; at += 8) {
    if (!m.has(at, 8)) return false;
    const low = m.u32(at);
    const high = m.u32(at + 4);
    if ((low !== 0 || high !== 0) && (low !== 0xffffffff || high !== 0xffffffff)) return true;
  }
  return false;
}
