/** From what the user named (files, folders, patterns, `-`) to a list of files, each once and in a stable order. */
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ByteRange } from '../source.ts';
import { SmbError } from '../../base/error.ts';
import { compileGlob, parseGlob } from '../../base/glob.ts';
import { didYouMean } from '../../base/suggest.ts';

/** One file to read. */
export interface InputFile {
  /** As the user would name it; `-` for standard input. */
  readonly name: string;
  /** Bytes on disk; 0 for standard input and what cannot be asked. */
  readonly sizeBytes: number;
  /** Only this part is to be read. */
  readonly range?: InputRange | undefined;
  /** Why it cannot be read, when that is known already. */
  readonly problem: string | undefined;
}

/** Part of a file that was cut; see FileSplit. */
export interface InputRange extends ByteRange {
  readonly headerBytes: number;
  /** Id of the source that cut it, and reads it. */
  readonly format: string;
}

/**
 * Lists the files behind the named paths. A file reached twice (named and inside a named folder, or by links) is listed
 * once, under the name by which it was reached first.
 *
 * @param paths files, folders (walked), patterns with `*`, `?` and `**`, or `-` for standard input
 * @throws INPUT-MISSING when a path or pattern names nothing, with the nearest name beside it
 */
export function discoverInputs(paths: readonly string[]): InputFile[] {
  const seen = new Set<string>();
  const walked = new Set<string>();
  const found: InputFile[] = [];
  const add = (file: InputFile) => {
    const identity = realPath(file.name);
    if (seen.has(identity)) return;
    seen.add(identity);
    found.push(file);
  };
  for (const path of paths) {
    if (path === '-') add({ name: '-', sizeBytes: 0, problem: undefined });
    else for (const file of filesAt(path, walked)) add(file);
  }
  return found;
}

function filesAt(path: string, walked: Set<string>): InputFile[] {
  const kind = statOf(path);
  if (kind === undefined && /[*?]/.test(path)) return expandPattern(path, walked);
  if (kind === undefined) throw missing(path);
  if (typeof kind === 'string') return [{ name: path, sizeBytes: 0, problem: kind }];
  return kind.isDirectory() ? walk(path, walked) : [{ name: path, sizeBytes: kind.size, problem: undefined }];
}

/**
 * Files below a folder in name order. A folder is walked once, however many links lead to it: two links in each of thirty
 * folders are a thousand million ways to the last one.
 */
function walk(folder: string, walked: Set<string>): InputFile[] {
  const identity = realPath(folder);
  if (walked.has(identity)) return [];
  walked.add(identity);
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    return [{ name: folder, sizeBytes: 0, problem: `the folder cannot be listed (${codeOf(cause)})` }];
  }
  entries.sort((x, y) => (x.name < y.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    const kind = statOf(path);
    if (kind === undefined) return [{ name: path, sizeBytes: 0, problem: 'a link that leads nowhere' }];
    if (typeof kind === 'string') return [{ name: path, sizeBytes: 0, problem: kind }];
    if (kind.isDirectory()) return walk(path, walked);
    if (!kind.isFile()) return [];
    return [{ name: path, sizeBytes: kind.size, problem: undefined }];
  });
}

/** Patterns are for shells that hand them on as they are, and for quoted ones. */
function expandPattern(pattern: string, walked: Set<string>): InputFile[] {
  const parts = pattern.split('/');
  const firstWild = parts.findIndex((part) => /[*?]/.test(part));
  const root = parts.slice(0, firstWild).join('/') || (pattern.startsWith('/') ? '/' : '.');
  if (statOf(root) === undefined) throw missing(root);
  const matched = matchParts(root, parts.slice(firstWild));
  if (matched.length === 0) {
    throw new SmbError('INPUT-MISSING', `Nothing matches the pattern ${pattern}.`, {
      fix: 'quote the pattern, or name the folder: folders are walked',
    });
  }
  return matched.flatMap((path) => filesAt(path, walked));
}

function matchParts(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  const names = namesIn(folder);
  const path = (name: string) => (folder === '.' ? name : join(folder, name));
  if (part === '**') {
    const folders = names.filter((name) => isFolder(path(name))).map(path);
    return [...matchParts(folder, rest), ...folders.flatMap((below) => matchParts(below, parts))];
  }
  const fits = compileGlob(parseGlob(part, true));
  return names.filter((name) => fits(name)).flatMap((name) => matchParts(path(name), rest));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Not a folder, or not ours to list: nothing below it matches.
    return [];
  }
}

function isFolder(path: string): boolean {
  const kind = statOf(path);
  return typeof kind === 'object' && kind.isDirectory();
}

/** @returns the file's facts, undefined when there is no such file, or a sentence when it cannot be asked */
function statOf(path: string): Stats | string | undefined {
  try {
    return statSync(path);
  } catch (cause) {
    const code = codeOf(cause);
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : `the file cannot be opened (${code})`;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Standard input is its own identity, and so is a link that leads nowhere, by the folder it stands in.
    const folder = dirname(path);
    return folder === path || path === '-' ? path : join(realPath(folder), basename(path));
  }
}

function missing(path: string): SmbError {
  if (path === '')
    return new SmbError('INPUT-MISSING', 'A path is empty: perhaps a variable of the script is not set.');
  const hint = didYouMean(basename(path), namesIn(dirname(path)));
  return new SmbError('INPUT-MISSING', `There is no file or folder ${path}.${hint}`);
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
