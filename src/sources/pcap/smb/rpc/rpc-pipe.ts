/** Remote procedure calls over one open pipe: who is bound to what, and which calls wait for their answer. */
import { rpcInterfaceName } from '../../../rpc-interfaces.ts';
import { type AuthToken, parseAuthToken } from '../auth/auth-token.ts';
import type { SmbLimits } from '../limits.ts';
import type { ByteBudget } from '../state/byte-budget.ts';
import type { Origin } from '../state/origin.ts';
import {
  FLAG_FIRST,
  FLAG_OBJECT,
  RPC_ALTER,
  RPC_ALTER_ANSWER,
  RPC_AUTH3,
  RPC_BIND,
  RPC_BIND_ACK,
  RPC_FAULT,
  RPC_REQUEST,
  RPC_RESPONSE,
  RpcPdu,
} from './pdu.ts';
import { mainInterface } from './pipe-interfaces.ts';
import { readArguments, type RpcArguments } from './rpc-arguments.ts';
import { RpcStream } from './rpc-stream.ts';

/** Privacy: arguments are sealed, the operation number is not. */
const LEVEL_PRIVACY = 6;

/** One call. */
export interface RpcCall {
  readonly callId: number;
  /** Undefined when the bind was not seen and the pipe does not tell. */
  readonly uuid: string | undefined;
  /** The bind was not seen; the interface is the pipe's usual one. */
  readonly isGuessed: boolean;
  readonly opnum: number;
  readonly origin: Origin;
  readonly authLevel: number | undefined;
  readonly authType: number | undefined;
  readonly arguments: RpcArguments | undefined;
}

/** What became of a call. */
export type RpcOutcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'fault'; readonly status: number }
  | { readonly kind: 'unanswered' };

/** Takes what is learnt on a pipe. */
export interface RpcListener {
  /** A call came to its end. */
  call(call: RpcCall, outcome: RpcOutcome): void;
  /** An interface was bound; false when the server refused it. */
  bound(uuid: string, isAccepted: boolean): void;
  /** A logon inside the pipe. */
  logon(token: AuthToken): void;
  limit(name: 'rpcContexts' | 'rpcCalls'): void;
}

/** The calls of one pipe. */
export class RpcPipe {
  private readonly listener: RpcListener;
  private readonly limits: SmbLimits;
  private readonly pipeName: string | undefined;
  private readonly contexts = new Map<number, string>();
  /** Context ids of the last bind, in its order, which is the order of the results. */
  private offered: readonly number[] = [];
  private readonly calls = new Map<number, RpcCall>();
  private readonly pdu = new RpcPdu();
  private readonly requests: RpcStream;
  private readonly responses: RpcStream;
  private origin: Origin | undefined;
  private authLevel: number | undefined;
  private authType: number | undefined;
  /** Calls seen. */
  count = 0;

  /** @param pipeName in lower case, when known */
  constructor(pipeName: string | undefined, listener: RpcListener, limits: SmbLimits, gathered: ByteBudget) {
    this.listener = listener;
    this.limits = limits;
    this.pipeName = pipeName;
    this.requests = new RpcStream(limits.rpcFragment, gathered, (bytes, at, end) => this.request(bytes, at, end));
    this.responses = new RpcStream(limits.rpcFragment, gathered, (bytes, at, end) => this.response(bytes, at, end));
  }

  /**
   * Bytes that the client wrote.
   *
   * @param isWhole false when the message's end is not there
   */
  written(bytes: Uint8Array, from: number, to: number, isWhole: boolean, origin: Origin): void {
    this.origin = origin;
    this.requests.feed(bytes, from, to, isWhole);
  }

  /** Bytes that the client read. */
  read(bytes: Uint8Array, from: number, to: number, isWhole: boolean): void {
    this.responses.feed(bytes, from, to, isWhole);
  }

  /** The pipe was closed: calls without an answer are told. */
  close(): void {
    for (const call of this.calls.values()) this.listener.call(call, { kind: 'unanswered' });
    this.calls.clear();
    this.requests.release();
    this.responses.release();
  }

  private request(bytes: Uint8Array, at: number, end: number): void {
    const { pdu } = this;
    pdu.point(bytes, at, end);
    switch (pdu.type) {
      case RPC_BIND:
      case RPC_ALTER:
        this.readAuth(pdu);
        this.bind(pdu);
        break;
      case RPC_AUTH3:
        this.readAuth(pdu);
        break;
      case RPC_REQUEST:
        if ((pdu.flags & FLAG_FIRST) !== 0) this.addCall(pdu);
        break;
    }
  }

  private bind(pdu: RpcPdu): void {
    const count = pdu.u8(24);
    const offered: number[] = [];
    let offset = 28;
    for (let i = 0; i < count && pdu.at + offset + 24 <= pdu.end; i++) {
      const id = pdu.u16(offset);
      if (this.contexts.size < this.limits.rpcContexts || this.contexts.has(id)) {
        this.contexts.set(id, pdu.uuid(offset + 4));
        offered.push(id);
      } else {
        this.listener.limit('rpcContexts');
      }
      offset += 24 + pdu.u8(offset + 2) * 20;
    }
    this.offered = offered;
  }

  private addCall(pdu: RpcPdu): void {
    const context = pdu.u16(20);
    const bound = this.contexts.get(context);
    const uuid = bound ?? mainInterface(this.pipeName);
    const opnum = pdu.u16(22);
    const stub = (pdu.flags & FLAG_OBJECT) !== 0 ? 40 : 24;
    const isSealed = this.authLevel === LEVEL_PRIVACY && pdu.authLength > 0;
    const call: RpcCall = {
      callId: pdu.callId,
      uuid,
      isGuessed: bound === undefined && uuid !== undefined,
      opnum,
      origin: this.origin!,
      authLevel: pdu.authLength > 0 ? this.authLevel : undefined,
      authType: pdu.authLength > 0 ? this.authType : undefined,
      arguments: isSealed || uuid === undefined ? undefined : readArguments(pdu, rpcInterfaceName(uuid), opnum, stub),
    };
    this.count++;
    const replaced = this.calls.get(call.callId);
    if (replaced !== undefined) this.finish(replaced, { kind: 'unanswered' });
    if (this.calls.size >= this.limits.rpcCalls) {
      this.listener.limit('rpcCalls');
      for (const oldest of this.calls.values()) {
        this.finish(oldest, { kind: 'unanswered' });
        break;
      }
    }
    this.calls.set(call.callId, call);
  }

  private response(bytes: Uint8Array, at: number, end: number): void {
    const { pdu } = this;
    pdu.point(bytes, at, end);
    switch (pdu.type) {
      case RPC_BIND_ACK:
      case RPC_ALTER_ANSWER:
        this.readAuth(pdu);
        this.bindAnswer(pdu);
        break;
      case RPC_RESPONSE:
      case RPC_FAULT: {
        const call = this.calls.get(pdu.callId);
        if (call === undefined) break;
        this.finish(call, pdu.type === RPC_FAULT ? { kind: 'fault', status: pdu.u32(24) } : { kind: 'answered' });
        break;
      }
    }
  }

  /** Secondary address, aligned to four, then one result for each context offered. */
  private bindAnswer(pdu: RpcPdu): void {
    let offset = 26 + pdu.u16(24);
    offset += (4 - (offset % 4)) % 4;
    const count = pdu.u8(offset);
    offset += 4;
    for (let i = 0; i < count && i < this.offered.length; i++, offset += 24) {
      if (pdu.at + offset + 4 > pdu.end) return;
      const uuid = this.contexts.get(this.offered[i]!);
      if (uuid !== undefined) this.listener.bound(uuid, pdu.u16(offset) === 0);
    }
  }

  private readAuth(pdu: RpcPdu): void {
    const length = pdu.authLength;
    if (length === 0) return;
    const at = pdu.end - length - 8;
    this.authType = pdu.bytes[at];
    this.authLevel = pdu.bytes[at + 1];
    const token = parseAuthToken(pdu.bytes, at + 8, pdu.end, this.limits.derElements);
    if (token.ntlm !== undefined || token.kerberos !== undefined) this.listener.logon(token);
  }

  private finish(call: RpcCall, outcome: RpcOutcome): void {
    this.calls.delete(call.callId);
    this.listener.call(call, outcome);
  }
}
