/**
 * Names of the values in a Windows event's EventData or UserData part, numbered once. Names compare without case and
 * without blanks, as Windows and everybody who exports from it mixes both (`Threat Name`, `ThreatName`).
 */

/** Number of a data name. */
export type DataName = number;

const numbers = new Map<string, DataName>();
const names: string[] = [];

/** Numbers by spelling: exporters use some hundreds. */
const spellings = new Map<string, DataName>();
const MAX_SPELLINGS = 10_000;

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
  const spelt = spellings.get(name);
  if (spelt !== undefined) return spelt;
  if (name.length > MAX_CHARACTERS) return -1;
  const folded = name.replaceAll(' ', '').toLowerCase();
  let number = numbers.get(folded);
  if (number === undefined) {
    if (!isAsked && met++ >= MAX_NAMES) return -1;
    number = names.length;
    numbers.set(folded, number);
    names.push(name);
  }
  if (spellings.size < MAX_SPELLINGS) spellings.set(name, number);
  return number;
}

/** @returns the spelling met first */
export function dataNameText(name: DataName): string {
  return names[name]!;
}
