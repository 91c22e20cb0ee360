/**
 * `%%` codes: message numbers that stand in values instead of text. Which table applies depends on the provider: the
 * audit provider uses its own, classic providers such as the Service Control Manager mean Win32 errors.
 */
import { readContentJson } from '../../../base/content.ts';
import { remember } from '../../../base/remember.ts';
import type { Convert } from '../windows-read.ts';

/** A table of codes. */
export type CodeTable = 'audit' | 'win32';

const CODE = /%%(\d{1,5})(?!\d)/g;

const tables = new Map<CodeTable, ReadonlyMap<string, string>>();

function tableOf(table: CodeTable): ReadonlyMap<string, string> {
  let known = tables.get(table);
  if (!known) {
    const { codes } = readContentJson<{ codes: Record<string, string> }>(`windows/${table}-codes.json`);
    known = new Map(Object.entries(codes));
    tables.set(table, known);
  }
  return known;
}

/**
 * @param text a value with or without codes
 * @returns the text with every known code replaced by its words; the same text when there is none
 */
export function withWords(text: string, table: CodeTable): string {
  return text.includes('%%') ? wordsOf[table](text) : text;
}

const inWords = (table: CodeTable) =>
  remember((text: string) => {
    const names = tableOf(table);
    return text.replace(CODE, (code, number: string) => names.get(number) ?? code);
  });

const wordsOf: Readonly<Record<CodeTable, (text: string) => string>> = {
  audit: inWords('audit'),
  win32: inWords('win32'),
};

/** @returns numbers of the codes of a value, in order */
export function codesOf(text: string): string[] {
  return [...text.matchAll(CODE)].map((match) => match[1]!);
}

/** @returns the words of a value's codes on one line */
export function codeWords(text: string): string {
  return withWords(text, 'audit').replace(/\s+/g, ' ').trim();
}

export const CODE_CONVERTERS: Readonly<Record<string, Convert>> = {
  words: codeWords,
  /** Names in a value that are separated by line ends and tabs, as PrivilegeList has them. */
  lines: (text) => {
    const parts = text.split(/\s+/).filter((part) => part !== '' && part !== '-');
    return parts.length === 0 ? undefined : parts;
  },
  /** Names separated by commas, semicolons or line ends. */
  names: (text) => {
    const parts = text.split(/[,;\r\n\t]+/).map((part) => part.trim());
    const named = parts.filter((part) => part !== '' && part !== '-');
    return named.length === 0 ? undefined : named;
  },
};
