/**
 * The blob of a logon: raw NTLMSSP, or SPNEGO (RFC 4178) around NTLMSSP or Kerberos. Which mechanism was really used is told
 * by the token that is found, not by the list that is offered.
 */
import { type DerElement, DerReader } from './der.ts';
import { type KerberosToken, parseKerberos } from './kerberos.ts';
import { isNtlm, type NtlmMessage, parseNtlm } from './ntlm.ts';

/** What a blob says. */
export interface AuthToken {
  /** Mechanisms offered, in their order, by name. */
  readonly mechanisms: readonly string[];
  /** The one the server chose. */
  readonly chosen?: string | undefined;
  readonly ntlm?: NtlmMessage | undefined;
  readonly kerberos?: KerberosToken | undefined;
  /** It could not be read to its end. */
  readonly isUnreadable: boolean;
}

const MECHANISMS: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.311.2.2.10': 'ntlm',
  '1.2.840.113554.1.2.2': 'kerberos',
  // Microsoft's first number of Kerberos.
  '1.2.840.48018.1.2.2': 'kerberos',
  '1.2.840.113554.1.2.2.3': 'kerberos-user-to-user',
  '1.3.6.1.4.1.311.2.2.30': 'negoex',
  '1.3.6.1.5.2.5': 'iakerb',
};
const SPNEGO = '1.3.6.1.5.5.2';

const NO_TOKEN: AuthToken = { mechanisms: [], isUnreadable: false };
const UNREADABLE: AuthToken = { mechanisms: [], isUnreadable: true };

/**
 * @param from first byte of the blob
 * @param to behind its last byte
 * @param maxElements elements of ASN.1 that are read
 */
export function parseAuthToken(bytes: Uint8Array, from: number, to: number, maxElements: number): AuthToken {
  if (to <= from) return NO_TOKEN;
  if (isNtlm(bytes, from, to)) return { mechanisms: [], ntlm: parseNtlm(bytes, from, to), isUnreadable: false };
  const reader = new DerReader(bytes, maxElements);
  const outer = reader.at(from, to);
  let token: AuthToken = UNREADABLE;
  if (outer?.tag === 0x60) token = initial(reader, outer);
  else if (outer?.tag === 0xa0 || outer?.tag === 0xa1) token = continued(reader, outer);
  else if (outer?.tag === 0x6e || outer?.tag === 0x6f) token = innerToken(reader, { tag: 4, from, to });
  return reader.isExhausted ? { ...token, isUnreadable: true } : token;
}

/** `60 len 06 len oid`, then SPNEGO's first token, or a mechanism's own. */
function initial(reader: DerReader, outer: DerElement): AuthToken {
  const id = reader.inside(outer, 0x06);
  if (id === undefined) return UNREADABLE;
  if (reader.oid(id) !== SPNEGO) return innerToken(reader, { tag: 4, from: id.to, to: outer.to });
  const first = reader.at(id.to, outer.to);
  return first?.tag === 0xa0 ? continued(reader, first) : UNREADABLE;
}

/** NegTokenInit (A0) and NegTokenResp (A1) both hold their token at [2]. */
function continued(reader: DerReader, outer: DerElement): AuthToken {
  const body = reader.inside(outer, 0x30);
  if (body === undefined) return UNREADABLE;
  const inner = reader.content(reader.child(body, 0xa2));
  const token = inner === undefined ? NO_TOKEN : innerToken(reader, inner);
  if (outer.tag === 0xa1) {
    const chosen = reader.content(reader.child(body, 0xa1));
    return { ...token, chosen: chosen === undefined ? undefined : mechanism(reader, chosen) };
  }
  const list = reader.children(reader.inside(reader.child(body, 0xa0), 0x30));
  return { ...token, mechanisms: [...new Set(list.map((element) => mechanism(reader, element)))] };
}

function mechanism(reader: DerReader, element: DerElement): string {
  const oid = reader.oid(element);
  return MECHANISMS[oid] ?? oid;
}

function innerToken(reader: DerReader, element: DerElement): AuthToken {
  const { bytes } = reader;
  const { from, to } = element;
  if (isNtlm(bytes, from, to)) return { mechanisms: [], ntlm: parseNtlm(bytes, from, to), isUnreadable: false };
  const wrapper = bytes[from] === 0x60 ? reader.at(from, to) : undefined;
  const id = wrapper === undefined ? undefined : reader.inside(wrapper, 0x06);
  const start = id === undefined ? from : id.to;
  const kerberos = parseKerberos(reader, start, wrapper?.to ?? to);
  return { mechanisms: [], kerberos, isUnreadable: false };
}
