/** Values as the text that Windows' own rendering shows, which is what rules and exports see. */
import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import { ansiText } from './ansi.ts';
import { filetimeText, systemtimeText } from '../../../base/time/filetime.ts';
import { decodeUtf16 } from '../../../base/bytes/utf16.ts';
import { VALUE } from './value-type.ts';

/** Width of the types that have one; 0 for the others. */
const WIDTH = new Uint8Array(256);
for (const [type, width] of [
  [VALUE.i8, 1],
  [VALUE.u8, 1],
  [VALUE.i16, 2],
  [VALUE.u16, 2],
  [VALUE.i32, 4],
  [VALUE.u32, 4],
  [VALUE.i64, 8],
  [VALUE.u64, 8],
  [VALUE.float, 4],
  [VALUE.double, 8],
  [VALUE.boolean, 4],
  [VALUE.guid, 16],
  [VALUE.filetime, 8],
  [VALUE.systemtime, 16],
  [VALUE.hex32, 4],
  [VALUE.hex64, 8],
] as const)
  WIDTH[type] = width;

/** @returns bytes of one item of a type, 0 when they vary */
export function widthOf(type: number): number {
  return WIDTH[type]!;
}

/** @returns whether a value of this many bytes can be of the type */
export function fits(bytes: Buffer, at: number, size: number, type: number): boolean {
  const width = WIDTH[type]!;
  if (width !== 0) return size === width;
  if (type === VALUE.size) return size === 4 || size === 8;
  if (type === VALUE.sid) return size >= 8 && bytes[at + 1]! <= 15 && size === 8 + 4 * bytes[at + 1]!;
  return true;
}

/**
 * Text of one value that {@link fits}.
 *
 * @returns undefined for null, for a time that is none, and for types that have no text
 */
export function valueText(bytes: Buffer, at: number, size: number, type: number): string | undefined {
  switch (type) {
    case VALUE.string:
      return decodeUtf16(bytes, at, size >> 1);
    case VALUE.ansi:
      return ansiText(bytes, at, size);
    case VALUE.u8:
      return String(bytes[at]!);
    case VALUE.u16:
      return String(u16(bytes, at));
    case VALUE.u32:
      return String(u32(bytes, at));
    case VALUE.i8:
      return String((bytes[at]! << 24) >> 24);
    case VALUE.i16:
      return String((u16(bytes, at) << 16) >> 16);
    case VALUE.i32:
      return String(u32(bytes, at) | 0);
    case VALUE.u64:
      return u32(bytes, at + 4) < 0x20_0000
        ? String(u32(bytes, at + 4) * 4_294_967_296 + u32(bytes, at))
        : String(bytes.readBigUInt64LE(at));
    case VALUE.i64:
      return String(bytes.readBigInt64LE(at));
    case VALUE.hex32:
      return `0x${u32(bytes, at).toString(16)}`;
    case VALUE.hex64:
      return hex64(bytes, at);
    case VALUE.size:
      return size === 4 ? `0x${u32(bytes, at).toString(16)}` : hex64(bytes, at);
    case VALUE.boolean:
      return u32(bytes, at) === 0 ? 'false' : 'true';
    case VALUE.guid:
      return guidText(bytes, at);
    case VALUE.filetime:
      return filetimeText(bytes, at);
    case VALUE.sid:
      return sidText(bytes, at);
    case VALUE.float:
      return String(bytes.readFloatLE(at));
    case VALUE.double:
      return String(bytes.readDoubleLE(at));
    case VALUE.systemtime:
      return systemtimeText(bytes, at);
    case VALUE.binary:
    case VALUE.handle:
    case VALUE.evtXml:
      return bytes.toString('hex', at, at + size).toUpperCase();
    default:
      return undefined;
  }
}

/** @returns whether {@link valueText} knows the type */
export function hasText(type: number): boolean {
  return (type >= VALUE.string && type <= VALUE.hex64) || type === VALUE.handle || type === VALUE.evtXml;
}

function hex64(bytes: Buffer, at: number): string {
  const high = u32(bytes, at + 4);
  const low = u32(bytes, at).toString(16);
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, '0')}`;
}

/** @returns `{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}` in upper case; the first three groups are little-endian */
export function guidText(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16).toUpperCase();
  const swap = (from: number, to: number): string => {
    let text = '';
    for (let i = to - 2; i >= from; i -= 2) text += hex.slice(i, i + 2);
    return text;
  };
  return `{${swap(0, 8)}-${swap(8, 12)}-${swap(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}}`;
}

/** @returns `S-1-5-21-..`; the authority is big-endian, and hexadecimal from 2^32 on, as Windows writes it */
export function sidText(bytes: Buffer, at: number): string {
  const high = (bytes[at + 2]! << 8) | bytes[at + 3]!;
  const low = bytes.readUInt32BE(at + 4);
  const authority = high === 0 ? String(low) : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
  let text = `S-${bytes[at]!}-${authority}`;
  for (let i = 0; i < bytes[at + 1]!; i++) text += `-${u32(bytes, at + 8 + 4 * i)}`;
  return text;
}
