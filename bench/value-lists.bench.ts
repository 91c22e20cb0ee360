/** What a value list of 100,000 entries costs an event, beside the plain loop it replaces. */
import { addressFromV4 } from '../src/base/address/address.ts';
import { compileGlob, parseGlob } from '../src/base/glob.ts';
import { parseValueList } from '../src/detect/value-lists/load-value-list.ts';

export const name = 'value lists of 100,000 entries';

const ENTRIES = 100_000;
const VALUES = 20_000;

/** The same numbers on every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const word = (next: () => number) => next().toString(36);

/** Each kind: how an entry is made, and a value that mostly is not in the list. */
const KINDS: readonly [
  title: string,
  entry: (next: () => number, i: number) => string,
  value: (next: () => number) => string,
][] = [
  ['networks /24', (next) => `${addressFromV4(next() & 0xffffff00).text}/24`, (next) => addressFromV4(next()).text],
  ['keywords', (next) => word(next), (next) => word(next)],
  ['prefixes x*', (next, i) => `\\\\files\\share${i}\\${word(next)}*`, (next) => path(next)],
  ['suffixes *x', (next) => `*\\${word(next)}.exe`, (next) => path(next)],
  ['inside *x*', (next) => `*\\${word(next)}\\*`, (next) => path(next)],
  ['two literals a*b', (next, i) => `C:\\Users\\*\\tool${i}-${word(next)}.exe`, (next) => path(next)],
];

function path(next: () => number): string {
  return `C:\\Users\\${word(next)}\\AppData\\Local\\Programs\\${word(next)}\\bin\\x64\\tool${next() % ENTRIES}.exe`;
}

/** Prints one row a kind: entries loaded, time to load, nanoseconds a value with the index and with the loop. */
export function run(): void {
  const rows = KINDS.map(([title, entry, value]) => {
    const next = random(7);
    const lines = Array.from({ length: ENTRIES }, (_, i) => entry(next, i));
    const started = performance.now();
    const { list } = parseValueList('bench', lines.join('\n'));
    const loaded = performance.now();
    const values = Array.from({ length: VALUES }, () => value(next));
    const indexed = nanoseconds(values, (text) => list.has(text));
    const globs = lines.filter((line) => line.includes('*')).map((line) => compileGlob(parseGlob(line)));
    const loop =
      globs.length === 0 ? undefined : nanoseconds(values.slice(0, 20), (text) => globs.some((fits) => fits(text)));
    return {
      list: title,
      entries: list.size,
      'load and lint ms': Math.round(loaded - started),
      'ns a value': Math.round(indexed),
      'ns a value, plain loop': loop === undefined ? '' : Math.round(loop),
    };
  });
  console.table(rows);
}

function nanoseconds(values: readonly string[], test: (text: string) => boolean): number {
  let held = 0;
  for (const text of values) if (test(text)) held++;
  const started = performance.now();
  for (const text of values) if (test(text)) held++;
  const elapsed = performance.now() - started;
  return held < 0 ? 0 : (elapsed * 1e6) / values.length;
}
