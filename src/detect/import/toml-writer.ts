/** Writes TOML values the way people write them: paths in single quotes, guides and queries over several lines. */

/** A value that can be written; keys with undefined are left out. */
export type TomlValue = string | number | boolean | readonly TomlValue[] | TomlInline;

/** An inline table. */
export interface TomlInline {
  readonly [key: string]: TomlValue | undefined;
}

/** Lists wider than this go over several lines. */
const LIST_WIDTH = 100;

/** @returns a value as TOML */
export function formatTomlValue(value: TomlValue): string {
  if (typeof value === 'string') return formatTomlText(value);
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) {
    const parts = value.map(formatTomlValue);
    const oneLine = `[${parts.join(', ')}]`;
    return oneLine.length <= LIST_WIDTH && !oneLine.includes('\n')
      ? oneLine
      : `[\n${parts.map((part) => `  ${part},\n`).join('')}]`;
  }
  const pairs = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : [`${formatTomlKey(key)} = ${formatTomlValue(inner)}`],
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** @returns a line `key = value` with its line end; nothing for undefined */
export function formatTomlPair(key: string, value: TomlValue | undefined): string {
  return value === undefined ? '' : `${formatTomlKey(key)} = ${formatTomlValue(value)}\n`;
}

/** @returns a key, between quotes where its characters need them */
export function formatTomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : formatBasic(key);
}

/**
 * @param value any text; halves of surrogate pairs, which no file can hold, become U+FFFD
 * @returns the text between the quotes that need fewest escapes
 */
export function formatTomlText(value: string): string {
  const text = value.replace(/\p{Surrogate}/gu, '\uFFFD');
  const isPlain = !/[\u0000-\u0008\u000B-\u001F\u007F]/.test(text);
  if (isPlain && text.includes('\n') && !text.includes("'''") && !text.endsWith("'")) return `'''\n${text}'''`;
  if (isPlain && /["\\]/.test(text) && !/['\n]/.test(text)) return `'${text}'`;
  return formatBasic(text);
}

function formatBasic(text: string): string {
  const escaped = text.replace(/[\u0000-\u001F"\\\u007F]/g, (character) => {
    const short = SHORT_ESCAPES[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = String(value);
  // A number beyond what TOML's integers hold must be written as a decimal one.
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return text.includes('e') ? text.replace('e+', 'e') : `${text}.0`;
  return Object.is(value, -0) ? '-0.0' : text;
}

function isList(value: readonly TomlValue[] | TomlInline): value is readonly TomlValue[] {
  return Array.isArray(value);
}
