/**
 * IP addresses as four 32-bit words. IPv4 stands at ::ffff:0:0/96, so one order and one comparison serve both families
 * and `::ffff:10.0.0.1` equals `10.0.0.1`. Addresses are interned: the same text gives the same object.
 */
export class Address {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  private shown: string | undefined;

  /** Words from the most significant to the least, each an unsigned 32-bit number. */
  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  get isV4(): boolean {
    return this.a === 0 && this.b === 0 && this.c === 0xffff;
  }

  /** Text in RFC 5952 form; IPv4 (also v4-mapped) in dotted form. */
  get text(): string {
    this.shown ??= this.isV4 ? formatV4(this.d) : formatV6(this);
    return this.shown;
  }

  /** @returns negative, 0 or positive as this address stands before, at or behind the other */
  compare(other: Address): number {
    return this.a - other.a || this.b - other.b || this.c - other.c || this.d - other.d;
  }
}

/** @returns the address of 32 bits of IPv4 */
export function addressFromV4(bits: number): Address {
  return new Address(0, 0, 0xffff, bits >>> 0);
}

/** Texts remembered; when full, all are forgotten, which costs one parse each and no bookkeeping. */
const CACHE_SIZE = 65_536;
const cache = new Map<string, Address | undefined>();

/**
 * Reads an address, remembering the last 65,536 texts.
 *
 * @param text IPv4 in dotted form or IPv6 in any legal form; a zone (`%eth0`) is dropped
 * @returns the address, or undefined when the text is none
 */
export function addressOf(text: string): Address | undefined {
  const known = cache.get(text);
  if (known !== undefined || cache.has(text)) return known;
  if (cache.size >= CACHE_SIZE) cache.clear();
  const address = text.length > 64 ? undefined : parseAddress(text);
  cache.set(text, address);
  return address;
}

/** Reads an address without remembering it; see {@link addressOf}. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const bits = parseV4(text);
    return bits < 0 ? undefined : addressFromV4(bits);
  }
  const percent = text.indexOf('%');
  return parseV6(percent < 0 ? text : text.slice(0, percent));
}

/** @returns 32 bits as an unsigned number, or -1; octets are decimal without leading zeros */
function parseV4(text: string): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (octet < 0 || ++dots > 4) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return -1;
      octet = octet < 0 ? c - 48 : octet * 10 + c - 48;
      if (octet > 255) return -1;
    } else {
      return -1;
    }
  }
  return dots === 4 ? value : -1;
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const word = (i: number) => groups[i]! * 0x10000 + groups[i + 1]!;
  return new Address(word(0), word(2), word(4), word(6));
}

/** @param endsAddress whether a dotted IPv4 may stand at the end */
function parseGroups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const bits = endsAddress && index === parts.length - 1 ? parseV4(part) : -1;
      if (bits < 0) return undefined;
      groups.push(bits >>> 16, bits & 0xffff);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups.length <= 8 ? groups : undefined;
}

function formatV4(bits: number): string {
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
function formatV6(address: Address): string {
  const groups = [address.a, address.b, address.c, address.d].flatMap((word) => [word >>> 16, word & 0xffff]);
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
  }
  if (bestStart < 0) return hex(groups);
  return `${hex(groups.slice(0, bestStart))}::${hex(groups.slice(bestStart + bestLength))}`;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}
