import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { readingReason } from '../../base/system-error.ts';
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { lintValueList, type PlacedEntry } from './lint-value-list.ts';
import { type ListText, placeOfLine, splitListText } from './list-text.ts';
import { ValueList } from './value-list.ts';
import { LIST_KINDS, type ListKind, parseListEntry } from './value-list-entry.ts';

/** Errors kept for one list; a file that is no list at all would give one a line. The rest is counted in a last one. */
export const MAX_LIST_ERRORS = 100;

/** What the configuration says about a list. A setting in the file stands above it. */
export interface ListOptions {
  /** Name for rules and exceptions; the file name without its extension unless given. */
  readonly name?: string | undefined;
  readonly kind?: ListKind | undefined;
}

/** A list with what is wrong in its file. The list holds every entry that could be read. */
export interface LoadedList {
  readonly list: ValueList;
  readonly errors: readonly SmbError[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads a value list from a text file in UTF-8, or UTF-16 with a byte order mark.
 *
 * @param path file to read
 * @param options name and kind from the configuration
 * @returns the list, empty with a LIST-READ error when the file cannot be read
 */
export function loadValueList(path: string, options: ListOptions = {}): LoadedList {
  const name = options.name ?? basename(path, extname(path));
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const error = new SmbError('LIST-READ', `The value list ${path} cannot be read: ${readingReason(cause)}.`);
    return { list: new ValueList(name, options.kind ?? 'mixed', []), errors: [error], warnings: [] };
  }
  return parseValueList(path, decode(bytes), { ...options, name });
}

/**
 * Reads the text of a value list.
 *
 * @param file name for places
 * @param text one entry a line; see list-text.ts
 */
export function parseValueList(file: string, text: string, options: ListOptions = {}): LoadedList {
  const split = splitListText(text);
  const errors: SmbError[] = [];
  const warnings: Diagnostic[] = [];
  const { kind, fold } = readSettings(file, split, options, errors, warnings);
  const entries: PlacedEntry[] = [];
  let unreadable = 0;
  for (const line of split.lines) {
    const entry = line.text.includes('\uFFFD')
      ? { kind: 'problem' as const, message: 'this line is not UTF-8', fix: 'save the file as UTF-8' }
      : parseListEntry(line.text, kind, line.quoted);
    if (entry.kind !== 'problem') {
      entries.push({ entry, line });
    } else if (++unreadable <= MAX_LIST_ERRORS) {
      errors.push(new SmbError('LIST-VALUE', entry.message, { place: placeOfLine(file, line), fix: entry.fix }));
    }
  }
  if (unreadable > MAX_LIST_ERRORS) {
    const more = unreadable - MAX_LIST_ERRORS;
    errors.push(
      new SmbError('LIST-VALUE', `${more} more entries of ${file} cannot be read`, { fix: `kind is ${kind}` }),
    );
  }
  const name = options.name ?? basename(file, extname(file));
  const list = new ValueList(
    name,
    kind,
    entries.map((placed) => placed.entry),
    fold,
  );
  warnings.push(...lintValueList(file, list, entries));
  return { list, errors, warnings };
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  }
  return bytes.toString('utf8');
}

function readSettings(
  file: string,
  split: ListText,
  options: ListOptions,
  errors: SmbError[],
  warnings: Diagnostic[],
): { kind: ListKind; fold: boolean } {
  let kind: ListKind | undefined;
  let ignoreCase = false;
  for (const { key, value, at } of split.settings) {
    const place = placeOfLine(file, at);
    if (key === 'kind') {
      const known = LIST_KINDS.find((name) => name === value);
      if (known) kind = known;
      else {
        const fix = `known: ${LIST_KINDS.join(', ')}`;
        errors.push(
          new SmbError('LIST-VALUE', `There is no list kind "${value}".${didYouMean(value, LIST_KINDS)}`, {
            place,
            fix,
          }),
        );
      }
    } else if (value === 'ignore' || value === 'exact') {
      ignoreCase = value === 'ignore';
    } else {
      errors.push(new SmbError('LIST-VALUE', `"${value}" is no case rule`, { place, fix: 'write exact or ignore' }));
    }
    if (key === 'kind' && kind && options.kind && kind !== options.kind) {
      const message = `the file says kind ${kind}, the configuration ${options.kind}; the file's word counts`;
      warnings.push({ code: 'LIST-KIND', message, place });
    }
  }
  const decided = kind ?? options.kind ?? 'mixed';
  return { kind: decided, fold: ignoreCase || decided === 'text' };
}
