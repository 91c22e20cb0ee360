import type { Convert } from '../windows-read.ts';

/**
 * @param text decimal or `0x` hexadecimal
 * @returns the number, or undefined when it is none or a double cannot hold it
 */
export function toNumber(text: string): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|-?\d+)$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** @returns the 32 bits of a number that may be written as a negative one */
export function toBits(text: string): number | undefined {
  const value = toNumber(text);
  return value === undefined || value > 0xffff_ffff || value < -0x8000_0000 ? undefined : value >>> 0;
}

const ZERO_GUID = /^[0-]+$/;

/** @returns the GUID in lower case without braces; undefined when it is all zero or none */
function toGuid(text: string): string | undefined {
  const bare = text.replace(/^\{|\}$/g, '').toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(bare) && !ZERO_GUID.test(bare) ? bare : undefined;
}

const YES: ReadonlySet<string> = new Set(['true', '1', 'yes', '%%1842']);
const NO: ReadonlySet<string> = new Set(['false', '0', 'no', '%%1843']);

/** @returns true or false, undefined for any other word */
export function toBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}

export const NUMBER_CONVERTERS: Readonly<Record<string, Convert>> = {
  number: toNumber,
  /** 0 stands for no process: a logon over the network is asked for by none. */
  pid: (text) => toNumber(text) || undefined,
  /** 0 stands for no port. */
  port: (text) => {
    const value = toNumber(text);
    return value !== undefined && value > 0 && value <= 65_535 ? value : undefined;
  },
  hexadecimal: (text) => {
    const value = toNumber(text);
    return value === undefined || value < 0 ? undefined : `0x${value.toString(16)}`;
  },
  /** The largest number stands for no limit. */
  limit: (text) => {
    const value = toBits(text);
    return value === 0xffff_ffff ? undefined : value;
  },
  boolean: toBoolean,
  guid: toGuid,
};
