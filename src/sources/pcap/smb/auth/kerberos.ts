/** Kerberos inside a logon (RFC 4120 section 5.5, RFC 1964): the service asked for is in clear, the user is not. */
import type { DerElement, DerReader } from './der.ts';

/** What a Kerberos token says. */
export interface KerberosToken {
  readonly kind: 'request' | 'answer' | 'error';
  readonly realm?: string | undefined;
  /** Service asked for: `cifs/fs01.corp.example`. */
  readonly spn?: string | undefined;
  /** Encryption type of the ticket; 23 is RC4. */
  readonly ticketEtype?: number | undefined;
  readonly authenticatorEtype?: number | undefined;
  readonly errorCode?: number | undefined;
}

const AP_REQ = 0x6e;
const AP_REP = 0x6f;
const KRB_ERROR = 0x7e;
const SEQUENCE = 0x30;
const TICKET = 0x61;
/** Longest realm or part of a name that is kept. */
const MAX_TEXT = 512;

/**
 * @param from token with or without the GSS wrapper's two bytes of id
 * @param to behind the token
 */
export function parseKerberos(reader: DerReader, from: number, to: number): KerberosToken | undefined {
  const isWrapped = reader.bytes[from + 1] === 0 && reader.bytes[from]! <= 3;
  const token = reader.at(isWrapped ? from + 2 : from, to);
  switch (token?.tag) {
    case AP_REQ:
      return request(reader, reader.inside(token, SEQUENCE));
    case AP_REP:
      return { kind: 'answer' };
    case KRB_ERROR:
      return { kind: 'error', errorCode: integerOf(reader, reader.inside(token, SEQUENCE), 0xa6) };
    default:
      return undefined;
  }
}

function request(reader: DerReader, body: DerElement | undefined): KerberosToken {
  const ticket = reader.inside(reader.inside(reader.child(body, 0xa3), TICKET), SEQUENCE);
  const name = reader.inside(reader.child(ticket, 0xa2), SEQUENCE);
  const parts = reader.children(reader.inside(reader.child(name, 0xa1), SEQUENCE)).slice(0, 8);
  const spn = parts.map((part) => textOf(reader, part)).join('/');
  const realm = textOf(reader, reader.content(reader.child(ticket, 0xa1)));
  return {
    kind: 'request',
    realm: realm || undefined,
    spn: spn || undefined,
    ticketEtype: integerOf(reader, reader.inside(reader.child(ticket, 0xa3), SEQUENCE), 0xa0),
    authenticatorEtype: integerOf(reader, reader.inside(reader.child(body, 0xa4), SEQUENCE), 0xa0),
  };
}

function integerOf(reader: DerReader, parent: DerElement | undefined, tag: number): number | undefined {
  return reader.integer(reader.content(reader.child(parent, tag)));
}

function textOf(reader: DerReader, element: DerElement | undefined): string {
  if (element === undefined) return '';
  const bytes = reader.bytes.subarray(element.from, Math.min(element.to, element.from + MAX_TEXT));
  return Buffer.from(bytes).toString('utf8');
}
