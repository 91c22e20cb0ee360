/** One command of a chain (AndX): words and bytes, and where they lie in the message. */
import type { Message } from '../message.ts';
import { type EndedName, endedOem, endedUtf16 } from '../names.ts';
import { isAndX, NO_COMMAND } from './smb1-commands.ts';

/** Flags2 of the header (MS-CIFS 2.2.3.1, MS-SMB 2.2.3.1). */
export const FLAG_SIGNED = 0x0004;
export const FLAG_SIGNING_REQUIRED = 0x0010;
const FLAG_NT_STATUS = 0x4000;
const FLAG_UNICODE = 0x8000;

/** Offset of the word count of the first command. */
const WORD_COUNT = 32;

/** A command with its words and bytes. Offsets count from the header. */
export interface Smb1Part {
  readonly command: number;
  /** First word. */
  readonly words: number;
  readonly wordCount: number;
  /** First byte behind the byte count. */
  readonly bytes: number;
  readonly byteCount: number;
}

/** What is wrong with a chain. */
export type ChainFault = 'loop' | 'outside' | 'long' | undefined;

/**
 * Cuts a message into its commands.
 *
 * @param most links of a chain that are read
 */
export function partsOf(m: Message, most: number): { parts: readonly Smb1Part[]; fault: ChainFault } {
  const parts: Smb1Part[] = [];
  let command = m.u8(4);
  let at = WORD_COUNT;
  for (;;) {
    if (parts.length >= most) return { parts, fault: 'long' };
    const wordCount = m.u8(at);
    const words = at + 1;
    const bytes = words + wordCount * 2 + 2;
    const byteCount = m.has(bytes - 2, 2) ? m.u16(bytes - 2) : 0;
    parts.push({ command, words, wordCount, bytes, byteCount });
    if (!isAndX(command) || wordCount < 2) return { parts, fault: undefined };
    const next = m.u8(words);
    const offset = m.u16(words + 2);
    if (next === NO_COMMAND || offset === 0) return { parts, fault: undefined };
    // Offsets grow: a chain that turns back would never end.
    if (offset <= at) return { parts, fault: 'loop' };
    if (offset >= m.size) return { parts, fault: 'outside' };
    if (!m.has(offset, 1)) return { parts, fault: undefined };
    command = next;
    at = offset;
  }
}

/** @returns whether strings are UTF-16 */
export function isUnicode(m: Message): boolean {
  return (m.u16(10) & FLAG_UNICODE) !== 0;
}

/**
 * A string that ends with zero; UTF-16 begins at an even offset from the header.
 *
 * @param offset from the header
 * @param end behind the last byte it may use, from the header
 */
export function stringAt(m: Message, offset: number, end: number): EndedName {
  const last = Math.min(m.at + end, m.end);
  if (!isUnicode(m)) {
    const { text, next } = endedOem(m.bytes, m.at + offset, last);
    return { text, next: next - m.at };
  }
  const from = offset + (offset & 1);
  const { text, next } = endedUtf16(m.bytes, m.at + from, last);
  return { text, next: next - m.at };
}

/** DOS errors that matter as NT status: class, code (MS-CIFS 2.2.2.4). */
const DOS_ERRORS: Readonly<Record<string, number>> = {
  '1/2': 0xc0000034,
  '1/3': 0xc000003a,
  '1/5': 0xc0000022,
  '1/6': 0xc0000008,
  '1/32': 0xc0000043,
  '1/80': 0xc0000035,
  '1/234': 0x80000005,
  '2/2': 0xc000006d,
  '2/5': 0xc00000c9,
  '2/6': 0xc00000cc,
};

/** @returns the NT status; old servers answer with a class and a code */
export function statusOf(m: Message): number {
  if ((m.u16(10) & FLAG_NT_STATUS) !== 0) return m.u32(5);
  const errorClass = m.u8(5);
  if (errorClass === 0) return 0;
  return DOS_ERRORS[`${errorClass}/${m.u16(7)}`] ?? 0xc0000001;
}

/** Text that stands where the signature will be before there is a key. */
const PLACEHOLDER = 'BSRSPYL ';

/** @returns whether the message is signed: the flag alone says only that its sender can */
export function isSigned(m: Message): boolean {
  if ((m.u16(10) & FLAG_SIGNED) === 0) return false;
  let isZero = true;
  let isPlaceholder = true;
  for (let i = 0; i < 8; i++) {
    const byte = m.u8(14 + i);
    if (byte !== 0) isZero = false;
    if (byte !== PLACEHOLDER.charCodeAt(i)) isPlaceholder = false;
  }
  return !isZero && !isPlaceholder;
}
