/** Link types (www.tcpdump.org/linktypes.html): what stands before the IP packet. */

/** Ways in which a frame begins. */
export type LinkKind = 'ethernet' | 'null' | 'loop' | 'raw' | 'cooked1' | 'cooked2' | 'ppp' | 'unsupported';

const KINDS: ReadonlyMap<number, LinkKind> = new Map([
  [0, 'null'],
  [1, 'ethernet'],
  [9, 'ppp'],
  [12, 'raw'],
  [14, 'raw'],
  [50, 'ppp'],
  [101, 'raw'],
  [108, 'loop'],
  [113, 'cooked1'],
  [228, 'raw'],
  [229, 'raw'],
  [276, 'cooked2'],
]);

const NAMES: ReadonlyMap<number, string> = new Map([
  [105, '802.11'],
  [127, 'radiotap'],
  [163, 'AVS'],
  [192, 'PPI'],
]);

/** @returns how frames of a link type begin */
export function linkKind(linkType: number): LinkKind {
  return KINDS.get(linkType) ?? 'unsupported';
}

/** @returns a link type for people */
export function linkName(linkType: number): string {
  const name = NAMES.get(linkType);
  return name === undefined ? String(linkType) : `${linkType} (${name})`;
}
