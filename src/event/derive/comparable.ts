/**
 * What an event says elsewhere, in a form that rules can compare: who was connected to, whichever side wrote the record; and
 * commands, programs and registry paths in lower case, since Windows does not tell letter cases apart and queries do. They
 * are not written into documents, which hold the same in the writer's own letters.
 */
import { fieldId } from '../field.ts';
import { type EventView, firstText } from '../view.ts';
import { isWindowsEvent } from './windows-event.ts';
import type { Derivation } from './derivations.ts';

const HOST_NAME = fieldId('host.name');
const CLIENT_IP = fieldId('client.ip');
const SERVER_IP = fieldId('server.ip');
const SERVER_NAME = fieldId('smb.server.name');
const SHARE_NAME = fieldId('smb.share.name');
const PIPE_NAME = fieldId('smb.pipe.name');
const SERVICE_COMMAND = fieldId('smb.service.image_path');
const SERVICE_PROGRAM = fieldId('smb.service.executable');
const TASK_COMMAND = fieldId('smb.task.command');
const TASK_ARGUMENTS = fieldId('smb.task.arguments');
const COMMAND_LINE = fieldId('process.command_line');
const EXECUTABLE = fieldId('process.executable');
const REGISTRY_PATH = fieldId('registry.path');
const REGISTRY_DATA = fieldId('registry.data.strings');
const OBJECT_NAME = fieldId('winlog.event_data.ObjectName');
const OBJECT_VALUE = fieldId('winlog.event_data.ObjectValueName');
const NEW_VALUE = fieldId('winlog.event_data.NewValue');

/** A server's own record seldom names its address: its host is the server. */
const serverAddress: Derivation = (view) => {
  const ip = firstText(view, SERVER_IP);
  if (ip !== undefined || !isWindowsEvent(view)) return ip;
  const named = firstText(view, SERVER_NAME)?.toLowerCase();
  if (named !== undefined) return named;
  const isServed = [CLIENT_IP, SHARE_NAME, PIPE_NAME].some((field) => firstText(view, field) !== undefined);
  return isServed ? firstText(view, HOST_NAME) : undefined;
};

/** The shell drops carets and most quotes, and who hides a command puts them in. */
function comparable(text: string): string {
  const bare = text.toLowerCase().replaceAll('"', '').replaceAll('^', '');
  // Single blanks, which is how nearly all commands are written, need no replacing.
  return (/\s\s|[^\S ]/.test(bare) ? bare.replace(/\s+/g, ' ') : bare).trim();
}

const runCommand: Derivation = (view) => {
  const service = firstText(view, SERVICE_COMMAND);
  if (service !== undefined) return comparable(service);
  const task = textsOf(view, TASK_COMMAND);
  if (task.length === 0) {
    const command = firstText(view, COMMAND_LINE) ?? firstText(view, EXECUTABLE);
    return command === undefined ? undefined : comparable(command);
  }
  return comparable([...task, ...textsOf(view, TASK_ARGUMENTS)].join(' '));
};

/** The kernel's name of the network: `\\Device\\Mup\\server\\share`. */
const REDIRECTOR = /^\\device\\mup\\/;

const runProgram: Derivation = (view) => {
  const program = firstText(view, SERVICE_PROGRAM) ?? firstText(view, TASK_COMMAND) ?? firstText(view, EXECUTABLE);
  return program === undefined ? undefined : comparable(program).replace(REDIRECTOR, '\\\\');
};

function textsOf(view: EventView, field: number): readonly string[] {
  const value = view.get(field);
  return value === undefined ? [] : [value].flat().map(String);
}

/** Security 4657 names key and value apart: `\\REGISTRY\\MACHINE\\SYSTEM\\..` and `SMB1`. */
const registryPath: Derivation = (view) => {
  const path = firstText(view, REGISTRY_PATH);
  if (path !== undefined) return path.toLowerCase();
  const value = firstText(view, OBJECT_VALUE);
  return value === undefined ? undefined : `${firstText(view, OBJECT_NAME) ?? ''}\\${value}`.toLowerCase();
};

/** Sysmon writes `DWORD (0x00000001)`, Security 4657 writes `1`, people write `0x1`. */
const registryData: Derivation = (view) => {
  const data = firstText(view, REGISTRY_DATA) ?? firstText(view, NEW_VALUE);
  if (data === undefined) return undefined;
  const number = /^(?:[DQ]WORD \()?(0x[0-9a-f]{1,8}(?:-0x[0-9a-f]{1,8})?)\)?$/i.exec(data.trim());
  if (number === null) return data.toLowerCase();
  return String(Number(number[1]!.split('-').at(-1)));
};

/** Derived fields that rules compare, by name. */
export const COMPARABLE_DERIVATIONS: Readonly<Record<string, Derivation>> = {
  'server.address': serverAddress,
  'smb.run.command': runCommand,
  'smb.run.program': runProgram,
  'smb.registry.path': registryPath,
  'smb.registry.data': registryData,
};
