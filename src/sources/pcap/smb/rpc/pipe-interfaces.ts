/** What a pipe is for, when the bind was not seen. */
import { readContentJson } from '../../../../base/content.ts';

/** Pipes with one main interface, which bears their name. Others, such as lsass, serve several. */
const SINGLE: ReadonlySet<string> = new Set([
  'svcctl',
  'winreg',
  'srvsvc',
  'wkssvc',
  'samr',
  'spoolss',
  'netdfs',
  'efsrpc',
]);

let uuids: ReadonlyMap<string, string> | undefined;

/**
 * @param pipeName in lower case
 * @returns UUID of the interface behind a pipe, undefined when the pipe does not tell
 */
export function mainInterface(pipeName: string | undefined): string | undefined {
  if (pipeName === undefined || !SINGLE.has(pipeName)) return undefined;
  uuids ??= new Map(
    readContentJson<{ interfaces: { name: string; uuid: string }[] }>('rpc-interfaces.json').interfaces.map((row) => [
      row.name,
      row.uuid,
    ]),
  );
  return uuids.get(pipeName);
}
