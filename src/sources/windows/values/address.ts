/** Addresses as Windows writes them, and socket addresses in the binary values of the SMB channels. */
import { addressFromV4, addressOf } from '../../../base/address/address.ts';
import type { Convert } from '../windows-read.ts';

/** Bytes of sockaddr_in before its padding, and of sockaddr_in6 without its scope. */
const V4_DIGITS = 16;
const V6_DIGITS = 48;

/** An end of a connection. */
interface Endpoint {
  readonly ip: string;
  readonly port: number | undefined;
}

/**
 * @param text an address, possibly mapped (`::ffff:`), with zone, in brackets or written out in full
 * @returns the address in its one written form; undefined for a name or a word such as LOCAL
 */
export function toIp(text: string): string | undefined {
  return addressOf(text.replace(/^\[|\]$/g, ''))?.text;
}

/** @returns whether an address in its written form is loopback */
export function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}

/**
 * A socket address: hexadecimal bytes (`0200` port IPv4, `1700` port flow IPv6, port in network order), or text with or
 * without a port.
 */
export function toEndpoint(text: string): Endpoint | undefined {
  const digits = text.replace(/^0x/i, '').replace(/[\s-]/g, '');
  if (/^(0200|1700)([0-9a-fA-F]{2}){6,}$/.test(digits)) return binaryEndpoint(digits);
  // Names of clients and servers stand behind backslashes, and may be addresses.
  const bare = text.replace(/^\\+/, '');
  const whole = toIp(bare);
  if (whole !== undefined) return { ip: whole, port: undefined };
  const colon = bare.lastIndexOf(':');
  const ip = colon > 0 ? toIp(bare.slice(0, colon)) : undefined;
  const port = Number(bare.slice(colon + 1));
  return ip === undefined ? undefined : { ip, port: port > 0 && port <= 65_535 ? port : undefined };
}

function binaryEndpoint(digits: string): Endpoint | undefined {
  const port = Number.parseInt(digits.slice(4, 8), 16) || undefined;
  if (digits.startsWith('0200')) {
    if (digits.length < V4_DIGITS) return undefined;
    return { ip: addressFromV4(Number.parseInt(digits.slice(8, 16), 16)).text, port };
  }
  if (digits.length < V6_DIGITS) return undefined;
  const groups = digits.slice(16, 48).match(/.{4}/g) ?? [];
  const ip = toIp(groups.join(':'));
  return ip === undefined ? undefined : { ip, port };
}

export const ADDRESS_CONVERTERS: Readonly<Record<string, Convert>> = {
  address: toIp,
  endpointIp: (text) => toEndpoint(text)?.ip,
  endpointPort: (text) => toEndpoint(text)?.port,
  /** A computer: backslashes before it taken off, lower case as ECS compares names; an address is none. */
  hostName: (text) => {
    const name = text.replace(/^\\+/, '').replace(/\.$/, '').toLowerCase();
    return name === '' || toIp(name) !== undefined ? undefined : name;
  },
  /** Addresses among the answers of a name query: `type:  5 name;::ffff:10.0.0.1;`. */
  answerIps: (text) => {
    const ips = [...new Set(text.split(';').flatMap((part) => toIp(part.trim()) ?? []))];
    return ips.length === 0 ? undefined : ips;
  },
};
