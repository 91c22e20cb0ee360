/**
 * Zeek's escapes: `\\` is one backslash, `\xNN` one byte. Bytes are put together before they are read as UTF-8, because
 * Zeek escapes the bytes of a character one by one.
 *
 * @param text as it stands in the log
 * @returns the text meant; anything else behind a backslash stays as it is
 */
export function unescapeZeek(text: string): string {
  if (!text.includes('\\')) return text;
  const from = Buffer.from(text);
  const to = Buffer.alloc(from.length);
  let length = 0;
  for (let i = 0; i < from.length; i++) {
    const byte = from[i]!;
    if (byte === 92 && from[i + 1] === 92) {
      to[length++] = 92;
      i++;
    } else if (byte === 92 && from[i + 1] === 120) {
      const high = hexDigit(from[i + 2]);
      const low = hexDigit(from[i + 3]);
      if (high >= 0 && low >= 0) {
        to[length++] = high * 16 + low;
        i += 3;
      } else {
        to[length++] = byte;
      }
    } else {
      to[length++] = byte;
    }
  }
  return to.toString('utf8', 0, length);
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
