import { loadConfig } from '../../config/load-config.ts';
import { type Document, setPath } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { CliCommand } from '../command.ts';
import { addEvidenceOptions, type EvidenceOptions, readEvidence, readingExitCode, sayProblems } from '../evidence.ts';
import { openOutput } from '../terminal/output.ts';

/** ECS version whose names and types documents follow. */
export const ECS_VERSION = '8.17.0';

/** `smbastion normalize PATH...`: any evidence as ECS documents. */
export const normalizeCommand: CliCommand = {
  id: 'normalize',
  register: (program) => {
    addEvidenceOptions(program.command('normalize'))
      .description('write any evidence as ECS documents, one JSON object a line')
      .option('-o, --output <file>', 'write to a file')
      .action(async (paths: string[], options: EvidenceOptions & { output?: string }) => {
        const config = loadConfig(options.config);
        const output = openOutput(options.output);
        const summary = await readEvidence(paths, options, config, (event) =>
          output.write(`${JSON.stringify(normalizedDocument(event))}\n`),
        );
        output.close();
        sayProblems(summary, options);
        process.exitCode = readingExitCode(summary);
      });
  },
};

/** @returns the event's document with its identity and where it was read, so that it can be read again as the same event */
export function normalizedDocument(event: EventView): Document {
  const document = event.document();
  const { file, format, line, offset } = event.provenance();
  setPath(document, ['ecs', 'version'], ECS_VERSION);
  setPath(document, ['smbastion', 'event', 'id'], event.id());
  setPath(document, ['smbastion', 'provenance'], { file, format, line, offset });
  return document;
}
