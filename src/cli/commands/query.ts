import { InvalidArgumentError, Option } from 'commander';
import { SmbError } from '../../base/error.ts';
import { countOf, formatCount } from '../../base/text/figures.ts';
import { parseTimestamp } from '../../base/time/timestamp.ts';
import { type Field, fields } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import { couldMatch } from '../../query/compile/could-match.ts';
import { cutTests } from '../../query/compile/computed.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import type { EqlQuery } from '../../query/eql/eql-query.ts';
import type { Predicate } from '../../query/predicate.ts';
import { type Config, configToNetworks } from '../../config/config.ts';
import type { Alert } from '../../detect/alert.ts';
import { ForwardedEvent } from '../../detect/parallel/forwarded-event.ts';
import { combinationsReached } from '../../detect/scan/combinations-reached.ts';
import type { LimitReached } from '../../detect/scan-result.ts';
import { OrderedSearch } from '../../detect/sequence/ordered-search.ts';
import { MAX_SAMPLES_PER_KEY } from '../../detect/sequence/sample-machine.ts';
import { readConfiguration } from '../configuration.ts';
import type { CliCommand } from '../command.ts';
import {
  addEvidenceOptions,
  type EvidenceOptions,
  readEvidence,
  readingExitCode,
  sayProblems,
  wholeNumber,
} from '../evidence.ts';
import { type EventFormat, type EventPrinter, eventPrinter } from '../event-printer.ts';
import { printSequences } from '../print-sequences.ts';
import { QUERY_LANGUAGES } from '../query-languages.ts';
import { openOutput, type Output, say, terminalWidth } from '../terminal/output.ts';

interface QueryOptions extends EvidenceOptions {
  readonly fields?: Field[];
  readonly format?: EventFormat;
  readonly limit?: number;
  readonly count?: boolean;
  readonly samplesPerKey?: number;
  readonly now?: number;
  readonly language: string;
  readonly output?: string;
}

/** Columns shown when none are asked for. */
const DEFAULT_FIELDS = [
  '@timestamp',
  'event.dataset',
  'client.ip',
  'server.ip',
  'server.port',
  'event.action',
  'smb.flow.outcome',
  'smb.share.path',
  'file.path',
  'user.name',
].map((name) => fields.get(name));

/** `smbastion query QUERY PATH...`: events that match, or sequences of them. */
export const queryCommand: CliCommand = {
  id: 'query',
  register: (program) => {
    addEvidenceOptions(
      program.command('query').argument('<query>', 'in quotes, empty for everything in KQL; with -l sigma a rule file'),
    )
      .description('print the events, or sequences of events, that match a query')
      .addOption(
        new Option('-l, --language <language>', 'language of the query')
          .choices(Object.keys(QUERY_LANGUAGES))
          .default('kql'),
      )
      .addOption(
        new Option('-f, --format <format>', 'default: table on a terminal, else jsonl').choices([
          'table',
          'jsonl',
          'csv',
        ]),
      )
      .option('--fields <names>', 'columns, separated by commas', parseFields)
      .option('-n, --limit <number>', 'stop after so many events', wholeNumber)
      .option('--count', 'print only how many events match')
      .option('--samples-per-key <number>', 'of an EQL sample (default: 1)', parseSamples)
      .option('--now <time>', 'what `now` means in the query (default: the current time)', parseNow)
      .option('-o, --output <file>', 'write to a file')
      .addHelpText('after', EXAMPLES)
      .action(runQuery);
  },
};

const EXAMPLES = `
Examples:
  smbastion query 'destination.port:(139 or 445) and not destination.ip:10.0.0.0/8' conn.log
  smbastion query 'smb.share.admin:true' evidence/ --fields @timestamp,client.ip,file.path
  smbastion query 'smb.flow.direction:egress' evidence/ --count
  smbastion query -l eql 'network where destination.port in (139, 445)' evidence/
  smbastion query -l eql 'sequence by client.ip with maxspan=1m
    [any where smb.share.name == "ADMIN$"] [any where smb.rpc.interface == "svcctl"]' evidence/
  smbastion query -l sigma rule.yml evidence/        events that the Sigma rule matches`;

async function runQuery(query: string, paths: string[], options: QueryOptions): Promise<void> {
  const config = readConfiguration(options);
  const compile = QUERY_LANGUAGES[options.language]!;
  const { predicate, ordered, diagnostics } = compile(query, { config, now: options.now ?? Date.now() });
  if (!options.quiet) for (const { code, message } of diagnostics) say(`${code} ${message}`);
  if (ordered) await findInOrder(ordered, paths, options, config);
  else await findEvents(predicate, paths, options, config);
}

async function findEvents(predicate: Predicate, paths: string[], options: QueryOptions, config: Config): Promise<void> {
  const matches = compileMatcher(predicate);
  const output = openOutput(options.output);
  const { print, finish } = printerOf(options, output);
  const before = cutTests();
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let found = 0;
  const summary = await readEvidence(
    paths,
    options,
    config,
    (event) => {
      if (found >= limit || !matches(event)) return;
      found++;
      if (!options.count) print(event);
    },
    {
      gate: { admits: (facts) => couldMatch(predicate, facts), pass: () => {} },
      isEnough: () => found >= limit,
    },
  );
  if (options.count) output.write(`${found}\n`);
  else finish();
  output.close();
  sayProblems(summary, options);
  if (!options.quiet) sayLimits(combinationsReached(before));
  if (!options.quiet && output.isTerminal && !options.count) {
    say(
      found >= limit
        ? `Stopped after ${countOf(found, 'event')}, as --limit says.`
        : `${formatCount(found)} of ${countOf(summary.events, 'event')} ${found === 1 ? 'matches' : 'match'}.`,
    );
  }
  process.exitCode = readingExitCode(summary);
}

/** Evidence is not in time order, so everything is read before the first result is known. */
async function findInOrder(query: EqlQuery, paths: string[], options: QueryOptions, config: Config): Promise<void> {
  const networks = configToNetworks(config);
  const search = new OrderedSearch(query, networks, options.samplesPerKey);
  const output = openOutput(options.output);
  const summary = await readEvidence(paths, options, config, (event) => search.onEvent(event), { gate: search.gate() });
  const { alerts, alertCount, rules, limits, close } = search.finish();
  const found = firstOf(alerts, options.limit ?? Number.POSITIVE_INFINITY);
  if (options.count) output.write(`${alertCount}\n`);
  else if (query.kind === 'event') printEvents(found, printerOf(options, output), networks);
  else {
    printSequences(found, {
      format: formatOf(options, output.isTerminal),
      columns: options.fields ?? DEFAULT_FIELDS,
      isChosen: options.fields !== undefined,
      write: output.write,
      width: terminalWidth(),
      networks,
    });
  }
  close();
  output.close();
  sayProblems(summary, options);
  if (!options.quiet) {
    for (const { name, count, hint } of rules[0]!.counters) say(`${name}: ${formatCount(count)} — ${hint}`);
    sayLimits(limits);
    if (output.isTerminal && !options.count) {
      say(`${countOf(alertCount, query.kind)} in ${countOf(summary.events, 'event')}.`);
    }
  }
  process.exitCode = readingExitCode(summary);
}

function printEvents(found: Iterable<Alert>, { print, finish }: EventPrinter, networks: Networks): void {
  const view = new ForwardedEvent(networks);
  for (const { members, document } of found) {
    const { id, provenance } = members[0]!;
    view.show({ id, provenance, document });
    print(view);
  }
  finish();
}

function sayLimits(limits: readonly LimitReached[]): void {
  for (const { name, consequence } of limits) say(`limit ${name} was reached: ${consequence}`);
}

function* firstOf<T>(items: Iterable<T>, limit: number): Generator<T> {
  let left = limit;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}

function formatOf({ format }: QueryOptions, isTerminal: boolean): EventFormat {
  return format ?? (isTerminal ? 'table' : 'jsonl');
}

function printerOf(options: QueryOptions, output: Output): EventPrinter {
  const columns = options.fields ?? DEFAULT_FIELDS;
  const isChosen = options.fields !== undefined;
  return eventPrinter({ format: formatOf(options, output.isTerminal), columns, isChosen, write: output.write });
}

function parseFields(text: string): Field[] {
  return text.split(',').map((name) => {
    const field = fields.find(name.trim());
    if (field) return field;
    throw new SmbError('USAGE', `There is no field "${name.trim()}".${fields.suggestion(name.trim())}`, {
      fix: 'smbastion fields lists them',
    });
  });
}

function parseSamples(text: string): number {
  const value = wholeNumber(text);
  if (value <= MAX_SAMPLES_PER_KEY) return value;
  throw new InvalidArgumentError(`at most ${MAX_SAMPLES_PER_KEY} can be held for each key`);
}

function parseNow(text: string): number {
  const ms = parseTimestamp(text);
  if (ms === undefined) throw new InvalidArgumentError('a time such as 2026-03-01T14:30:00Z is needed');
  return ms;
}
