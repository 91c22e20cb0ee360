/** Names of a NetBIOS session request (RFC 1002 section 4.3.2, RFC 1001 section 14.1). */

const ENCODED = 32;
/** Letters of a name; the sixteenth byte says what kind of name it is. */
const LETTERS = 15;
const LETTER_A = 0x41;

/** Who is called, and who calls. */
export interface SessionRequestNames {
  readonly called: string;
  readonly calling: string;
}

/** @returns undefined when the two names are not there */
export function sessionRequestNames(bytes: Uint8Array, from: number, to: number): SessionRequestNames | undefined {
  if (to - from < 2 * (ENCODED + 2) || bytes[from] !== ENCODED || bytes[from + ENCODED + 2] !== ENCODED)
    return undefined;
  return { called: nameAt(bytes, from + 1), calling: nameAt(bytes, from + ENCODED + 3) };
}

/** Each byte stands as two letters from A on. */
function nameAt(bytes: Uint8Array, at: number): string {
  let name = '';
  for (let i = 0; i < LETTERS; i++) {
    const value = (bytes[at + i * 2]! - LETTER_A) * 16 + (bytes[at + i * 2 + 1]! - LETTER_A);
    name += String.fromCharCode(value & 0xff);
  }
  return name.trimEnd();
}
