import { type AddressRange, type Cidr, parseAddressRange, parseCidr } from '../../base/address/cidr.ts';
import { parseAddress } from '../../base/address/address.ts';
import { type GlobPart, parseGlob } from '../../base/glob.ts';

/** What the lines of a value list are. `mixed`: each line decides for itself. */
export const LIST_KINDS = ['keyword', 'text', 'ip', 'ip_range', 'glob', 'mixed'] as const;
/** See {@link LIST_KINDS}. */
export type ListKind = (typeof LIST_KINDS)[number];

/** One line, read. */
export type ListEntry =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'range'; readonly range: AddressRange; readonly hasHostBits: boolean }
  | { readonly kind: 'glob'; readonly parts: readonly GlobPart[] };

/** Why a line is no entry, and what to write instead. */
export interface EntryProblem {
  readonly kind: 'problem';
  readonly message: string;
  readonly fix: string;
}

/**
 * Reads one entry.
 *
 * @param text the entry without comment and blanks around it
 * @param kind kind of the list
 * @param quoted true when the line stood in quotes: never a network or a pattern in a mixed list
 */
export function parseListEntry(text: string, kind: ListKind, quoted: boolean): ListEntry | EntryProblem {
  switch (kind) {
    case 'keyword':
    case 'text':
      return { kind: 'literal', text };
    case 'ip': {
      const address = parseAddress(text);
      if (address) return { kind: 'range', range: { low: address, high: address }, hasHostBits: false };
      const isRange = parseAddressRange(text) !== undefined;
      return problem(
        `"${text}" is no address`,
        isRange ? 'networks and ranges need "# kind: ip_range"' : 'write one address, such as 10.0.0.1 or fe80::1',
      );
    }
    case 'ip_range':
      return rangeEntry(text) ?? problem(`"${text}" is no network or range`, RANGE_FIX);
    case 'glob':
      return globEntry(text);
    case 'mixed': {
      if (quoted) return { kind: 'literal', text };
      const range = rangeEntry(text);
      if (range) return range;
      if (looksLikeRange(text)) return problem(`"${text}" is no network or range`, RANGE_FIX);
      return globEntry(text);
    }
  }
}

/** @returns whether a literal was probably meant to be an address: four numbers with dots, one of them out of range */
export function looksLikeAddress(text: string): boolean {
  return /^\d{1,5}(\.\d{1,5}){3}$/.test(text);
}

const RANGE_FIX = 'write 10.0.0.0/8, fe80::/10, one address, or 10.0.0.1-10.0.0.9 with the lower one first';

function problem(message: string, fix: string): EntryProblem {
  return { kind: 'problem', message, fix };
}

function rangeEntry(text: string): ListEntry | undefined {
  const range: AddressRange | undefined = parseAddressRange(text);
  if (!range) return undefined;
  const cidr: Cidr | undefined = text.includes('/') ? parseCidr(text) : undefined;
  return { kind: 'range', range, hasHostBits: cidr?.hasHostBits ?? false };
}

/** An address with a broken prefix, or two addresses in the wrong order: a slip, not a literal. */
function looksLikeRange(text: string): boolean {
  const cut = /^([^/-]+)(?:\/\d+|\s*-\s*(.+))$/.exec(text);
  if (!cut || !parseAddress(cut[1]!)) return false;
  return cut[2] === undefined || parseAddress(cut[2]) !== undefined;
}

function globEntry(text: string): ListEntry {
  return text.includes('*') ? { kind: 'glob', parts: parseGlob(text) } : { kind: 'literal', text };
}
