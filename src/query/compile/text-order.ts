/**
 * Orders texts by code point, as Elasticsearch and DuckDB do. JavaScript's `<` orders UTF-16 units, which puts U+10000 and
 * above before U+E000.
 *
 * @returns negative, 0 or positive as `x` stands before, at or behind `y`
 */
export function compareCodePoints(x: string, y: string): number {
  const length = Math.min(x.length, y.length);
  for (let i = 0; i < length; i++) {
    const a = x.charCodeAt(i);
    const b = y.charCodeAt(i);
    if (a !== b) return rank(a) - rank(b);
  }
  return x.length - y.length;
}

/** Moves surrogates behind all other units, where the code points they stand for are. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
