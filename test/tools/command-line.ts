import { vi } from 'vitest';
import { run } from '../../src/cli/program.ts';

/** What a command line answers, says and ends with. */
export interface CommandResult {
  readonly out: string;
  readonly said: string;
  readonly code: number;
}

/** Runs a command line in this process. @param args as a person types them, behind the name of the program */
export async function runCommandLine(...args: readonly string[]): Promise<CommandResult> {
  const texts = { out: '', said: '' };
  const [out, said] = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream === 'stdout' ? 'out' : 'said'] += String(text);
      return true;
    }),
  );
  try {
    await run(['node', 'smbastion', ...args]);
  } finally {
    out!.mockRestore();
    said!.mockRestore();
  }
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { ...texts, code };
}
