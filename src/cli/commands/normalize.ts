import { printableJson } from '../../base/text/printable.ts';
import { normalizedDocument } from '../../event/normalized-document.ts';
import { readConfiguration } from '../configuration.ts';
import type { CliCommand } from '../command.ts';
import { addEvidenceOptions, type EvidenceOptions, readEvidence, readingExitCode, sayProblems } from '../evidence.ts';
import { openOutput } from '../terminal/output.ts';

/** `smbastion normalize PATH...`: any evidence as ECS documents. */
export const normalizeCommand: CliCommand = {
  id: 'normalize',
  register: (program) => {
    addEvidenceOptions(program.command('normalize'))
      .description('write any evidence as ECS documents, one JSON object a line')
      .option('-o, --output <file>', 'write to a file')
      .action(async (paths: string[], options: EvidenceOptions & { output?: string }) => {
        const config = readConfiguration(options);
        const output = openOutput(options.output);
        const summary = await readEvidence(paths, options, config, (event) =>
          output.write(`${printableJson(normalizedDocument(event))}\n`),
        );
        output.close();
        sayProblems(summary, options);
        process.exitCode = readingExitCode(summary);
      });
  },
};
