/** Everything a scan runs with, loaded from the built-in content, the configuration and the command line. */
import { join, resolve } from 'node:path';
import { CONTENT_FOLDER } from '../base/content.ts';
import type { SmbError } from '../base/error.ts';
import type { Place } from '../base/place.ts';
import { type Config, DEFAULT_CONFIG, type Placed, type RuleSettings } from '../config/config.ts';
import type { Diagnostic } from '../query/diagnostic.ts';
import type { ValueTest } from '../query/predicate.ts';
import type { Exception } from './exceptions/exception.ts';
import { loadExceptions } from './exceptions/load-exceptions.ts';
import type { Rule } from './rule.ts';
import { loadRules } from './rule-file/load-rules.ts';
import type { UnsupportedRule } from './rule-file/rule-context.ts';
import { loadValueList } from './value-lists/load-value-list.ts';

/** Folder of the rules that ship with the product. */
export const BUILT_IN_RULES = join(CONTENT_FOLDER, 'rules');

/** What the command line adds to the configuration. */
export interface DetectionOptions {
  /** Files or folders with rules, beside the built-in ones. */
  readonly ruleFolders?: readonly string[] | undefined;
  /** Leave the built-in rules out. */
  readonly withoutBuiltIn?: boolean | undefined;
  readonly enable?: readonly string[] | undefined;
  readonly disable?: readonly string[] | undefined;
  /** Run only these rules, whether enabled or not. */
  readonly only?: readonly string[] | undefined;
  readonly exceptionFiles?: readonly string[] | undefined;
  readonly listFiles?: readonly string[] | undefined;
  /** Datasets the sources can give, to find rules that see nothing. */
  readonly knownDatasets?: readonly string[] | undefined;
  /** Milliseconds. */
  readonly now: number;
}

/** What was loaded, with everything that was wrong; faulty parts are left out, the rest is usable. */
export interface Detection {
  /** All rules, also those that are switched off. */
  readonly rules: readonly Rule[];
  /** Rules to run. */
  readonly active: readonly Rule[];
  readonly unsupported: readonly UnsupportedRule[];
  readonly exceptions: readonly Exception[];
  /** Value lists by name. */
  readonly lists: ReadonlyMap<string, ValueTest>;
  readonly errors: readonly SmbError[];
  readonly warnings: readonly Diagnostic[];
}

/** Loads rules, value lists and exceptions. Nothing is thrown: a bad part is an error in the result. */
export function loadDetection(config: Config, options: DetectionOptions): Detection {
  const only = options.only ?? [];
  const settings = withCommandLine(config.rules, [...(options.enable ?? []), ...only], options.disable ?? []);
  const folders = [
    ...(options.withoutBuiltIn ? [] : [BUILT_IN_RULES]),
    ...config.rules.folders,
    ...(options.ruleFolders ?? []),
  ];
  // The configuration and exceptions may name built-in rules also when those are left out.
  const otherIds = options.withoutBuiltIn ? builtInIds(options.now) : [];
  const { now, knownDatasets } = options;
  const set = loadRules(folders, { now, settings, sigma: config.sigma, knownDatasets, otherIds });
  const loadedLists = once([...config.listFiles, ...(options.listFiles ?? [])]).map((file) => loadValueList(file));
  const lists = new Map<string, ValueTest>(loadedLists.map(({ list }) => [list.name, list]));
  const loaded = loadExceptions(once([...config.exceptionFiles, ...(options.exceptionFiles ?? [])]), {
    lists,
    ruleIds: [...[...set.rules, ...set.unsupported].map(({ id }) => id), ...otherIds],
    sharedLists: set.rules.flatMap((rule) => rule.exceptionLists),
    legs: new Map(
      set.rules
        .filter((rule) => rule.sequence ?? rule.correlation)
        .map(({ id, legs }) => [id, legs.map(({ name }) => name)]),
    ),
    now: options.now,
  });
  return {
    rules: set.rules,
    active: set.rules
      .filter((rule) => (only.length > 0 ? only.includes(rule.id) : rule.enabled))
      .map((rule) => set.unfiltered.get(rule.id) ?? rule),
    unsupported: set.unsupported,
    exceptions: [...loaded.exceptions, ...set.exceptions],
    lists,
    errors: [...set.errors, ...loadedLists.flatMap((list) => list.errors), ...loaded.errors],
    warnings: [...set.warnings, ...loadedLists.flatMap((list) => list.warnings), ...loaded.warnings],
  };
}

/** @returns how many files have errors; one that names no place counts for itself */
export function countFaulty({ errors }: Pick<Detection, 'errors'>): number {
  return new Set(errors.map(({ place, message }) => place?.file ?? message)).size;
}

function builtInIds(now: number): string[] {
  return loadRules([BUILT_IN_RULES], { now, settings: DEFAULT_CONFIG.rules }).rules.map(({ id }) => id);
}

/** Files named twice, in the configuration and on the command line, are one. */
function once(files: readonly string[]): string[] {
  return [...new Map(files.map((file) => [resolve(file), file])).values()];
}

function withCommandLine(settings: RuleSettings, enable: readonly string[], disable: readonly string[]): RuleSettings {
  return {
    ...settings,
    // A rule named on the command line wins over the configuration, so it is taken out of the opposite list.
    enable: [...settings.enable.filter(({ value }) => !disable.includes(value)), ...enable.map(placed)],
    disable: [...settings.disable.filter(({ value }) => !enable.includes(value)), ...disable.map(placed)],
  };
}

/** A rule id given on the command line, with a place that shows it there. */
function placed(value: string): Placed<string> {
  const place: Place = { file: 'command line', line: 1, column: 1, sourceLine: value, length: value.length };
  return { value, place };
}
