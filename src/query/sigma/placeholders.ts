/** `expand`: `%name%` in a text stands for any value of a list in the configuration; `\%` is a percent sign. */

/** Values by name, without the percent signs. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** Texts that one value may become; names with thousands of values belong into a value list of an exception. */
const MAX_TEXTS = 10_000;

/** What a text becomes, or why it cannot be filled. */
export type Expanded =
  | { readonly texts: readonly string[] }
  | { readonly unknown: string }
  | { readonly tooMany: number };

/**
 * @param text as written, escapes in it
 * @param placeholders lists of the configuration; their values may hold wildcards
 */
export function expandText(text: string, placeholders: Placeholders): Expanded {
  let texts = [''];
  for (const [piece, name] of pieces(text)) {
    if (name === undefined) {
      texts = texts.map((start) => start + piece);
      continue;
    }
    const values = placeholders.get(name);
    if (!values) return { unknown: name };
    if (texts.length * values.length > MAX_TEXTS) return { tooMany: MAX_TEXTS };
    texts = texts.flatMap((start) => values.map((value) => start + value));
  }
  return { texts };
}

/** Cuts a text into runs of characters and placeholders. */
function* pieces(text: string): Generator<readonly [piece: string, name: string | undefined]> {
  let run = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\' && text[i + 1] === '%') {
      run += '%';
      i++;
      continue;
    }
    if (c === '\\' && text[i + 1] === '\\') {
      run += '\\\\';
      i++;
      continue;
    }
    const name = c === '%' ? /^%([\w.-]+)%/.exec(text.slice(i, i + 200))?.[1] : undefined;
    if (name === undefined) {
      run += c;
      continue;
    }
    yield [run, undefined];
    yield [`%${name}%`, name];
    run = '';
    i += name.length + 1;
  }
  yield [run, undefined];
}
