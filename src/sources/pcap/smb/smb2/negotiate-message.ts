/** NEGOTIATE of SMB2 and 3 (MS-SMB2 2.2.3, 2.2.4) with the contexts of 3.1.1. */
import type { SmbLimits } from '../limits.ts';
import type { Message } from '../message.ts';
import { guidText, utf16Name } from '../names.ts';
import { DIALECT_3_1_1, dialectName } from './smb2-commands.ts';

/** Bits of SecurityMode. */
const SIGNING_OFFERED = 1;
const SIGNING_REQUIRED = 2;
/** Capability of 3.0 and 3.0.2; in 3.1.1 the context alone counts. */
const ENCRYPTION_CAPABILITY = 0x40;

const CIPHERS: Readonly<Record<number, string>> = {
  1: 'AES-128-CCM',
  2: 'AES-128-GCM',
  3: 'AES-256-CCM',
  4: 'AES-256-GCM',
};
const SIGNING: Readonly<Record<number, string>> = { 0: 'HMAC-SHA256', 1: 'AES-CMAC', 2: 'AES-GMAC' };
const COMPRESSION: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'LZNT1',
  2: 'LZ77',
  3: 'LZ77+Huffman',
  4: 'Pattern_V1',
  5: 'LZ4',
};

/** Contexts of 3.1.1. */
export interface NegotiateContexts {
  readonly ciphers?: readonly string[];
  readonly signing?: readonly string[];
  readonly compression?: readonly string[];
  /** Name of the server that the client typed. */
  readonly serverName?: string;
  readonly isPosix?: boolean;
  /** Whether some were cut off: what is not among them may have been there. */
  readonly isCut?: boolean;
}

/** A client's offer. */
export interface NegotiateRequest {
  readonly dialects: readonly number[];
  readonly mode: number;
  readonly isSigningOffered: boolean;
  readonly isSigningRequired: boolean;
  /** Undefined when what would say it was cut off. */
  readonly isEncryptionOffered: boolean | undefined;
  readonly guid: string | undefined;
  readonly contexts: NegotiateContexts;
}

/** A server's answer. */
export interface NegotiateResponse {
  readonly dialect: number;
  readonly mode: number;
  readonly isSigningOffered: boolean;
  readonly isSigningRequired: boolean;
  readonly hasEncryptionCapability: boolean;
  readonly guid: string | undefined;
  readonly contexts: NegotiateContexts;
  readonly blobOffset: number;
  readonly blobLength: number;
}

/** Behind the capabilities of a request and of an answer: a snap length may cut before. */
const REQUEST_SAYS = 76;
const ANSWER_SAYS = 92;

/** Reads a request; `reach` is told of limits. @returns undefined when it was cut before it says anything */
export function parseNegotiateRequest(
  m: Message,
  limits: SmbLimits,
  reach: (name: 'dialects' | 'negotiateContexts') => void,
): NegotiateRequest | undefined {
  if (!m.has(0, REQUEST_SAYS)) return undefined;
  const count = m.u16(66);
  if (count > limits.dialects) reach('dialects');
  const dialects: number[] = [];
  for (let i = 0; i < Math.min(count, limits.dialects) && m.has(100 + i * 2, 2); i++) dialects.push(m.u16(100 + i * 2));
  const has311 = dialects.includes(DIALECT_3_1_1);
  const contexts = has311 ? parseContexts(m, m.u32(92), m.u16(96), limits, reach) : {};
  const mode = m.u16(68);
  const has30 = dialects.some((dialect) => dialect >= 0x0300 && dialect < DIALECT_3_1_1);
  const areDialectsCut = dialects.length < Math.min(count, limits.dialects);
  const isOffered = contexts.ciphers !== undefined || (has30 && (m.u32(72) & ENCRYPTION_CAPABILITY) !== 0);
  return {
    dialects,
    mode,
    isSigningOffered: (mode & SIGNING_OFFERED) !== 0,
    isSigningRequired: (mode & SIGNING_REQUIRED) !== 0,
    isEncryptionOffered: isOffered || (contexts.isCut === true || areDialectsCut ? undefined : false),
    guid: m.has(76, 16) ? guidText(m.bytes, m.at + 76) : undefined,
    contexts,
  };
}

/** Reads an answer. @returns undefined when it was cut before it says anything */
export function parseNegotiateResponse(
  m: Message,
  limits: SmbLimits,
  reach: (name: 'negotiateContexts') => void,
): NegotiateResponse | undefined {
  if (!m.has(0, ANSWER_SAYS)) return undefined;
  const dialect = m.u16(68);
  const mode = m.u16(66);
  return {
    dialect,
    mode,
    isSigningOffered: (mode & SIGNING_OFFERED) !== 0,
    isSigningRequired: (mode & SIGNING_REQUIRED) !== 0,
    hasEncryptionCapability: (m.u32(88) & ENCRYPTION_CAPABILITY) !== 0,
    guid: m.has(72, 16) ? guidText(m.bytes, m.at + 72) : undefined,
    contexts: dialect === DIALECT_3_1_1 ? parseContexts(m, m.u32(124), m.u16(70), limits, reach) : {},
    blobOffset: m.u16(120),
    blobLength: m.u16(122),
  };
}

function parseContexts(
  m: Message,
  start: number,
  count: number,
  limits: SmbLimits,
  reach: (name: 'negotiateContexts') => void,
): NegotiateContexts {
  const found: { -readonly [K in keyof NegotiateContexts]: NegotiateContexts[K] } = {};
  if (count > limits.negotiateContexts) reach('negotiateContexts');
  let at = start;
  for (let i = 0; i < Math.min(count, limits.negotiateContexts) && at >= 64; i++) {
    if (!m.has(at, 8) || !m.has(at + 8, m.u16(at + 2))) found.isCut = m.length < m.size;
    if (!m.has(at, 8)) break;
    const type = m.u16(at);
    const length = m.u16(at + 2);
    const data = at + 8;
    switch (type) {
      case 2:
        found.ciphers = idList(m, data, length, 2, CIPHERS);
        break;
      case 3:
        found.compression = idList(m, data, length, 8, COMPRESSION);
        break;
      case 5:
        found.serverName = utf16Name(m.bytes, m.span(data, length));
        break;
      case 8:
        found.signing = idList(m, data, length, 2, SIGNING);
        break;
      case 0x100:
        found.isPosix = true;
        break;
    }
    at = data + length + ((8 - (length % 8)) % 8);
  }
  return found;
}

/** Count, something in between, then ids of two bytes. */
function idList(
  m: Message,
  data: number,
  length: number,
  before: number,
  names: Readonly<Record<number, string>>,
): readonly string[] {
  const ids: string[] = [];
  const count = Math.min(m.u16(data), 32);
  for (let i = 0; i < count && before + i * 2 + 2 <= length && m.has(data + before + i * 2, 2); i++) {
    const id = m.u16(data + before + i * 2);
    ids.push(names[id] ?? `0x${id.toString(16)}`);
  }
  return ids;
}

/** @returns names of dialects in the order offered */
export function dialectNames(dialects: readonly number[]): readonly string[] {
  return dialects.map(dialectName);
}
