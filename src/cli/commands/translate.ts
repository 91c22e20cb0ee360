import { Option } from 'commander';
import { EXIT } from '../../base/error.ts';
import type { CliCommand } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import { QUERY_LANGUAGES } from '../query-languages.ts';
import { openOutput, say } from '../terminal/output.ts';
import { translationOption, type TranslationTarget, writeTranslations } from '../translation.ts';

interface TranslateOptions {
  readonly to: TranslationTarget;
  readonly language: string;
  readonly config?: string;
  readonly quiet?: boolean;
  readonly output?: string;
}

/** `smbastion translate QUERY`: a query for another engine. */
export const translateCommand: CliCommand = {
  id: 'translate',
  register: (program) => {
    program
      .command('translate')
      .argument('<query>', 'KQL in quotes; with -l sigma a rule file')
      .description('print a query as Elasticsearch, OpenSearch or DuckDB ask it')
      .addOption(translationOption('--to <engine>').default('elasticsearch'))
      .addOption(
        new Option('-l, --language <language>', 'language of the query')
          .choices(Object.keys(QUERY_LANGUAGES))
          .default('kql'),
      )
      .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
      .option('-q, --quiet', 'no remarks')
      .option('-o, --output <file>', 'write to a file')
      .addHelpText('after', EXAMPLES)
      .action((query: string, options: TranslateOptions) => {
        const config = readConfiguration(options);
        const compile = QUERY_LANGUAGES[options.language]!;
        const { predicate, ordered, diagnostics } = compile(query, { config, now: Date.now() });
        if (!options.quiet) for (const { code, message } of diagnostics) say(`${code} ${message}`);
        const output = openOutput(options.output);
        const isPiped = ordered !== undefined && ordered.pipes.length > 0;
        if (isPiped && !options.quiet) say('head and tail are no part of a condition; sort and cut what it finds.');
        const steps = ordered === undefined || ordered.kind === 'event' ? [{ name: '', predicate }] : ordered.steps;
        writeTranslations(steps, options.to, {
          write: output.write,
          quiet: options.quiet === true,
        });
        output.close();
        process.exitCode = EXIT.done;
      });
  },
};

const EXAMPLES = `
The query goes to standard output, what it cannot decide to standard error.

Examples:
  smbastion translate 'destination.port:445 and not destination.ip:10.0.0.0/8'
  smbastion translate --to opensearch --language sigma rule.yml
  smbastion rules show exposure-egress --as elasticsearch`;
