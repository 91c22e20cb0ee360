/** Options of commands that load rules, and how their errors are shown. */
import type { Command } from 'commander';
import { formatError, formatPlaced } from '../base/error.ts';
import { countOf } from '../base/text/figures.ts';
import { printableLines } from '../base/text/printable.ts';
import type { Detection } from '../detect/load-detection.ts';
import { jsonDialects, sources } from '../sources/registry.ts';
import { say } from './terminal/output.ts';

/** Options of {@link addDetectionOptions}. */
export interface DetectionFlags {
  readonly rules?: string[];
  readonly builtIn?: boolean;
  readonly enable?: string[];
  readonly disable?: string[];
  readonly only?: string[];
  readonly exceptions?: string[];
  readonly lists?: string[];
}

/** Adds the options that say which rules, exceptions and lists are used. */
export function addDetectionOptions(command: Command): Command {
  return command
    .option('-r, --rules <path>', 'rules beside the built-in ones: a file or folder; may be repeated', collect)
    .option('--no-built-in', 'leave the built-in rules out')
    .option('--enable <ids>', 'switch rules on, ids separated by commas', collectList)
    .option('--disable <ids>', 'switch rules off', collectList)
    .option('--only <ids>', 'run these rules and no others', collectList)
    .option('-e, --exceptions <file>', 'file of exceptions; may be repeated', collect)
    .option('--lists <file>', 'value list; may be repeated', collect);
}

/** The flags as options of loadDetection. */
export function detectionOptions(flags: DetectionFlags, now: number) {
  return {
    ruleFolders: flags.rules,
    withoutBuiltIn: flags.builtIn === false,
    enable: flags.enable,
    disable: flags.disable,
    only: flags.only,
    exceptionFiles: flags.exceptions,
    listFiles: flags.lists,
    knownDatasets: [...sources.all, ...jsonDialects].flatMap(({ datasets }) => datasets),
    now,
  };
}

/** Shows what was wrong with rules, lists and exceptions. @returns whether anything was */
export function sayErrors(detection: Pick<Detection, 'errors'>): boolean {
  for (const error of detection.errors) say(printableLines(formatError(error)));
  return detection.errors.length > 0;
}

/** Warnings of one kind that a command says before it counts the rest; thousands of imported rules can give thousands. */
const MAX_SAID = 5;

/** Says what works but is hardly meant, such as an exception that has ended; what is only style is left to rules lint. */
export function sayWarnings(detection: Pick<Detection, 'warnings'>): void {
  const counts = new Map<string, number>();
  for (const { code, message, place } of detection.warnings) {
    if (code.startsWith('LINT-')) continue;
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count <= MAX_SAID) say(printableLines(formatPlaced(`warning ${code}`, message, place)));
  }
  for (const [code, count] of counts) {
    if (count > MAX_SAID) say(`${countOf(count - MAX_SAID, 'more warning')} ${code}: smbastion rules lint shows all.`);
  }
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function collectList(value: string, before: string[] = []): string[] {
  return [
    ...before,
    ...value
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  ];
}
