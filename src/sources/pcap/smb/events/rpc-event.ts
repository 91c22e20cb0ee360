import { rpcInterfaceName, rpcOperationName } from '../../../rpc-interfaces.ts';
import type { Link } from '../link.ts';
import { RPC_ARGUMENTS } from '../rpc/rpc-arguments.ts';
import type { RpcCall, RpcOutcome } from '../rpc/rpc-pipe.ts';
import type { Handle } from '../state/handle.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import { SESSION_FIELDS, type SessionTelling, TREE_FIELDS } from './session-fields.ts';
import { type WireRead, wireKind } from './wire-kind.ts';

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

const OUTCOMES = { answered: 'success', fault: 'failure', unanswered: 'unknown' } as const;

interface RpcTelling extends SessionTelling {
  readonly handle: Handle;
  readonly tree: Tree | undefined;
  readonly call: RpcCall;
  readonly outcome: RpcOutcome;
}

const operation = ({ call }: RpcTelling) => rpcOperationName(call.uuid, call.opnum);
const argumentReads = RPC_ARGUMENTS.map((name): [string, WireRead<RpcTelling>] => [
  name,
  ({ call }) => call.arguments?.[name],
]);

const RPC = wireKind<RpcTelling>('smb.rpc', {
  'event.category': ['network'],
  'event.type': ['protocol'],
  'event.action': operation,
  'event.outcome': ({ outcome }) => OUTCOMES[outcome.kind],
  'event.duration': ({ time, call }) => Math.max(Math.round((time - call.origin.time) * 1e6), 0),
  ...SESSION_FIELDS,
  ...TREE_FIELDS,
  'smb.pipe.name': ({ handle }) => handle.name,
  'smb.rpc.uuid': ({ call }) => call.uuid,
  'smb.rpc.interface': ({ call: { uuid } }) => (uuid === undefined ? undefined : rpcInterfaceName(uuid)),
  'smb.rpc.interface_guessed': ({ call }) => call.isGuessed || undefined,
  'smb.rpc.opnum': ({ call }) => call.opnum,
  'smb.rpc.operation': operation,
  'smb.rpc.auth_level': ({ call: { authLevel } }) => (authLevel === undefined ? undefined : AUTH_LEVELS[authLevel]),
  'smb.rpc.auth_type': ({ call: { authType } }) => (authType === undefined ? undefined : AUTH_TYPES[authType]),
  'smb.rpc.status': ({ outcome }) => {
    if (outcome.kind !== 'fault') return undefined;
    return FAULTS[outcome.status] ?? `0x${outcome.status.toString(16).padStart(8, '0')}`;
  },
  ...Object.fromEntries(argumentReads),
});

/** Tells of a call, answered or not. */
export function tellRpc(
  link: Link,
  session: Session | undefined,
  handle: Handle,
  call: RpcCall,
  outcome: RpcOutcome,
  version: 1 | 2,
): void {
  const { time, packet } = link.state.clock;
  const { tree } = handle;
  const what = `smb.rpc ${call.callId}`;
  link.tell(RPC, { link, origin: call.origin, what, time, packet, session, version, handle, tree, call, outcome });
}

/** The one call of LAN Manager's old remote administration that is still seen (MS-RAP 2.5.5.4). */
const LANMAN_FUNCTIONS: Readonly<Record<number, string>> = { 0: 'NetShareEnum', 104: 'NetServerEnum2' };

interface LanmanTelling extends SessionTelling {
  readonly opnum: number;
}

const lanmanOperation = ({ opnum }: LanmanTelling) => LANMAN_FUNCTIONS[opnum] ?? `rap-${opnum}`;

const LANMAN = wireKind<LanmanTelling>('smb.rpc', {
  'event.category': ['network'],
  'event.type': ['protocol'],
  'event.action': lanmanOperation,
  'event.outcome': 'unknown',
  ...SESSION_FIELDS,
  'smb.pipe.name': 'lanman',
  'smb.rpc.interface': 'rap',
  'smb.rpc.opnum': ({ opnum }) => opnum,
  'smb.rpc.operation': lanmanOperation,
});

/** Tells of a call of the remote administration protocol, which came before RPC. */
export function tellLanman(link: Link, origin: Origin, session: Session | undefined, opnum: number): void {
  const { time, packet } = origin;
  link.tell(LANMAN, { link, origin, what: 'smb.rpc lanman', time, packet, session, version: 1, opnum });
}
