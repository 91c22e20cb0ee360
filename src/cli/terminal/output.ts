/** Where answers go: standard output or a file. Messages for people go to standard error. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { SmbError } from '../../base/error.ts';

/** A place to write an answer to. */
export interface Output {
  readonly write: (text: string) => void;
  /** Finishes the answer; a file appears under its name only now, whole. */
  readonly close: () => void;
  readonly isTerminal: boolean;
}

/** Text gathered before it is written: one system call for many lines. */
const BUFFER_CHARS = 64 * 1024;

/**
 * @param path file, or undefined for standard output
 * @throws OUTPUT-WRITE when the file cannot be made
 */
export function openOutput(path: string | undefined): Output {
  return path === undefined || path === '-' ? standardOutput() : fileOutput(path);
}

function standardOutput(): Output {
  const buffered = buffer((text) => {
    process.stdout.write(text);
  });
  return { write: buffered.write, close: buffered.flush, isTerminal: process.stdout.isTTY === true };
}

function fileOutput(path: string): Output {
  const partial = `${path}.partial`;
  let handle: number;
  try {
    handle = openSync(partial, 'w');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SmbError('OUTPUT-WRITE', `The file ${path} cannot be written: ${reason}`);
  }
  const buffered = buffer((text) => {
    writeSync(handle, text);
  });
  return {
    write: buffered.write,
    close: () => {
      buffered.flush();
      closeSync(handle);
      renameSync(partial, path);
    },
    isTerminal: false,
  };
}

function buffer(write: (text: string) => void): { write: (text: string) => void; flush: () => void } {
  let held: string[] = [];
  let size = 0;
  const flush = () => {
    if (size > 0) write(held.join(''));
    held = [];
    size = 0;
  };
  return {
    write: (text) => {
      held.push(text);
      size += text.length;
      if (size >= BUFFER_CHARS) flush();
    },
    flush,
  };
}

/** Writes a line for people to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Width of the terminal, or 80 when there is none to ask. */
export function terminalWidth(): number {
  return process.stdout.columns ?? 80;
}

/** Whether colour is wanted: only on a terminal, never with NO_COLOR, always with FORCE_COLOR. */
export function wantsColour(output: Output): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return true;
  return output.isTerminal && process.env['TERM'] !== 'dumb';
}
