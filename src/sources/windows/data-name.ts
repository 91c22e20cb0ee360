/**
 * Names of the values in a Windows event's EventData or UserData part, numbered once. Names compare without case and
 * without blanks, as Windows and everybody who exports from it mixes both (`Threat Name`, `ThreatName`).
 */

/** Number of a data name. */
export type DataName = number;

const numbers = new Map<string, DataName>();
const names: string[] = [];

/** Names that get a number; a hostile log must not fill the memory with invented ones. */
const MAX_NAMES = 50_000;

/**
 * @param name as written
 * @returns its number, or -1 when too many names are known already
 */
export function dataName(name: string): DataName {
  const folded = name.replaceAll(' ', '').toLowerCase();
  const known = numbers.get(folded);
  if (known !== undefined) return known;
  if (names.length >= MAX_NAMES) return -1;
  numbers.set(folded, names.length);
  names.push(name);
  return names.length - 1;
}

/** @returns the spelling met first */
export function dataNameText(name: DataName): string {
  return names[name]!;
}
