/**
 * @param value any JSON value of an export
 * @returns text as it is, anything else as JSON; an object that brings its own `toString` is not asked for it
 */
export function shownText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
