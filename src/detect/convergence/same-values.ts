/**
 * Values that must not contradict each other, such as client and account. An event that lacks one goes with any value: a
 * process does not name the client whose file it is.
 */

/** Values in the order of the rule, null where one is unknown. */
export type SameValues = readonly (string | null)[];

/** @returns whether no value of the one contradicts the other's */
export function agree(one: SameValues, other: SameValues): boolean {
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== null && other[i] !== null && one[i] !== other[i]) return false;
  }
  return true;
}

/** @returns whether every value of the one is also the other's: the one says the same or less */
export function isWithin(one: SameValues, other: SameValues): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== null && one[i] !== other[i]) return false;
  return true;
}

/** @returns the values of both; the first's where they differ */
export function joined(one: SameValues, other: SameValues): SameValues {
  return one.map((value, i) => value ?? other[i] ?? null);
}

/** @returns how many values are known */
export function knownCount(values: SameValues): number {
  let known = 0;
  for (const value of values) if (value !== null) known++;
  return known;
}
