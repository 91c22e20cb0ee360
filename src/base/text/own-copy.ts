/**
 * @param slice part of a larger text
 * @returns the same text with memory of its own: a slice keeps the whole text it was cut from alive
 */
export function ownCopy(slice: string): string {
  return Buffer.from(slice, 'utf16le').toString('utf16le');
}
