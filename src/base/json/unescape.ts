/** Resolves the escapes of a JSON text; what is no escape stays as it stands. */
export function unescapeJson(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    // A raw control character or a wrong escape: JSON.parse refuses, the evidence is kept readable all the same.
    return text.replace(/\\(u([0-9a-fA-F]{4})|.)/gs, (whole, letter: string, hex: string | undefined) =>
      hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : (ESCAPES[letter] ?? whole),
    );
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
