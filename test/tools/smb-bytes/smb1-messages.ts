/** Messages of SMB1, as MS-CIFS section 2.2 lays them out. */
import { join, u16, u32, u64, u8, utf16, zeros } from './bytes.ts';

/** Header fields; what is left out is zero. */
export interface Smb1Header {
  readonly mid: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly uid?: number;
  readonly status?: number;
  readonly flags2?: number;
}

/** NT status and UTF-16. */
const FLAGS2 = 0xc000;
const WORD_COUNT = 32;

/** One command: words and bytes. */
export interface Smb1Command {
  readonly command: number;
  readonly words: Buffer;
  readonly bytes: Buffer;
}

export function smb1(isResponse: boolean, header: Smb1Header, ...chain: readonly Smb1Command[]): Buffer {
  const [first] = chain;
  let message = join(
    Buffer.from('\xffSMB', 'latin1'),
    u8(first!.command),
    u32(header.status ?? 0),
    u8(isResponse ? 0x80 : 0),
    u16(header.flags2 ?? FLAGS2),
    zeros(12),
    u16(header.tid ?? 0),
    u16(header.pid ?? 7),
    u16(header.uid ?? 0),
    u16(header.mid),
  );
  for (const [i, { words, bytes }] of chain.entries()) {
    const at = message.length;
    message = join(message, u8(words.length / 2), words, u16(bytes.length), bytes);
    const next = chain[i + 1];
    if (next === undefined) continue;
    if (message.length % 2 === 1) message = join(message, zeros(1));
    message[at + 1] = next.command;
    message.writeUInt16LE(message.length, at + 3);
  }
  return message;
}

/** Words of a command that may be chained: no further one. */
export const andX = (...rest: readonly Buffer[]): Buffer => join(u8(0xff), u8(0), u16(0), ...rest);

/** A string that ends with zero, aligned as it stands at an offset from the header. */
export function text(value: string, offset: number): Buffer {
  return join(zeros(offset % 2), utf16(`${value}\0`));
}

export const none = (command: number): Smb1Command => ({ command, words: zeros(0), bytes: zeros(0) });

export function negotiate(header: Smb1Header, dialects: readonly string[]): Buffer {
  const bytes = join(...dialects.map((dialect) => join(u8(2), Buffer.from(`${dialect}\0`))));
  return smb1(false, header, { command: 0x72, words: zeros(0), bytes });
}

/** @param mode 4 signing enabled, 8 required */
export function negotiateAnswer(header: Smb1Header, index: number, mode = 3): Buffer {
  const words = join(u16(index), u8(mode), u16(50), u16(1), u32(16644), u32(65_536), u32(0), u32(0xf3fd), zeros(11));
  return smb1(true, header, { command: 0x72, words, bytes: zeros(0) });
}

export function sessionSetup(header: Smb1Header, user: string, domain: string, ntLength = 24): Buffer {
  const words = andX(u16(4356), u16(10), u16(0), u32(0), u16(24), u16(ntLength), u32(0), u32(0));
  const start = WORD_COUNT + 1 + words.length + 2;
  const responses = Buffer.alloc(24 + ntLength, 3);
  const account = text(user, start + responses.length);
  const bytes = join(responses, account, utf16(`${domain}\0`), utf16('Unix\0'), utf16('Samba\0'));
  return smb1(false, header, { command: 0x73, words, bytes });
}

export const sessionSetupAnswer = (header: Smb1Header, action = 0): Buffer =>
  smb1(true, header, { command: 0x73, words: andX(u16(action)), bytes: zeros(0) });

export function treeConnectCommand(path: string, service = 'A:'): Smb1Command {
  const words = andX(u16(0), u16(1));
  const start = WORD_COUNT + 1 + words.length + 2 + 1;
  return { command: 0x75, words, bytes: join(zeros(1), text(path, start), Buffer.from(`${service}\0`)) };
}

export const treeConnect = (header: Smb1Header, path: string, service?: string): Buffer =>
  smb1(false, header, treeConnectCommand(path, service));
export const treeConnectAnswer = (header: Smb1Header, service = 'A:'): Buffer =>
  smb1(true, header, { command: 0x75, words: andX(u16(1)), bytes: Buffer.from(`${service}\0`) });

export function ntCreate(header: Smb1Header, name: string, disposition = 1, access = 1): Buffer {
  const path = utf16(`${name}\0`);
  const words = andX(
    u8(0),
    u16(path.length - 2),
    u32(0),
    u32(0),
    u32(access),
    u64(0),
    u32(0),
    u32(7),
    u32(disposition),
    u32(0),
    u32(2),
    u8(0),
  );
  const start = WORD_COUNT + 1 + words.length + 2;
  return smb1(false, header, { command: 0xa2, words, bytes: text(name, start) });
}

export function ntCreateAnswer(header: Smb1Header, fid: number, action = 1, size = 0): Buffer {
  const words = andX(u8(0), u16(fid), u32(action), zeros(32), u32(0x20), u64(size), u64(size), u16(0), u16(0), u8(0));
  return smb1(true, header, { command: 0xa2, words, bytes: zeros(0) });
}

export function writeAndX(header: Smb1Header, fid: number, data: Buffer): Buffer {
  const words = andX(u16(fid), u32(0), u32(0), u16(0), u16(0), u16(0), u16(data.length), u16(64), u32(0));
  return smb1(false, header, { command: 0x2f, words, bytes: join(zeros(1), data) });
}

export const writeAndXAnswer = (header: Smb1Header, count: number): Buffer =>
  smb1(true, header, { command: 0x2f, words: andX(u16(count), u16(0), u16(0), u16(0)), bytes: zeros(0) });

export const close = (header: Smb1Header, fid: number): Buffer =>
  smb1(false, header, { command: 0x04, words: join(u16(fid), u32(0)), bytes: zeros(0) });
export const closeAnswer = (header: Smb1Header): Buffer => smb1(true, header, none(0x04));

/** Pieces of a transaction. */
export interface TransactionParts {
  readonly setup: readonly number[];
  readonly parameters?: Buffer;
  readonly data?: Buffer;
  readonly dataTotal?: number;
  readonly name?: string;
}

/** TRANSACTION (0x25) or TRANSACTION2 (0x32). */
export function transaction(command: 0x25 | 0x32, header: Smb1Header, parts: TransactionParts): Buffer {
  const parameters = parts.parameters ?? zeros(0);
  const data = parts.data ?? zeros(0);
  const wordBytes = (14 + parts.setup.length) * 2;
  const start = WORD_COUNT + 1 + wordBytes + 2;
  const name = text(parts.name ?? '', start);
  const parametersAt = start + name.length;
  const words = join(
    u16(parameters.length),
    u16(parts.dataTotal ?? data.length),
    u16(1024),
    u16(4096),
    u8(0),
    u8(0),
    u16(0),
    u32(0),
    u16(0),
    u16(parameters.length),
    u16(parametersAt),
    u16(data.length),
    u16(parametersAt + parameters.length),
    u8(parts.setup.length),
    u8(0),
    ...parts.setup.map(u16),
  );
  return smb1(false, header, { command, words, bytes: join(name, parameters, data) });
}

export function transactionAnswer(command: number, header: Smb1Header, data: Buffer = zeros(0)): Buffer {
  const start = WORD_COUNT + 1 + 20 + 2;
  const words = join(
    u16(0),
    u16(data.length),
    u16(0),
    u16(0),
    u16(start),
    u16(0),
    u16(data.length),
    u16(start),
    u16(0),
    u8(0),
    u8(0),
  );
  return smb1(true, header, { command, words, bytes: data });
}

/** NT_TRANSACT. */
export function ntTransact(header: Smb1Header, functionCode: number, dataTotal: number): Buffer {
  const words = join(
    u8(0),
    u16(0),
    u32(0),
    u32(dataTotal),
    u32(0),
    u32(0),
    u32(0),
    u32(0),
    u32(0),
    u32(0),
    u8(0),
    u16(functionCode),
    zeros(1),
  );
  return smb1(false, header, { command: 0xa0, words, bytes: zeros(0) });
}

/** What a piece of a transaction holds: parameters and data, where they belong, and how much there will be. */
export interface TransactionPiece {
  readonly parameters?: Buffer;
  readonly data?: Buffer;
  readonly parametersAt?: number;
  readonly dataAt?: number;
  readonly parametersTotal?: number;
  readonly dataTotal?: number;
}

/** NT_TRANSACT with setup words, parameters and data. */
export function ntTransaction(
  header: Smb1Header,
  functionCode: number,
  piece: TransactionPiece & { readonly setup?: Buffer },
): Buffer {
  const { parameters = zeros(0), data = zeros(0), setup = zeros(0) } = piece;
  const from = 32 + 1 + 38 + setup.length + 2;
  const words = join(
    u8(0),
    u16(0),
    u32(piece.parametersTotal ?? parameters.length),
    u32(piece.dataTotal ?? data.length),
    u32(0),
    u32(0),
    u32(parameters.length),
    u32(parameters.length > 0 ? from : 0),
    u32(data.length),
    u32(data.length > 0 ? from + parameters.length : 0),
    u8(setup.length / 2),
    u16(functionCode),
    setup,
  );
  return smb1(false, header, { command: 0xa0, words, bytes: join(parameters, data) });
}

/** A further piece of NT_TRANSACT (MS-CIFS 2.2.4.63), or the answer, which has the same words and a count of setup words. */
export function ntPiece(isAnswer: boolean, header: Smb1Header, piece: TransactionPiece): Buffer {
  const { parameters = zeros(0), data = zeros(0) } = piece;
  const from = 32 + 1 + 36 + 2;
  const words = join(
    zeros(3),
    u32(piece.parametersTotal ?? parameters.length),
    u32(piece.dataTotal ?? data.length),
    u32(parameters.length),
    u32(from),
    u32(piece.parametersAt ?? 0),
    u32(data.length),
    u32(from + parameters.length),
    u32(piece.dataAt ?? 0),
    u8(0),
  );
  return smb1(isAnswer, header, { command: isAnswer ? 0xa0 : 0xa1, words, bytes: join(parameters, data) });
}

/** A further piece of TRANSACTION2 with its place. */
export function trans2Piece(header: Smb1Header, piece: TransactionPiece): Buffer {
  const { parameters = zeros(0), data = zeros(0) } = piece;
  const from = 32 + 1 + 18 + 2;
  const words = join(
    u16(piece.parametersTotal ?? parameters.length),
    u16(piece.dataTotal ?? data.length),
    u16(parameters.length),
    u16(from),
    u16(piece.parametersAt ?? 0),
    u16(data.length),
    u16(from + parameters.length),
    u16(piece.dataAt ?? 0),
    u16(0),
  );
  return smb1(false, header, { command: 0x33, words, bytes: join(parameters, data) });
}

/** A further piece of TRANSACTION2. */
export function secondary2(header: Smb1Header, data: Buffer): Buffer {
  const words = join(u16(0), u16(data.length), u16(0), u16(0), u16(0), u16(data.length), u16(53), u16(0), u16(0));
  return smb1(false, header, { command: 0x33, words, bytes: data });
}

export const echo = (header: Smb1Header): Buffer =>
  smb1(false, header, { command: 0x2b, words: u16(1), bytes: zeros(1) });
