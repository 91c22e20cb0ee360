/**
 * Arguments that say what a call does: the service and its command, the task, the registry value. Best effort: the layouts
 * are those of MS-SCMR, MS-TSCH and MS-RRP, and nothing is said where the bytes do not fit.
 */
import { NdrReader } from './ndr.ts';
import type { RpcPdu } from './pdu.ts';

/** Event fields that the arguments of a call give. */
export const RPC_ARGUMENTS = [
  'service.name',
  'smb.service.image_path',
  'smb.service.start',
  'registry.key',
  'registry.value',
  'smb.task.name',
  'smb.task.command',
  'smb.task.arguments',
] as const;

/** Values of arguments, by field. */
export type RpcArguments = Readonly<Partial<Record<(typeof RPC_ARGUMENTS)[number], string | undefined>>>;

type ReadArguments = (reader: NdrReader) => RpcArguments;

const HANDLE = 20;

const START_TYPES: Readonly<Record<number, string>> = { 0: 'boot', 1: 'system', 2: 'auto', 3: 'demand', 4: 'disabled' };

/** SC_HANDLE, name, display name, access, type, start, errors, command, group, tag, dependencies, their size, account. */
const createService: ReadArguments = (reader) => {
  reader.skip(HANDLE);
  const name = reader.string();
  reader.pointedString();
  reader.number();
  reader.number();
  const start = reader.number();
  reader.number();
  const command = reader.string();
  return { 'service.name': name, 'smb.service.image_path': command, 'smb.service.start': START_TYPES[start] };
};

/** SC_HANDLE, type, start, errors, command. */
const changeService: ReadArguments = (reader) => {
  reader.skip(HANDLE);
  reader.number();
  const start = reader.number();
  reader.number();
  return { 'smb.service.image_path': reader.pointedString(), 'smb.service.start': START_TYPES[start] };
};

const openService: ReadArguments = (reader) => {
  reader.skip(HANDLE);
  return { 'service.name': reader.string() };
};

/** Handle and RRP_UNICODE_STRING: length, most length, pointer. */
const registryName = (field: 'registry.key' | 'registry.value'): ReadArguments => {
  return (reader) => {
    reader.skip(HANDLE);
    reader.number();
    return { [field]: reader.pointedString() };
  };
};

/** Server name; time, days of month, days of week and flags; command. */
const addJob: ReadArguments = (reader) => {
  reader.pointedString();
  reader.number();
  reader.number();
  reader.number();
  return { 'smb.task.command': reader.pointedString() };
};

/** Path, then the task as XML. */
const registerTask: ReadArguments = (reader) => {
  const name = reader.pointedString();
  const xml = reader.string();
  return {
    'smb.task.name': name,
    'smb.task.command': elementText(xml, 'Command'),
    'smb.task.arguments': elementText(xml, 'Arguments'),
  };
};

/** @returns content of the first element of a name, with the five entities of XML put back */
function elementText(xml: string | undefined, name: string): string | undefined {
  const from = xml?.indexOf(`<${name}>`) ?? -1;
  const to = from < 0 ? -1 : xml!.indexOf(`</${name}>`, from);
  if (to < 0) return undefined;
  const text = xml!.slice(from + name.length + 2, to);
  const plain: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => plain[entity]!);
}

const READERS: Readonly<Record<string, ReadArguments>> = {
  'svcctl 11': changeService,
  'svcctl 12': createService,
  'svcctl 16': openService,
  'svcctl 45': createService,
  'winreg 6': registryName('registry.key'),
  'winreg 15': registryName('registry.key'),
  'winreg 22': registryName('registry.value'),
  'atsvc 0': addJob,
  'ITaskSchedulerService 1': registerTask,
};

/**
 * @param interfaceName as `rpcInterfaceName` gives it
 * @param stub offset of the arguments from the start of the fragment
 * @returns what could be read, undefined when nothing could
 */
export function readArguments(
  pdu: RpcPdu,
  interfaceName: string,
  opnum: number,
  stub: number,
): RpcArguments | undefined {
  const read = READERS[`${interfaceName} ${opnum}`];
  if (read === undefined) return undefined;
  const found = read(new NdrReader(pdu, stub));
  return Object.values(found).some((text) => text !== undefined && text !== '') ? found : undefined;
}
