/**
 * dce_rpc.log: remote procedure calls, over a pipe (SMB) or over TCP. Zeek writes the port where a call over TCP has no
 * pipe, so a named_pipe of digits alone is none.
 */
import { pipeName } from '../../../event/normalise/share.ts';
import { zeekColumn } from '../columns.ts';
import { hasSmbPort, readNanoseconds, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';
import type { ZeekRecord } from '../zeek-record.ts';

const PIPE = zeekColumn('named_pipe');
const OPERATION = zeekColumn('operation');

function pipe(record: ZeekRecord): string | undefined {
  const text = record.text(PIPE);
  return text === undefined || /^\d+$/.test(text) ? undefined : pipeName(text);
}

/** dce_rpc.log. */
export const dceRpc = defineLog({
  path: 'dce_rpc',
  dataset: 'zeek.dce_rpc',
  columns: ['rtt', 'named_pipe', 'endpoint', 'operation'],
  identity: ['named_pipe', 'endpoint', 'operation', 'rtt'],
  fields: {
    'event.type': () => ['connection', 'protocol'],
    'event.action': readText(OPERATION),
    'event.duration': readNanoseconds(zeekColumn('rtt')),
    'network.transport': () => 'tcp',
    'network.protocol': (record) => (hasSmbPort(record) || pipe(record) !== undefined ? 'smb' : 'dce_rpc'),
    'smb.flow.outcome': () => 'established',
    'smb.pipe.name': pipe,
    'smb.rpc.interface': readText(zeekColumn('endpoint')),
    'smb.rpc.operation': readText(OPERATION),
  },
});
