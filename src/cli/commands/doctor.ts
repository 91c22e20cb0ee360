import { EXIT, SmbError } from '../../base/error.ts';
import type { Finding } from '../../server/checkup/checkup.ts';
import { addServerOptions, namesServer, noStoreError, type ServerFlags, withApiIfAny } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { readServerConfiguration } from '../server-configuration.ts';
import { layOut } from '../terminal/columns.ts';
import { openOutput, terminalWidth } from '../terminal/output.ts';

interface DoctorFlags extends ServerFlags {
  readonly json?: boolean;
}

/** Marks that can be told apart without colour. */
const MARKS = { ok: ' ok  ', odd: ' odd ', wrong: 'WRONG' } as const;

/** `smbastion doctor`: looks at everything that can be wrong, and says what to do. */
export const doctorCommand: CliCommand = {
  id: 'doctor',
  register: (program) => {
    addServerOptions(program.command('doctor'))
      .description('look at machine, data folder, clock, rules and what comes in; say what to do')
      .option('--json', 'a JSON object for each thing that was looked at')
      .action(doctor);
  },
};

async function doctor(flags: DoctorFlags): Promise<void> {
  const findings: Finding[] = namesServer(flags) ? [] : [...(await ofMachine(flags))];
  // What is wrong with the machine may keep the store from opening; then that is said as well.
  findings.push(...(await ofServer(flags).catch((error: unknown) => [toFinding(error, 'wrong')])));
  const output = openOutput(undefined);
  output.write(flags.json ? findings.map((finding) => `${JSON.stringify(finding)}\n`).join('') : textOf(findings));
  output.close();
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = EXIT.findings;
}

/** What only a server knows; before the first start there is none, which is nothing wrong. */
async function ofServer(flags: DoctorFlags): Promise<readonly Finding[]> {
  const asked = await withApiIfAny(flags, (api) => api.get<{ findings: readonly Finding[] }>('/api/v1/checkup'));
  return 'value' in asked ? asked.value.findings : [toFinding(noStoreError(asked.dataFolder), 'odd')];
}

async function ofMachine(flags: DoctorFlags): Promise<readonly Finding[]> {
  const { config } = readServerConfiguration(flags);
  const { checkMachine } = await import('../../server/checkup/machine-checks.ts');
  const says = config.file === undefined ? 'There is no file; the defaults hold.' : `${config.file} is right.`;
  return [{ topic: 'configuration', state: 'ok', says }, ...(await checkMachine(config.server, Date.now()))];
}

function toFinding(error: unknown, state: Finding['state']): Finding {
  if (!(error instanceof SmbError)) throw error;
  return { topic: 'server', state, says: error.message, fix: error.fix };
}

function textOf(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ topic, state, says, fix }) => [
    [MARKS[state], topic, says],
    ...(fix === undefined ? [] : [['', '', `→ ${fix}`]]),
  ]);
  return layOut(rows, terminalWidth());
}
