import { parseIsoTime } from '../../base/time/timestamp.ts';
import type { TomlNode } from '../../base/toml/toml-node.ts';

const DAY_MS = 86_400_000;

/** A point in time as written. */
export interface Instant {
  /** Milliseconds since 1970 UTC; of a day its first. */
  readonly ms: number;
  /** A day's length for a date without time of day, else 0. */
  readonly lengthMs: number;
}

/** @returns the time of a date with or without quotes, UTC when it names no zone; undefined when it is none */
export function parseInstant(node: TomlNode): Instant | undefined {
  if (node.kind !== 'date' && node.kind !== 'text') return undefined;
  const parsed = parseIsoTime(node.value.trim());
  return parsed && { ms: parsed.ms, lengthMs: node.value.trim().length === 10 ? DAY_MS : 0 };
}
