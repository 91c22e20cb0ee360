/** Parts of System as the shapes write them, brought into the form that an event log has. */
import { remember } from '../../base/remember.ts';
import { parseIsoTime, parseTimestamp } from '../../base/time/timestamp.ts';

/** Levels by their names in renderings; "Information" of the Security log is really 0, which no shape tells apart. */
const LEVELS: Readonly<Record<string, number>> = {
  logalways: 0,
  critical: 1,
  error: 2,
  warning: 3,
  information: 4,
  informational: 4,
  info: 4,
  verbose: 5,
  debug: 5,
};

const OPCODES: Readonly<Record<string, number>> = { info: 0, start: 1, stop: 2 };

/** Keywords by their names in renderings. */
const KEYWORDS: ReadonlyMap<string, bigint> = new Map([
  ['audit success', 0x20000000000000n],
  ['audit failure', 0x10000000000000n],
  ['classic', 0x80000000000000n],
]);

/** Every record of the Security log has this bit: its channel, which the named keywords leave out. */
const SECURITY_CHANNEL = 0x8000000000000000n;

/** @returns the number of a level written as number or name; "info" is 0 in the Security log, as Windows has it */
export function levelNumber(text: string | undefined, isSecurity: boolean): number | undefined {
  const level = namedNumber(text, LEVELS);
  return level === 4 && isSecurity && wholeNumber(text) === undefined ? 0 : level;
}

/** @returns the number of an opcode written as number or name */
export function opcodeNumber(text: string | undefined): number | undefined {
  return namedNumber(text, OPCODES);
}

function namedNumber(text: string | undefined, names: Readonly<Record<string, number>>): number | undefined {
  if (text === undefined) return undefined;
  const number = wholeNumber(text);
  if (number !== undefined) return number;
  const name = text.trim().toLowerCase();
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

/** @returns the number of a decimal or hexadecimal text, undefined when it is none */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^\d{1,15}(?:\.0+)?$/.test(trimmed) || /^0x[0-9a-f]{1,13}$/i.test(trimmed)) return Number(trimmed);
  return undefined;
}

/**
 * Keywords as `0x8020000000000000`, from hexadecimal, from a 64-bit integer (mostly negative), or from names.
 *
 * @param texts one text, or the names of a list
 */
export function keywordsHex(texts: readonly string[] | undefined): string | undefined {
  if (texts === undefined || texts.length === 0) return undefined;
  return hexOfNumber(texts[0]!) ?? (texts.length === 1 ? hexOfName(texts[0]!) : hexOfNames(texts));
}

const hexOfNumber = remember((written: string): string | undefined => {
  const text = written.trim();
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return hex64(BigInt(text));
  if (/^-?\d{1,20}$/.test(text)) return hex64(BigInt(text));
  if (/^-?\d+(?:\.\d+)?e\+?\d{1,2}$/i.test(text)) return hex64(BigInt(Math.trunc(Number(text))));
  return undefined;
});

const hexOfName = remember((text: string) => hexOfNames([text]));

function hexOfNames(texts: readonly string[]): string | undefined {
  let bits = 0n;
  for (const name of texts.flatMap((one) => one.split(/[,;]/))) bits |= KEYWORDS.get(name.trim().toLowerCase()) ?? 0n;
  return bits === 0n ? undefined : hex64((bits & 0x30000000000000n) === 0n ? bits : bits | SECURITY_CHANNEL);
}

function hex64(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

/** Keywords of an outcome, for shapes that tell it in another way. */
export const AUDIT_SUCCESS = '0x8020000000000000';
export const AUDIT_FAILURE = '0x8010000000000000';

/** A moment, with what its text says beyond it. */
export interface Moment {
  /** Milliseconds since 1970 UTC, NaN when there is none. */
  readonly ms: number;
  /** Decimals of the second as written, with their point; empty when there are none. */
  readonly decimals: string;
  /** False when the text named no zone and was read as UTC. */
  readonly hasZone: boolean;
  /** True when the clock of the source is unknown: the moment may be wrong by hours. */
  readonly isUncertain?: boolean;
}

export const NO_MOMENT: Moment = { ms: Number.NaN, decimals: '', hasZone: true };

/** Digits alone are seconds or milliseconds since 1970. */
const EPOCH = /^\d{9,10}(?:\.\d+)?$|^\d{12,13}$/;

/**
 * @param text ISO 8601 with any number of decimals, `2021-04-21 09:40:32.342 UTC`, or seconds or milliseconds since 1970
 * @param shiftMs added to the wall clock, for texts without zone whose offset is known otherwise
 */
export function parseMoment(text: string | undefined, shiftMs = 0): Moment {
  if (text === undefined) return NO_MOMENT;
  if (text.length === 24 || text.length === 27) {
    // The spelling of nearly every shipper, which is read without a regular expression.
    const ms = text.endsWith('Z') ? parseTimestamp(text) : undefined;
    if (ms !== undefined && text[19] === '.') return { ms, decimals: text.slice(19, -1), hasZone: true };
  }
  if (text.length === 19 && text[10] === ' ') {
    // The wall clock of NXLog, likewise.
    const ms = parseTimestamp(`${text.slice(0, 10)}T${text.slice(11)}.000Z`);
    if (ms !== undefined) return { ms: ms + shiftMs, decimals: '', hasZone: false };
  }
  if (EPOCH.test(text)) {
    const isSeconds = text.replace(/\..*/s, '').length <= 10;
    const ms = Math.round(Number(text) * (isSeconds ? 1000 : 1));
    return { ms, decimals: `.${String(ms % 1000).padStart(3, '0')}`, hasZone: true };
  }
  const written = text.trim().replace(/\s*UTC$/, 'Z');
  const parsed = parseIsoTime(written);
  if (parsed === undefined) return NO_MOMENT;
  const decimals = /[.,](\d+)/.exec(written)?.[1];
  return {
    ms: parsed.ms + (parsed.hasZone ? 0 : shiftMs),
    decimals: decimals === undefined ? '' : `.${decimals}`,
    hasZone: parsed.hasZone,
  };
}

/** @returns ISO text in UTC; shifts are whole minutes, so the decimals stay those of the source */
export function momentText({ ms, decimals }: Moment): string | undefined {
  if (!(Math.abs(ms) <= 8.64e15)) return undefined;
  return `${new Date(Math.floor(ms)).toISOString().slice(0, 19)}${decimals}Z`;
}
