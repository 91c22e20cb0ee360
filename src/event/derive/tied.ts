/**
 * What events of different kinds have in common, so that rules can tie them together: the file written over a share is the
 * program that ran, the account that logs on elsewhere is this machine. Like the other comparable fields they are lower
 * case and stand in no document.
 */
import type { FieldValue } from '../document.ts';
import { fieldId } from '../field.ts';
import { comparablePath, outputsOfCommand, pathsOfCommand } from '../normalise/local-path.ts';
import { baseName } from '../normalise/share.ts';
import { type EventView, firstText } from '../view.ts';
import type { Derivation } from './derivations.ts';
import { isWindowsEvent } from './windows-event.ts';

const HOST_SHORT = fieldId('host.hostname');
const HOST_NAME = fieldId('host.name');
const USER_NAME = fieldId('user.name');
const MACHINE = fieldId('user.machine');
const SHARE_NAME = fieldId('smb.share.name');
const PIPE_NAME = fieldId('smb.pipe.name');
const LOCAL_PATH = fieldId('smb.local_path');
const FILE_PATH = fieldId('file.path');
const PROCESS_NAME = fieldId('process.name');
const SERVICE_COMMAND = fieldId('smb.service.image_path');
const SERVICE_PROGRAM = fieldId('smb.service.executable');
const TASK_COMMAND = fieldId('smb.task.command');
const TASK_ARGUMENTS = fieldId('smb.task.arguments');
const COMMAND_LINE = fieldId('process.command_line');
const EXECUTABLE = fieldId('process.executable');
const PROGRAM = fieldId('smb.run.program');
const FILE = fieldId('smb.run.file');

/** Fields that name a program or hold a whole command. */
const PROGRAMS = [SERVICE_PROGRAM, EXECUTABLE, TASK_COMMAND] as const;
const COMMANDS = [SERVICE_COMMAND, COMMAND_LINE, TASK_COMMAND, TASK_ARGUMENTS] as const;

const runFile: Derivation = (view) => {
  for (const field of PROGRAMS) {
    const program = firstText(view, field);
    if (program !== undefined) return comparablePath(program);
  }
  return undefined;
};

const runPaths: Derivation = (view) => {
  const own = firstText(view, FILE);
  return pathsOf(view, pathsOfCommand, own === undefined ? [] : [own]);
};

const runOutputs: Derivation = (view) => pathsOf(view, outputsOfCommand, []);

/** What all commands of an event name, each path once, behind those that are there already. */
function pathsOf(view: EventView, read: (command: string) => readonly string[], first: readonly string[]): FieldValue {
  let found = [...first];
  for (const field of COMMANDS) {
    const value = view.get(field);
    if (value === undefined) continue;
    // A task may hold commands without end; anything else is one text of a few paths.
    if (typeof value === 'object') found = [...new Set([...found, ...value.flatMap((text) => read(String(text)))])];
    else for (const path of read(String(value))) if (!found.includes(path)) found.push(path);
  }
  return found.length === 0 ? undefined : found;
}

const runName: Derivation = (view) => {
  const program = firstText(view, PROGRAM);
  return program === undefined ? undefined : baseName(program) || undefined;
};

/** The kernel writes for clients: Sysmon names no client, but a file that the process System creates came over a share. */
const fileLocal: Derivation = (view) => {
  if (view.get(PIPE_NAME) !== undefined) return undefined;
  const isShared = view.get(SHARE_NAME) !== undefined;
  if (!isShared && firstText(view, PROCESS_NAME) !== 'System') return undefined;
  // Outside Windows logs the path of a file on a share is the path as the client names it.
  const own = isShared && !isWindowsEvent(view) ? undefined : firstText(view, FILE_PATH);
  const path = firstText(view, LOCAL_PATH) ?? own;
  return path === undefined ? undefined : comparablePath(path);
};

const machine: Derivation = (view) => {
  const name = firstText(view, USER_NAME);
  return name !== undefined && name.length > 1 && name.endsWith('$') ? name.slice(0, -1).toLowerCase() : undefined;
};

function isOwnMachine(view: EventView): true | undefined {
  const name = firstText(view, MACHINE);
  if (name === undefined) return undefined;
  const host = firstText(view, HOST_SHORT) ?? firstText(view, HOST_NAME)?.split('.')[0];
  return name === host?.toLowerCase() ? true : undefined;
}

/** Derived fields that tie events together, by name. */
export const TIED_DERIVATIONS: Readonly<Record<string, Derivation>> = {
  'smb.run.file': runFile,
  'smb.run.paths': runPaths,
  'smb.run.outputs': runOutputs,
  'smb.run.name': runName,
  'smb.file.local': fileLocal,
  'user.machine': machine,
  'user.is_own_machine': isOwnMachine,
};
