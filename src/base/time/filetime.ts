/**
 * FILETIME: ticks of 100 ns since 1601. One double cannot hold the last ticks, so both halves are counted from 1970
 * apart: microseconds fit exactly, and the seventh decimal is the tick within the microsecond.
 */
import { u16, u32 } from '../bytes/little-endian.ts';

/** The FILETIME of 1970-01-01 in halves: 116444736000000000. */
const EPOCH_HIGH = 27_111_902;
const EPOCH_LOW = 3_577_643_008;
/** 2^32 ticks are this many microseconds and 6 ticks. */
const MICROS_PER_HIGH = 429_496_729;
/** The year 10000 in microseconds since 1970. */
const YEAR_10000 = 253_402_300_800_000_000;

/** @returns microseconds since 1970, NaN for zero and for years beyond 9999 */
function micros(bytes: Uint8Array, at: number): number {
  const low = u32(bytes, at);
  const high = u32(bytes, at + 4);
  if (low === 0 && high === 0) return Number.NaN;
  const days = high - EPOCH_HIGH;
  const value = days * MICROS_PER_HIGH + Math.floor((days * 6 + (low - EPOCH_LOW)) / 10);
  return value < YEAR_10000 ? value : Number.NaN;
}

/** @returns milliseconds since 1970 with microseconds as the fraction, NaN for zero and for years beyond 9999 */
export function filetimeMs(bytes: Uint8Array, at: number): number {
  return micros(bytes, at) / 1000;
}

/** @returns `2021-04-21T09:40:32.3423972Z`, undefined for zero and for years beyond 9999 */
export function filetimeText(bytes: Uint8Array, at: number): string | undefined {
  const value = micros(bytes, at);
  if (Number.isNaN(value)) return undefined;
  const ticks = (u32(bytes, at + 4) - EPOCH_HIGH) * 6 + (u32(bytes, at) - EPOCH_LOW);
  const tick = ((ticks % 10) + 10) % 10;
  const seconds = Math.floor(value / 1_000_000);
  const fraction = String(value - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${fraction}${tick}Z`;
}

/** @returns SYSTEMTIME as ISO text with milliseconds; undefined when all zero or no date */
export function systemtimeText(bytes: Uint8Array, at: number): string | undefined {
  const month = u16(bytes, at + 2);
  const day = u16(bytes, at + 6);
  const date = new Date(0);
  date.setUTCFullYear(u16(bytes, at), month - 1, day);
  date.setUTCHours(u16(bytes, at + 8), u16(bytes, at + 10), u16(bytes, at + 12), u16(bytes, at + 14));
  const isDate = month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDate && u16(bytes, at) <= 9999 ? date.toISOString() : undefined;
}
