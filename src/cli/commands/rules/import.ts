import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SmbError } from '../../../base/error.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { printable } from '../../../base/text/printable.ts';
import { wrapColumns } from '../../../base/text/text-width.ts';
import { type Config, DEFAULT_CONFIG } from '../../../config/config.ts';
import type { ImportReport } from '../../../detect/import/import-report.ts';
import { importRules } from '../../../detect/import/import-rules.ts';
import { loadDetection } from '../../../detect/load-detection.ts';
import { importSigma } from '../../../detect/sigma/import-sigma.ts';
import { readConfiguration } from '../../configuration.ts';
import { detectionOptions, sayErrors } from '../../detection-options.ts';
import { describeSigmaImport } from './sigma-import.ts';
import { openOutput, say, terminalWidth } from '../../terminal/output.ts';

interface ImportFlags {
  readonly config?: string;
  readonly into?: string;
  readonly force?: boolean;
}

/** A file the import would write. */
interface ImportedFile {
  readonly path: string;
  readonly text: string;
}

/** `smbastion rules import PATH...`. */
export function registerRulesImport(rules: Command): void {
  rules
    .command('import')
    .description('take over your own rules: Sigma, Elastic rules as TOML, or an NDJSON export of Kibana')
    .argument('<path...>', 'files, or folders with .yml, .yaml, .toml and .ndjson files')
    .option('-o, --into <folder>', 'write rules, exceptions and lists there; without it nothing is written')
    .option('-c, --config <file>', 'configuration, for the placeholders of Sigma rules')
    .option('--force', 'replace files that are there and differ')
    .addHelpText('after', EXAMPLES)
    .action(runImport);
}

const EXAMPLES = `
Examples:
  smbastion rules import export.ndjson                  what would become of each rule
  smbastion rules import export.ndjson --into my-rules
  smbastion rules import sigma/ -o my-rules             Sigma rules: copies those that run here
  smbastion scan evidence/ --rules my-rules/rules \\
      --exceptions my-rules/exceptions/export.toml`;

function runImport(paths: readonly string[], flags: ImportFlags): void {
  const config = readConfiguration(flags);
  const output = openOutput(undefined);
  const files: ImportedFile[] = [];
  let refused = 0;
  let taken = 0;
  const found = importFiles(paths);
  const sigmaFiles = found.filter(({ path }) => isSigma(path));
  if (sigmaFiles.length > 0) {
    const report = importSigma(sigmaFiles, { now: Date.now(), settings: config.rules, sigma: config.sigma });
    output.write(describeSigmaImport(report, terminalWidth()));
    files.push(...report.files);
    refused += report.refused.length;
    taken += report.rules + report.correlations + report.filters;
  }
  for (const { path } of found) {
    if (isSigma(path)) continue;
    const report = importRules(path);
    output.write(describeImport(path, report));
    for (const file of filesOf(path, report)) files.push(file);
    refused += report.refused.length;
    taken += report.rules.length;
  }
  const written = flags.into === undefined ? undefined : writeFiles(files, flags.into, flags.force === true);
  output.write(`\n${taken} rules taken over, ${refused} parts refused. `);
  output.write(written ?? 'Nothing was written; add --into FOLDER.\n');
  output.close();
  const hasErrors = flags.into !== undefined && !loads(flags.into, config);
  process.exitCode = refused > 0 || hasErrors ? EXIT.usage : EXIT.done;
}

/** A file to import, and its path below the folder that was named. */
interface FoundFile {
  readonly path: string;
  readonly target: string;
}

/** Files that are named, and the rule files of folders; with several folders each keeps its name. */
function importFiles(paths: readonly string[]): FoundFile[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new SmbError('INPUT-MISSING', `There is no file or folder ${path}.`);
    if (!statSync(path).isDirectory()) return [{ path, target: basename(path) }];
    const below = paths.length > 1 ? basename(resolve(path)) : '';
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:toml|ndjson)$/.test(name) || (isSigma(name) && !/(?:^|[\\/])\./.test(name)))
      .toSorted()
      .map((name) => ({ path: join(path, name), target: join(below, name) }));
  });
}

function isSigma(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** What became of every part: one line each, remarks below it. */
function describeImport(path: string, report: ImportReport): string {
  const width = terminalWidth();
  const remark = (text: string) =>
    wrapColumns(printable(text), width - 6)
      .map((line, i) => `${i === 0 ? '    - ' : '      '}${line}\n`)
      .join('');
  const parts = [`${printable(path)}\n`];
  for (const { id, name, notes } of report.rules) {
    parts.push(`  taken   ${printable(id)}: ${printable(name)}\n`, ...notes.map(remark));
  }
  for (const { name, reason, place } of report.refused) {
    parts.push(`  refused ${printable(name)}${place ? ` (line ${place.line})` : ''}\n`, remark(reason));
  }
  if (report.exceptions !== '') parts.push('  taken   exceptions\n');
  for (const { name } of report.lists) parts.push(`  taken   value list ${printable(name)}\n`);
  return [...parts, ...report.notes.map(remark)].join('');
}

function filesOf(path: string, report: ImportReport): ImportedFile[] {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  const exceptions =
    report.exceptions === '' ? [] : [{ path: join('exceptions', `${stem}.toml`), text: report.exceptions }];
  return [
    ...report.rules.map(({ id, toml }) => ({ path: join('rules', `${id}.toml`), text: toml })),
    ...exceptions,
    ...report.lists.map(({ name, text }) => ({ path: join('lists', `${name}.txt`), text })),
  ];
}

/** @returns what was done, in a sentence */
function writeFiles(files: readonly ImportedFile[], folder: string, force: boolean): string {
  let written = 0;
  let same = 0;
  let kept = 0;
  for (const { path, text } of files) {
    const target = join(folder, path);
    try {
      const known = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
      if (known === text) same++;
      else if (known !== undefined && !force) {
        kept++;
        say(`kept as it is: ${printable(target)} (differs; --force replaces it)`);
      } else {
        makeFolder(dirname(target));
        writeFileSync(target, text);
        written++;
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SmbError('OUTPUT-WRITE', `The file ${target} cannot be written: ${reason}`);
    }
  }
  return `${written} files written to ${folder}, ${same} there already, ${kept} kept.\n`;
}

/** The proof of an import: what was written loads. */
function loads(folder: string, config: Config): boolean {
  const options = detectionOptions({ rules: [join(folder, 'rules')], builtIn: false }, Date.now());
  return (
    !existsSync(join(folder, 'rules')) || !sayErrors(loadDetection({ ...DEFAULT_CONFIG, sigma: config.sigma }, options))
  );
}
