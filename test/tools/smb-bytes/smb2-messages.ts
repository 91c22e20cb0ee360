/** Messages of SMB2 and 3, as MS-SMB2 section 2.2 lays them out. */
import { filetime, join, pad, u16, u32, u64, u8, utf16, zeros } from './bytes.ts';

/** Header fields; what is left out is zero. */
export interface Smb2Header {
  readonly id: number | bigint;
  readonly session?: number | bigint;
  readonly tree?: number;
  readonly status?: number;
  readonly flags?: number;
}

const RESPONSE = 1;
export const RELATED = 4;
export const SIGNED = 8;

export function smb2(command: number, isResponse: boolean, header: Smb2Header, body: Buffer): Buffer {
  return join(
    Buffer.from('\xfeSMB', 'latin1'),
    u16(64),
    u16(1),
    u32(header.status ?? 0),
    u16(command),
    u16(1),
    u32((header.flags ?? 0) | (isResponse ? RESPONSE : 0)),
    u32(0),
    u64(header.id),
    u32(0xfeff),
    u32(header.tree ?? 0),
    u64(header.session ?? 0),
    zeros(16),
    body,
  );
}

/** Messages as one compound: each but the last says where the next begins. */
export function compound(...messages: readonly Buffer[]): Buffer {
  return join(
    ...messages.map((message, i) => {
      if (i === messages.length - 1) return message;
      const padded = pad(message, 8);
      padded.writeUInt32LE(padded.length, 20);
      return padded;
    }),
  );
}

export const errorBody = (): Buffer => join(u16(9), u16(0), u32(0), u8(0));

/** What a negotiation can say. */
export interface NegotiateParts {
  readonly dialects?: readonly number[];
  readonly dialect?: number;
  readonly mode?: number;
  readonly capabilities?: number;
  readonly contexts?: readonly (readonly [type: number, data: Buffer])[];
  readonly blob?: Buffer;
}

function contextBytes(contexts: NegotiateParts['contexts'] = []): Buffer {
  return join(
    ...contexts.map(([type, data], i) => {
      const bytes = join(u16(type), u16(data.length), u32(0), data);
      return i === contexts.length - 1 ? bytes : pad(bytes, 8);
    }),
  );
}

export function negotiateRequest(header: Smb2Header, parts: NegotiateParts): Buffer {
  const dialects = parts.dialects ?? [0x0302, 0x0311];
  const list = join(...dialects.map(u16));
  const start = 100 + list.length;
  const offset = start + ((8 - (start % 8)) % 8);
  const { contexts = [] } = parts;
  const body = join(
    u16(36),
    u16(dialects.length),
    u16(parts.mode ?? 1),
    u16(0),
    u32(parts.capabilities ?? 0),
    Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
    u32(contexts.length === 0 ? 0 : offset),
    u16(contexts.length),
    u16(0),
    list,
  );
  return smb2(0, false, header, join(body, zeros(offset - start), contextBytes(contexts)));
}

export function negotiateResponse(header: Smb2Header, parts: NegotiateParts): Buffer {
  const blob = parts.blob ?? zeros(0);
  const { contexts = [] } = parts;
  const blobEnd = 128 + blob.length;
  const offset = blobEnd + ((8 - (blobEnd % 8)) % 8);
  const body = join(
    u16(65),
    u16(parts.mode ?? 1),
    u16(parts.dialect ?? 0x0311),
    u16(contexts.length),
    Buffer.from('ffeeddccbbaa99887766554433221100', 'hex'),
    u32(parts.capabilities ?? 0),
    u32(0x100000),
    u32(0x100000),
    u32(0x100000),
    zeros(16),
    u16(128),
    u16(blob.length),
    u32(offset),
    blob,
  );
  return smb2(0, true, header, join(body, zeros(offset - blobEnd), contextBytes(contexts)));
}

/** List of ids in a context: count, something in between, ids. */
export const idContext = (ids: readonly number[], between: Buffer = zeros(0)): Buffer =>
  join(u16(ids.length), between, ...ids.map(u16));

export function sessionSetupRequest(header: Smb2Header, blob: Buffer, mode = 1, flags = 0): Buffer {
  const body = join(u16(25), u8(flags), u8(mode), u32(0), u32(0), u16(88), u16(blob.length), u64(0), blob);
  return smb2(1, false, header, body);
}

export function sessionSetupResponse(header: Smb2Header, blob: Buffer = zeros(0), flags = 0): Buffer {
  return smb2(1, true, header, join(u16(9), u16(flags), u16(72), u16(blob.length), blob));
}

export const logoffRequest = (header: Smb2Header): Buffer => smb2(2, false, header, join(u16(4), u16(0)));
export const logoffResponse = (header: Smb2Header): Buffer => smb2(2, true, header, join(u16(4), u16(0)));

export function treeRequest(header: Smb2Header, path: string): Buffer {
  const name = utf16(path);
  return smb2(3, false, header, join(u16(9), u16(0), u16(72), u16(name.length), name));
}

export function treeResponse(header: Smb2Header, type: number, flags = 0): Buffer {
  return smb2(3, true, header, join(u16(16), u8(type), u8(0), u32(flags), u32(0), u32(0x1f01ff)));
}

export interface CreateParts {
  readonly access?: number;
  readonly disposition?: number;
  readonly options?: number;
  readonly contexts?: readonly string[];
}

export function createRequest(header: Smb2Header, name: string, parts: CreateParts = {}): Buffer {
  const text = utf16(name);
  const { contexts = [] } = parts;
  const nameEnd = 120 + Math.max(text.length, 8);
  const start = nameEnd + ((8 - (nameEnd % 8)) % 8);
  const list = join(
    ...contexts.map((context, i) =>
      join(
        u32(i === contexts.length - 1 ? 0 : 24),
        u16(16),
        u16(4),
        u16(0),
        u16(0),
        u32(0),
        Buffer.from(context),
        zeros(4),
      ),
    ),
  );
  const body = join(
    u16(57),
    u8(0),
    u8(0),
    u32(2),
    zeros(16),
    u32(parts.access ?? 0x1),
    u32(0),
    u32(7),
    u32(parts.disposition ?? 1),
    u32(parts.options ?? 0),
    u16(120),
    u16(text.length),
    u32(list.length === 0 ? 0 : start),
    u32(list.length),
    text,
    zeros(start - 120 - text.length),
    list,
  );
  return smb2(5, false, header, body);
}

export interface CreateAnswer {
  readonly action?: number;
  readonly size?: number;
  readonly attributes?: number;
  readonly time?: number;
}

export function createResponse(header: Smb2Header, fileId: number, answer: CreateAnswer = {}): Buffer {
  const time = filetime(answer.time ?? 1_700_000_000_000);
  const body = join(
    u16(89),
    u8(0),
    u8(0),
    u32(answer.action ?? 1),
    time,
    time,
    time,
    time,
    u64(answer.size ?? 0),
    u64(answer.size ?? 0),
    u32(answer.attributes ?? 0x20),
    u32(0),
    u64(fileId),
    u64(fileId),
    u32(0),
    u32(0),
    zeros(1),
  );
  return smb2(5, true, header, body);
}

/** The file of the message before in a compound. */
export const SAME_FILE = -1;
const fileIdBytes = (id: number): Buffer => (id === SAME_FILE ? Buffer.alloc(16, 0xff) : join(u64(id), u64(id)));

export const closeRequest = (header: Smb2Header, fileId: number): Buffer =>
  smb2(6, false, header, join(u16(24), u16(0), u32(0), fileIdBytes(fileId)));
export const closeResponse = (header: Smb2Header): Buffer => smb2(6, true, header, join(u16(60), zeros(58)));

export const readRequest = (header: Smb2Header, fileId: number, length: number, offset = 0): Buffer =>
  smb2(8, false, header, join(u16(49), u8(0), u8(0), u32(length), u64(offset), fileIdBytes(fileId), zeros(17)));
export const readResponse = (header: Smb2Header, data: Buffer): Buffer =>
  smb2(8, true, header, join(u16(17), u8(80), u8(0), u32(data.length), u32(0), u32(0), data));

export const writeRequest = (header: Smb2Header, fileId: number, data: Buffer, offset = 0): Buffer =>
  smb2(9, false, header, join(u16(49), u16(112), u32(data.length), u64(offset), fileIdBytes(fileId), zeros(16), data));
export const writeResponse = (header: Smb2Header, count: number): Buffer =>
  smb2(9, true, header, join(u16(17), u16(0), u32(count), u32(0), u32(0), zeros(1)));

export const ioctlRequest = (header: Smb2Header, fileId: number, code: number, input: Buffer): Buffer =>
  smb2(
    11,
    false,
    header,
    join(
      u16(57),
      u16(0),
      u32(code),
      fileIdBytes(fileId),
      u32(120),
      u32(input.length),
      zeros(4),
      zeros(12),
      u32(1),
      u32(0),
      input,
    ),
  );
export const ioctlResponse = (header: Smb2Header, code: number, output: Buffer): Buffer =>
  smb2(
    11,
    true,
    header,
    join(
      u16(49),
      u16(0),
      u32(code),
      Buffer.alloc(16, 0xff),
      u32(112),
      u32(0),
      u32(112),
      u32(output.length),
      u64(0),
      output,
    ),
  );

export const setInfoRequest = (
  header: Smb2Header,
  fileId: number,
  infoClass: number,
  level: number,
  data: Buffer,
): Buffer =>
  smb2(
    17,
    false,
    header,
    join(u16(33), u8(infoClass), u8(level), u32(data.length), u16(96), u16(0), u32(4), fileIdBytes(fileId), data),
  );
export const setInfoResponse = (header: Smb2Header): Buffer => smb2(17, true, header, u16(2));

/** New name of a rename or link. */
export const renameData = (name: string): Buffer => join(u8(0), zeros(7), u64(0), u32(utf16(name).length), utf16(name));

/** An encrypted frame: nothing but its session and size is in clear. */
export const encrypted = (session: number | bigint, size: number): Buffer =>
  join(Buffer.from('\xfdSMB', 'latin1'), zeros(32), u32(size), u16(0), u16(1), u64(session), Buffer.alloc(size, 0x5a));

/** A compressed message, unchained. */
export const compressed = (originalSize: number, offset: number, data: Buffer): Buffer =>
  join(Buffer.from('\xfcSMB', 'latin1'), u32(originalSize), u16(1), u16(0), u32(offset), data);
