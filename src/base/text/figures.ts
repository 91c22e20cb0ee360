/** Figures as people read them, the same on the terminal, in reports and in the sentences of alerts. All times are UTC. */
import { formatTimestamp } from '../time/timestamp.ts';

/** @returns the number with commas: `12,345` */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** @returns `1 event`, `12,345 events`; the plural is the singular with an s unless given */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** @returns bytes in powers of 1000, as disks and networks count, with two digits: `512 B`, `4.2 MB`, `20 MB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : formatCount(value)} ${BYTE_UNITS[unit]}`;
}

/** @returns milliseconds as `0.4 s`, `12 s` or `3 min 20 s` */
export function formatElapsed(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** @returns the two largest units of a span, such as `4 min 10 s`; `0 s` when the events have one time or none */
export function formatSpan(ms: number): string {
  if (!(ms > 0)) return '0 s';
  if (ms < 1000) return `${Math.ceil(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** @returns `2026-03-03 14:05:12`, or `no time` for an event without one */
export function formatTime(ms: number): string {
  const iso = formatTimestamp(ms);
  return iso === '' ? 'no time' : iso.replace('T', ' ').replace(/\.\d+Z$/, '');
}

/** @returns `2026-03-03 14:05`, or `no time` */
export function formatMinute(ms: number): string {
  return formatTime(ms).slice(0, 16);
}

/** @returns the time for machines, `null` for none */
export function isoTime(ms: number): string | null {
  return formatTimestamp(ms) || null;
}

/** @returns `2026-03-03 14:05 to 2026-03-05 08:12 UTC`, the day once when it is the same; empty without times */
export function formatRange(from: number, to: number): string {
  const first = formatMinute(from);
  const last = formatMinute(to);
  if (first === 'no time' || last === 'no time') return '';
  if (first === last) return `${first} UTC`;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last} UTC`;
}

/** @returns `a`, `a and b`, `a, b and c` */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
