/**
 * Names of the values in a Windows event's EventData or UserData part, numbered once. Names compare without case and
 * without blanks, as Windows and everybody who exports from it mixes both (`Threat Name`, `ThreatName`).
 */

/** Number of a data name. */
export type DataName = number;

const numbers = new Map<string, DataName>();
const names: string[] = [];

/** Names that get a number because they stand in evidence; a hostile log must not fill the memory with invented ones. */
const MAX_NAMES = 50_000;

/** Characters a name with a number may have, for the same reason. */
const MAX_CHARACTERS = 1024;

let met = 0;

/**
 * A name that a mapping, a rule or a query asks for: whatever evidence names, it has a number.
 *
 * @param name as written
 * @returns its number, or -1 when it is too long
 */
export function dataName(name: string): DataName {
  return numberOf(name, true);
}

/**
 * A name that stands in evidence.
 *
 * @param name as written
 * @returns its number, or -1 when it is too long or too many names were met already
 */
export function metDataName(name: string): DataName {
  return numberOf(name, false);
}

function numberOf(name: string, isAsked: boolean): DataName {
  if (name.length > MAX_CHARACTERS) return -1;
  const folded = name.replaceAll(' ', '').toLowerCase();
  const known = numbers.get(folded);
  if (known !== undefined) return known;
  if (!isAsked && met++ >= MAX_NAMES) return -1;
  numbers.set(folded, names.length);
  names.push(name);
  return names.length - 1;
}

/** @returns the spelling met first */
export function dataNameText(name: DataName): string {
  return names[name]!;
}
