/**
 * Documents: events as plain JSON objects, nested as ECS writes them. Views read bytes and make a document only when an
 * event matched or is written out.
 */

/** A JSON object. Keys may be nested, dotted or both on reading; documents we write are nested. */
export type Document = { [key: string]: unknown };

/** One value of a field. Dates are milliseconds since 1970 UTC with microseconds as the fraction; addresses are texts. */
export type Scalar = string | number | boolean;

/** What a field holds: nothing, one value or several. An empty array never occurs: it is the same as nothing. */
export type FieldValue = Scalar | readonly Scalar[] | undefined;

/** @returns true for a JSON object that is not an array */
export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Collects what stands at a path, whether keys are nested, dotted or mixed, through arrays of objects.
 *
 * @param document object to look into
 * @param path name cut at its dots
 * @param visit called for each value found that is not null, arrays taken apart
 */
export function visitPath(document: Document, path: readonly string[], visit: (value: unknown) => void): void {
  visitFrom(document, path, 0, visit);
}

function visitFrom(value: unknown, path: readonly string[], from: number, visit: (value: unknown) => void): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const element of value) visitFrom(element, path, from, visit);
  } else if (from === path.length) {
    visit(value);
  } else if (typeof value === 'object') {
    let key = '';
    for (let i = from; i < path.length; i++) {
      key = i === from ? path[i]! : `${key}.${path[i]!}`;
      const document = value as Document;
      if (Object.hasOwn(document, key)) visitFrom(document[key], path, i + 1, visit);
    }
  }
}

/**
 * Sets a value at a path, making objects on the way. A value that stands where an object is needed is replaced.
 *
 * @param document object to change
 * @param path name cut at its dots
 */
export function setPath(document: Document, path: readonly string[], value: unknown): void {
  let at = document;
  for (let i = 0; i < path.length - 1; i++) {
    const key = path[i]!;
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (isDocument(next)) {
      at = next;
    } else {
      const made: Document = {};
      define(at, key, made);
      at = made;
    }
  }
  define(at, path[path.length - 1]!, value);
}

/** Assigns without running the setter of `__proto__`, which a hostile document may name. */
function define(target: Document, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Deeper than documents go: hostile nesting must not end the stack. */
const MAX_CANONICAL_DEPTH = 400;

/**
 * JSON with keys in code-unit order at every depth: the form that identities are made of.
 *
 * @param value any JSON value; what stands deeper than {@link MAX_CANONICAL_DEPTH} counts as `...`
 * @param depth levels above the value
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_CANONICAL_DEPTH) return '...';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const element of value) text += `${text === '' ? '' : ','}${canonicalJson(element, depth + 1)}`;
    return `[${text}]`;
  }
  const document = value as Document;
  for (const key of Object.keys(document).sort()) {
    const one = document[key];
    if (one !== undefined) text += `${text === '' ? '' : ','}${quotedKey(key)}:${canonicalJson(one, depth + 1)}`;
  }
  return `{${text}}`;
}

/** Keys that are remembered in quotes: real documents share some hundreds, and quoting takes longer than looking them up. */
const MAX_QUOTED = 5_000;
const quotedKeys = new Map<string, string>();

function quotedKey(key: string): string {
  const known = quotedKeys.get(key);
  if (known !== undefined) return known;
  const quoted = JSON.stringify(key);
  if (quotedKeys.size < MAX_QUOTED) quotedKeys.set(key, quoted);
  return quoted;
}
