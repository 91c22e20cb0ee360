import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readingReason } from '../../base/system-error.ts';
import { SmbError } from '../../base/error.ts';
import { compareTexts } from '../../base/order.ts';
import type { Place } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import type { Exception } from '../exceptions/exception.ts';
import type { Rule } from '../rule.ts';
import { filterExceptions } from '../sigma/filter-exceptions.ts';
import { loadSigmaFiles } from '../sigma/load-sigma.ts';
import { loadRuleFile } from './load-rule-file.ts';
import type { LoadedRuleFile, RuleContext, UnsupportedRule } from './rule-context.ts';

/** All rules of some folders. Every file (and every document of a Sigma file) is a rule, unsupported, failed, or a filter. */
export interface RuleSet {
  /** Sorted by id; also those that are switched off. Filters of Sigma are part of the rules they narrow. */
  readonly rules: readonly Rule[];
  /** Rules that filters narrow without them, by id; who runs these runs the exceptions, too. */
  readonly unfiltered: ReadonlyMap<string, Rule>;
  /** The filters as exceptions. */
  readonly exceptions: readonly Exception[];
  readonly unsupported: readonly UnsupportedRule[];
  /** Files that gave no rule; `errors` says why. */
  readonly failed: readonly string[];
  readonly errors: readonly SmbError[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads every `.toml` file and every Sigma file (`.yml`, `.yaml`) of the folders and the folders in them. One bad file never
 * hides another; Sigma's filters and correlations find their rules in all of the folders.
 *
 * @param paths folders, or single rule files
 * @returns the rules, and every error of every file; nothing is thrown
 */
export function loadRules(paths: readonly string[], context: RuleContext): RuleSet {
  const errors: SmbError[] = [];
  const files = withoutRepeats(paths.flatMap((path) => ruleFilesOf(path, errors)));
  const loaded = [
    ...files.filter((file) => !isSigma(file)).map((file) => loadRuleFile(file, context)),
    ...loadSigmaFiles(files.filter(isSigma), context),
  ];
  for (const one of loaded) for (const error of one.errors) errors.push(error);
  const single = withoutDuplicates(loaded, errors);
  const kept = new Set(single);
  checkSettings(context, new Set([...loaded.flatMap(({ id }) => id ?? []), ...(context.otherIds ?? [])]), errors);
  return {
    ...filterExceptions(single),
    rules: single.flatMap(({ rule }) => rule ?? []).toSorted((a, b) => compareTexts(a.id, b.id)),
    unsupported: single.flatMap(({ unsupported }) => unsupported ?? []),
    failed: [...new Set(loaded.filter((one) => !kept.has(one) || !isRunnable(one)).map(({ file }) => file))],
    errors,
    warnings: loaded.flatMap((one) => one.warnings),
  };
}

function ruleFilesOf(path: string, errors: SmbError[]): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.toml') || (isSigma(name) && !isHidden(name)))
      .toSorted()
      .map((name) => join(path, name));
  } catch (cause) {
    errors.push(new SmbError('RULE-READ', `The rules in "${path}" cannot be read: ${readingReason(cause)}.`));
    return [];
  }
}

/** A file that is named in several ways, such as by the configuration and by a command, is one: its first name stays. */
function withoutRepeats(files: readonly string[]): readonly string[] {
  const byPath = new Map<string, string>();
  for (const file of files) {
    const path = realPath(file);
    if (!byPath.has(path)) byPath.set(path, file);
  }
  return [...byPath.values()];
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // It cannot be read either, which is said when it is.
    return file;
  }
}

/** Of several files with one id the first that gives a rule is kept, and each other one is an error. */
function withoutDuplicates(loaded: readonly LoadedRuleFile[], errors: SmbError[]): readonly LoadedRuleFile[] {
  const kept = new Map<string, LoadedRuleFile>();
  for (const one of loaded) {
    if (one.id === undefined) continue;
    const first = kept.get(one.id);
    if (!first || (!isRunnable(first) && isRunnable(one))) kept.set(one.id, one);
  }
  return loaded.filter((one) => {
    const other = one.id === undefined ? one : kept.get(one.id)!;
    if (other === one) return true;
    const message = `The rule id "${one.id}" stands in ${other.file} and in ${one.file}.`;
    const fix = `${other.file} is used; give the other one an id of its own, or take one away`;
    errors.push(new SmbError('RULE-DUPLICATE', message, { fix }));
    return false;
  });
}

function isRunnable({ rule, unsupported, isFilter }: LoadedRuleFile): boolean {
  return rule !== undefined || unsupported !== undefined || isFilter === true;
}

function isSigma(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** Folders such as `.github` hold YAML that is no rule. */
function isHidden(name: string): boolean {
  return name.split(/[\\/]/).some((part) => part.startsWith('.'));
}

/** Ids in the configuration that no rule has. */
function checkSettings({ settings }: RuleContext, ids: ReadonlySet<string>, errors: SmbError[]): void {
  const check = (id: string, place: Place) => {
    if (ids.has(id)) return;
    errors.push(new SmbError('RULE-UNKNOWN', `There is no rule "${id}".${didYouMean(id, ids)}`, { place }));
  };
  for (const { value, place } of [...settings.enable, ...settings.disable]) check(value, place);
  for (const [id, { place }] of settings.parameters) check(id, place);
  for (const [id, { place }] of settings.overrides) check(id, place);
}
