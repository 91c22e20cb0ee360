/**
 * Finds the name a typo was meant to be.
 *
 * @param wrong what was written
 * @param names what exists
 * @returns the nearest name by edit distance (swaps count once), or undefined when none is near: at most one edit for
 * each three letters, and never more than four
 */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  const limit = Math.min(4, Math.max(1, Math.floor(wrong.length / 3)));
  const folded = wrong.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of names) {
    if (Math.abs(name.length - wrong.length) >= bestDistance) continue;
    const distance = editDistance(folded, name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * @returns ` Did you mean "x"?` or an empty string, to append to a sentence
 */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearestName(wrong, names);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}

/** Damerau-Levenshtein distance (adjacent swaps), given up once it must reach `giveUp`. */
function editDistance(a: string, b: string, giveUp: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, beforeLast[j - 2]! + 1);
      }
      row.push(value);
      if (value < least) least = value;
    }
    if (least >= giveUp) return giveUp;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
