/** Base64 of texts, and what of it is the same wherever the text stands inside other bytes. */

/** How a text becomes bytes before it is written in Base64. */
export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'utf16';

/** @returns the bytes of a text; `utf16` is little-endian with the mark FF FE in front */
export function bytesOf(text: string, encoding: TextEncoding): Buffer {
  switch (encoding) {
    case 'utf8':
      return Buffer.from(text, 'utf8');
    case 'utf16le':
      return Buffer.from(text, 'utf16le');
    case 'utf16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'utf16':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
  }
}

/** Characters to cut at the start for each offset, and at the end for each remainder: they hold bits of neighbours. */
const CUT_START = [0, 2, 3] as const;
const CUT_END = [0, 3, 2] as const;

/**
 * @param bytes at least one
 * @returns three texts of which one occurs in the Base64 of anything that holds the bytes
 */
export function base64Offsets(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
    return encoded.slice(CUT_START[offset], encoded.length - CUT_END[(bytes.length + offset) % 3]!);
  });
}
