/** Fragments of DCE-RPC in either byte order. */
import { join, zeros } from './bytes.ts';

/** Writes numbers in one byte order. */
export interface RpcWriter {
  u16(value: number): Buffer;
  u32(value: number): Buffer;
  readonly isLittle: boolean;
}

export function rpcWriter(isLittle: boolean): RpcWriter {
  return {
    isLittle,
    u16(value) {
      const bytes = Buffer.alloc(2);
      if (isLittle) bytes.writeUInt16LE(value);
      else bytes.writeUInt16BE(value);
      return bytes;
    },
    u32(value) {
      const bytes = Buffer.alloc(4);
      if (isLittle) bytes.writeUInt32LE(value >>> 0);
      else bytes.writeUInt32BE(value >>> 0);
      return bytes;
    },
  };
}

const LITTLE = rpcWriter(true);

export interface FragmentParts {
  readonly type: number;
  readonly callId: number;
  readonly flags?: number;
  readonly auth?: { readonly type: number; readonly level: number; readonly token: Buffer };
}

export function fragment(parts: FragmentParts, body: Buffer, writer: RpcWriter = LITTLE): Buffer {
  const auth =
    parts.auth === undefined
      ? zeros(0)
      : join(Buffer.from([parts.auth.type, parts.auth.level, 0, 0]), zeros(4), parts.auth.token);
  const length = 16 + body.length + auth.length;
  return join(
    Buffer.from([5, 0, parts.type, parts.flags ?? 3, writer.isLittle ? 0x10 : 0, 0, 0, 0]),
    writer.u16(length),
    writer.u16(parts.auth?.token.length ?? 0),
    writer.u32(parts.callId),
    body,
    auth,
  );
}

export function uuidBytes(uuid: string, writer: RpcWriter = LITTLE): Buffer {
  const [a, b, c, d, e] = uuid.split('-') as [string, string, string, string, string];
  return join(
    writer.u32(Number.parseInt(a, 16)),
    writer.u16(Number.parseInt(b, 16)),
    writer.u16(Number.parseInt(c, 16)),
    Buffer.from(d + e, 'hex'),
  );
}

export const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
export const SRVSVC = '4b324fc8-1670-01d3-1278-5a47bf6ee188';

export function bind(
  callId: number,
  uuids: readonly string[],
  writer: RpcWriter = LITTLE,
  auth?: FragmentParts['auth'],
): Buffer {
  const items = uuids.map((uuid, id) =>
    join(writer.u16(id), Buffer.from([1, 0]), uuidBytes(uuid, writer), writer.u32(2), zeros(20)),
  );
  const body = join(writer.u16(4280), writer.u16(4280), writer.u32(0), Buffer.from([uuids.length, 0, 0, 0]), ...items);
  return fragment(auth === undefined ? { type: 11, callId } : { type: 11, callId, auth }, body, writer);
}

/** @param results 0 accepted */
export function bindAck(callId: number, results: readonly number[], writer: RpcWriter = LITTLE): Buffer {
  const address = Buffer.from('\\PIPE\\x\0');
  const head = join(writer.u16(4280), writer.u16(4280), writer.u32(1), writer.u16(address.length), address);
  const padding = zeros((4 - ((16 + head.length) % 4)) % 4);
  const list = results.map((result) => join(writer.u16(result), writer.u16(0), zeros(20)));
  return fragment({ type: 12, callId }, join(head, padding, Buffer.from([results.length, 0, 0, 0]), ...list), writer);
}

export const rpcRequest = (
  callId: number,
  opnum: number,
  stub: Buffer,
  writer: RpcWriter = LITTLE,
  context = 0,
): Buffer =>
  fragment({ type: 0, callId }, join(writer.u32(stub.length), writer.u16(context), writer.u16(opnum), stub), writer);
export const rpcResponse = (callId: number, stub: Buffer, writer: RpcWriter = LITTLE): Buffer =>
  fragment({ type: 2, callId }, join(writer.u32(stub.length), writer.u32(0), stub), writer);
export const rpcFault = (callId: number, status: number, writer: RpcWriter = LITTLE): Buffer =>
  fragment({ type: 3, callId }, join(writer.u32(32), writer.u32(0), writer.u32(status), writer.u32(0)), writer);

/** A conformant and varying string, padded to four. */
export function ndrString(text: string, writer: RpcWriter = LITTLE): Buffer {
  const units = text.length + 1;
  const bytes = Buffer.from(`${text}\0`, 'utf16le');
  return join(writer.u32(units), writer.u32(0), writer.u32(units), bytes, zeros((4 - (bytes.length % 4)) % 4));
}
