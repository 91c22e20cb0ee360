/** Where answers go: standard output or a file. Messages for people go to standard error. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { SmbError } from '../../base/error.ts';
import { systemReason } from '../../base/system-error.ts';

/** A place to write an answer to. */
export interface Output {
  readonly write: (text: string) => void;
  /** Brings out what is held back to save system calls. */
  readonly flush: () => void;
  /** Finishes the answer; a file appears under its name only now, whole. */
  readonly close: () => void;
  readonly isTerminal: boolean;
}

/** Text gathered before it is written: one system call for many lines. */
const BUFFER_CHARS = 64 * 1024;

/**
 * @param path file, or undefined or `-` for standard output
 * @throws OUTPUT-WRITE when the file cannot be made
 */
export function openOutput(path: string | undefined): Output {
  return path === undefined || path === '-' ? standardOutput() : fileOutput(path);
}

function standardOutput(): Output {
  const buffered = buffer((text) => {
    process.stdout.write(text);
  });
  return { ...buffered, close: buffered.flush, isTerminal: process.stdout.isTTY === true };
}

function fileOutput(path: string): Output {
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (cause) {
      throw outputError(path, cause);
    }
  };
  const { target, partial } = guard(() => placesOf(path));
  const handle = guard(() => openSync(partial ?? target, 'w'));
  // An error or a second Ctrl-C leaves nothing half written behind.
  const cleanUp = () => partial !== undefined && rmSync(partial, { force: true });
  process.once('exit', cleanUp);
  const buffered = buffer((text) => guard(() => writeFileSync(handle, text)));
  return {
    ...buffered,
    close: () => {
      buffered.flush();
      guard(() => {
        closeSync(handle);
        if (partial !== undefined) renameSync(partial, target);
        process.off('exit', cleanUp);
      });
    },
    isTerminal: false,
  };
}

/**
 * Where the text goes and where it is kept until it is whole. A link is followed, so that it stays a link; a device or a
 * named pipe is written straight, since renaming onto it would put a plain file in its place.
 */
function placesOf(path: string): { target: string; partial: string | undefined } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { target: path, partial: `${path}.partial` };
  if (found.isDirectory()) throw new Error('it is a folder; name a file in it');
  const target = realpathSync(path);
  return { target, partial: found.isFile() ? `${target}.partial` : undefined };
}

/**
 * @param path what the user named, or `standard output`
 * @param cause what the system said
 * @returns the same as a sentence for people
 */
export function outputError(path: string, cause: unknown): SmbError {
  return new SmbError('OUTPUT-WRITE', `${path} cannot be written: ${systemReason(cause, WRITING)}.`);
}

const WRITING: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is no folder',
};

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
