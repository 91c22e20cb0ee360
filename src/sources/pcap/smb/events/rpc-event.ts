import { rpcInterfaceName, rpcOperationName } from '../../../rpc-interfaces.ts';
import type { Link } from '../link.ts';
import type { RpcCall, RpcOutcome } from '../rpc/rpc-pipe.ts';
import type { Handle } from '../state/handle.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import { putSession, putTree } from './session-fields.ts';

const AUTH_LEVELS: Readonly<Record<number, string>> = {
  1: 'none',
  2: 'connect',
  3: 'call',
  4: 'packet',
  5: 'integrity',
  6: 'privacy',
};
const AUTH_TYPES: Readonly<Record<number, string>> = {
  9: 'spnego',
  10: 'ntlm',
  14: 'schannel',
  16: 'kerberos',
  68: 'netlogon',
};

/** Statuses of faults worth a name (C706 appendix E, MS-RPCE 2.2.2.11); others are Win32 errors or as hexadecimal. */
const FAULTS: Readonly<Record<number, string>> = {
  5: 'access_denied',
  0x1c010002: 'nca_op_rng_error',
  0x1c010003: 'nca_unk_if',
  0x1c00001a: 'nca_s_fault_context_mismatch',
  0x6f7: 'rpc_x_bad_stub_data',
  0x6d1: 'rpc_s_procnum_out_of_range',
};

/** Tells of a call, answered or not. */
export function tellRpc(
  link: Link,
  session: Session | undefined,
  handle: Handle,
  call: RpcCall,
  outcome: RpcOutcome,
  version: 1 | 2,
): void {
  const { clock } = link.state;
  const fields = link.event('smb.rpc', clock.time, clock.packet);
  if (fields === undefined) return;
  const { uuid, opnum } = call;
  const operation = rpcOperationName(uuid, opnum);
  fields.put('event.category', ['network']);
  fields.put('event.type', ['protocol']);
  fields.put('event.action', operation);
  fields.put('event.outcome', { answered: 'success', fault: 'failure', unanswered: 'unknown' }[outcome.kind]);
  fields.put('event.duration', Math.max(Math.round((clock.time - call.origin.time) * 1e6), 0));
  putSession(fields, link, session, version);
  putTree(fields, handle.tree);
  fields.put('smb.pipe.name', handle.name);
  fields.put('smb.rpc.uuid', uuid);
  fields.put('smb.rpc.interface', uuid === undefined ? undefined : rpcInterfaceName(uuid));
  fields.put('smb.rpc.interface_guessed', call.isGuessed || undefined);
  fields.put('smb.rpc.opnum', opnum);
  fields.put('smb.rpc.operation', operation);
  fields.put('smb.rpc.auth_level', call.authLevel === undefined ? undefined : AUTH_LEVELS[call.authLevel]);
  fields.put('smb.rpc.auth_type', call.authType === undefined ? undefined : AUTH_TYPES[call.authType]);
  if (outcome.kind === 'fault') {
    const { status } = outcome;
    fields.put('smb.rpc.status', FAULTS[status] ?? `0x${status.toString(16).padStart(8, '0')}`);
  }
  for (const [name, value] of Object.entries(call.arguments ?? {})) fields.put(name, value);
  link.send(fields, call.origin, `smb.rpc ${call.callId}`);
}

/** The one call of LAN Manager's old remote administration that is still seen (MS-RAP 2.5.5.4). */
const LANMAN_FUNCTIONS: Readonly<Record<number, string>> = { 0: 'NetShareEnum', 104: 'NetServerEnum2' };

/** Tells of a call of the remote administration protocol, which came before RPC. */
export function tellLanman(link: Link, origin: Origin, session: Session | undefined, opnum: number): void {
  const fields = link.event('smb.rpc', origin.time, origin.packet);
  if (fields === undefined) return;
  const operation = LANMAN_FUNCTIONS[opnum] ?? `rap-${opnum}`;
  fields.put('event.category', ['network']);
  fields.put('event.type', ['protocol']);
  fields.put('event.action', operation);
  fields.put('event.outcome', 'unknown');
  putSession(fields, link, session, 1);
  fields.put('smb.pipe.name', 'lanman');
  fields.put('smb.rpc.interface', 'rap');
  fields.put('smb.rpc.opnum', opnum);
  fields.put('smb.rpc.operation', operation);
  link.send(fields, origin, 'smb.rpc lanman');
}
