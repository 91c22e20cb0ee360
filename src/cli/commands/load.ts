import { open } from 'node:fs/promises';
import type { Static } from 'typebox';
import { errorFromAnswer, EXIT } from '../../base/error.ts';
import { countOf, formatCount } from '../../base/text/figures.ts';
import { printable } from '../../base/text/printable.ts';
import type { EvidenceAnswer, EvidenceUpload } from '../../server/contract/evidence.ts';
import { discoverInputs, type InputFile } from '../../sources/input/discover.ts';
import { addServerOptions, type Api, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput, say } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';

interface LoadFlags extends ServerFlags {
  readonly json?: boolean;
}

/** Bytes that are sent at once; the server reads one piece while the next is on its way. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Figures of all files. */
interface LoadTotals {
  created: number;
  known: number;
  unreadable: number;
  letters: number;
  files: number;
  problems: number;
}

/** `smbastion load PATH...`: evidence into the store. */
export const loadCommand: CliCommand = {
  id: 'load',
  register: (program) => {
    addServerOptions(
      program
        .command('load')
        .description('put evidence of any format into the store of the server; again changes nothing')
        .argument('<path...>', 'files, folders, patterns, or - for standard input'),
    )
      .option('--json', 'figures as one line of JSON')
      .option('-q, --quiet', 'no progress and no remarks')
      .addHelpText('after', EXAMPLES)
      .action((paths: string[], flags: LoadFlags) => load(paths, flags));
  },
};

const EXAMPLES = `
An event that is in the store is known by its identity and not stored again. What cannot be read is kept among the
dead letters of the server.

Examples:
  smbastion load /evidence/case-17
  smbastion load --server https://smb.example.com:8445 exports/*.evtx`;

async function load(paths: readonly string[], flags: LoadFlags): Promise<void> {
  const inputs = discoverInputs(paths);
  const progress = new Progress(flags.quiet === true);
  const totalBytes = inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const totals: LoadTotals = { created: 0, known: 0, unreadable: 0, letters: 0, files: 0, problems: 0 };
  let doneBytes = 0;
  try {
    const sendAll = async (api: Api) => {
      for (const input of inputs) {
        const answer = await send(api, input, (bytes) => {
          doneBytes += bytes;
          const { created, known, unreadable } = totals;
          progress.update(() => ({
            doneBytes,
            totalBytes,
            file: input.name,
            events: created + known,
            faults: unreadable,
          }));
        });
        add(totals, answer, flags);
      }
    };
    await withApi(flags, sendAll, { makesStore: true });
  } finally {
    progress.finish();
  }
  const output = openOutput(undefined);
  output.write(flags.json ? `${JSON.stringify(totals)}\n` : `${totalsText(totals)}\n`);
  output.close();
  const isPartial = totals.problems > 0 || totals.unreadable > 0 || inputs.length === 0;
  process.exitCode = isPartial ? EXIT.partial : EXIT.done;
}

/** Sends one file in pieces. */
async function send(api: Api, input: InputFile, sent: (bytes: number) => void): Promise<Static<typeof EvidenceAnswer>> {
  const { id } = await api.post<Static<typeof EvidenceUpload>>('/api/v1/evidence', { name: input.name });
  for await (const piece of piecesOf(input)) {
    const answer = await api.send({
      method: 'PUT',
      path: `/api/v1/evidence/${id}`,
      body: piece,
      contentType: 'application/octet-stream',
    });
    if (answer.status >= 400) {
      throw (
        errorFromAnswer(JSON.parse(answer.body)) ??
        new Error(`a piece of ${input.name} was answered with ${answer.status}`)
      );
    }
    sent(piece.length);
  }
  return api.post<Static<typeof EvidenceAnswer>>(`/api/v1/evidence/${id}/end`);
}

async function* piecesOf({ name, problem }: InputFile): AsyncGenerator<Buffer> {
  // A file that cannot be opened is sent empty, and is among those with a problem.
  if (problem !== undefined) return;
  if (name === '-') {
    for await (const chunk of process.stdin) yield chunk as Buffer;
    return;
  }
  const file = await open(name, 'r').catch(() => undefined);
  if (file === undefined) return;
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function add(totals: LoadTotals, answer: Static<typeof EvidenceAnswer>, flags: LoadFlags): void {
  totals.created += answer.created;
  totals.known += answer.known;
  totals.unreadable += answer.unreadable;
  totals.letters += answer.letters;
  for (const { file, problem } of answer.files) {
    totals.files++;
    if (problem === undefined) continue;
    totals.problems++;
    if (!flags.quiet) say(`not read: ${printable(file)}: ${printable(problem)}`);
  }
  if (answer.failure === undefined) return;
  totals.problems++;
  say(`not all of it was stored: ${printable(answer.failure)}; load it again, nothing is doubled`);
}

function totalsText({ created, known, unreadable, letters, files }: LoadTotals): string {
  const told =
    letters === unreadable ? '' : `; ${countOf(letters, 'dead letter')} ${letters === 1 ? 'tells' : 'tell'} of them`;
  const lost =
    unreadable === 0 ? '' : `, ${countOf(unreadable, 'place')} could not be read${told} (smbastion dead-letters list)`;
  return `${countOf(files, 'file')}: ${countOf(created, 'new event')}, ${formatCount(known)} known${lost}`;
}
