/**
 * The three messages of NTLMSSP (MS-NLMP 2.2). Challenge, responses, session key and MIC together can be cracked: none of them
 * is kept or shown. Of the challenge a hash is made, to notice one that is used twice.
 */
import { hash } from 'node:crypto';
import { u16, u32 } from '../../../../base/bytes/little-endian.ts';
import { utf16Name, oemName } from '../names.ts';

const UNICODE = 0x1;
const VERSION = 0x2000000;

/** Names that a server gives itself, from the target info of its challenge. */
export interface NtlmNames {
  readonly computer?: string;
  readonly domain?: string;
  readonly dnsComputer?: string;
  readonly dnsDomain?: string;
  readonly dnsTree?: string;
  /** Service the client believes it talks to: `cifs/fs01`. */
  readonly target?: string;
  readonly hasChannelBinding?: boolean;
  readonly hasMic?: boolean;
}

/** What one NTLMSSP message says. */
export interface NtlmMessage {
  readonly type: 1 | 2 | 3;
  readonly flags: number;
  /** Operating system build as `10.0.20348`. */
  readonly version?: string | undefined;
  readonly domain?: string | undefined;
  readonly workstation?: string | undefined;
  readonly user?: string | undefined;
  readonly names?: NtlmNames | undefined;
  /** Type 2: hash of the challenge, first 16 hexadecimal digits. */
  readonly challengeHash?: string | undefined;
  /** Type 3: 1 or 2; absent without a response. */
  readonly ntlmVersion?: 1 | 2 | undefined;
  /** Type 3: neither an NT nor an LM response, whatever user or flags say. */
  readonly isAnonymous?: boolean;
  /** A field pointed beyond the token. */
  readonly isCut: boolean;
}

/** @returns whether `NTLMSSP` and its zero stand at a place */
export function isNtlm(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 12) return false;
  const signature = 'NTLMSSP\0';
  for (let i = 0; i < 8; i++) if (bytes[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

/** Fields of one token; what points outside reads as empty. */
class Token {
  private readonly bytes: Uint8Array;
  private readonly at: number;
  private readonly end: number;
  isCut = false;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  number(offset: number): number {
    if (this.at + offset + 4 > this.end) {
      this.isCut = true;
      return 0;
    }
    return u32(this.bytes, this.at + offset);
  }

  length(offset: number): number {
    return this.at + offset + 8 > this.end ? 0 : u16(this.bytes, this.at + offset);
  }

  /** Region of a field: length, most length, offset. */
  region(offset: number): { from: number; to: number } {
    const length = this.length(offset);
    if (length === 0) return { from: this.at, to: this.at };
    const from = this.at + this.number(offset + 4);
    if (from + length > this.end) this.isCut = true;
    return { from: Math.min(from, this.end), to: Math.min(from + length, this.end) };
  }

  text(offset: number, isUnicode: boolean): string | undefined {
    const { from, to } = this.region(offset);
    const text = isUnicode ? utf16Name(this.bytes, { from, to }) : oemName(this.bytes, from, to);
    return text === '' ? undefined : text;
  }

  version(offset: number): string | undefined {
    if (this.at + offset + 4 > this.end) return undefined;
    const at = this.at + offset;
    const build = u16(this.bytes, at + 2);
    return build === 0 ? undefined : `${this.bytes[at]!}.${this.bytes[at + 1]!}.${build}`;
  }

  hash(offset: number): string | undefined {
    if (this.at + offset + 8 > this.end) return undefined;
    const value = this.bytes.subarray(this.at + offset, this.at + offset + 8);
    return hash('sha256', value, 'hex').slice(0, 16);
  }
}

/**
 * @param at place of the signature
 * @param end behind the token
 * @returns undefined when the type is none of the three
 */
export function parseNtlm(bytes: Uint8Array, at: number, end: number): NtlmMessage | undefined {
  const token = new Token(bytes, at, end);
  switch (token.number(8)) {
    case 1:
      return negotiate(token);
    case 2:
      return challenge(token, bytes);
    case 3:
      return authenticate(token, bytes);
    default:
      return undefined;
  }
}

function negotiate(token: Token): NtlmMessage {
  const flags = token.number(12);
  return {
    type: 1,
    flags,
    domain: token.text(16, false),
    workstation: token.text(24, false),
    version: (flags & VERSION) === 0 ? undefined : token.version(32),
    isCut: token.isCut,
  };
}

function challenge(token: Token, bytes: Uint8Array): NtlmMessage {
  const flags = token.number(20);
  const { from, to } = token.region(40);
  return {
    type: 2,
    flags,
    domain: token.text(12, (flags & UNICODE) !== 0),
    names: targetInfo(bytes, from, to),
    challengeHash: token.hash(24),
    version: (flags & VERSION) === 0 ? undefined : token.version(48),
    isCut: token.isCut,
  };
}

/** Behind the proof, version, time, client challenge and their gaps of an NTLMv2 response. */
const TARGET_INFO_OFFSET = 44;

function authenticate(token: Token, bytes: Uint8Array): NtlmMessage {
  const flags = token.number(60);
  const isUnicode = (flags & UNICODE) !== 0;
  const lm = token.length(12);
  const nt = token.length(20);
  const isVersion2 = nt >= TARGET_INFO_OFFSET;
  const { from, to } = token.region(20);
  return {
    type: 3,
    flags,
    domain: token.text(28, isUnicode),
    user: token.text(36, isUnicode),
    workstation: token.text(44, isUnicode),
    names: isVersion2 ? targetInfo(bytes, from + TARGET_INFO_OFFSET, to) : undefined,
    ntlmVersion: isVersion2 ? 2 : nt > 0 || lm > 1 ? 1 : undefined,
    isAnonymous: nt === 0 && lm <= 1,
    version: (flags & VERSION) === 0 ? undefined : token.version(64),
    isCut: token.isCut,
  };
}

const TEXTS: Readonly<Record<number, keyof NtlmNames>> = {
  1: 'computer',
  2: 'domain',
  3: 'dnsComputer',
  4: 'dnsDomain',
  5: 'dnsTree',
  9: 'target',
};
const FLAGS_ID = 6;
const CHANNEL_BINDING_ID = 10;
const MIC_PRESENT = 2;
/** Pairs read; eleven ids are known. */
const MAX_PAIRS = 64;

/** Pairs of id, length, value; they end with id 0, or where the token ends. */
function targetInfo(bytes: Uint8Array, from: number, to: number): NtlmNames {
  const names: Record<string, string | boolean> = {};
  let at = from;
  for (let i = 0; i < MAX_PAIRS && at + 4 <= to; i++) {
    const id = u16(bytes, at);
    const length = u16(bytes, at + 2);
    const value = at + 4;
    const end = Math.min(value + length, to);
    if (id === 0) break;
    const key = TEXTS[id];
    if (key !== undefined) names[key] = utf16Name(bytes, { from: value, to: end });
    else if (id === FLAGS_ID && end - value >= 4) names['hasMic'] = (u32(bytes, value) & MIC_PRESENT) !== 0;
    else if (id === CHANNEL_BINDING_ID) names['hasChannelBinding'] = isSet(bytes, value, end);
    at = end;
  }
  return names;
}

/** Sixteen zeros say that there is no channel to bind to. */
function isSet(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return true;
  return false;
}
