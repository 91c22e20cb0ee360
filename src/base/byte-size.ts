const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/**
 * Reads a size such as `512B`, `64KiB`, `16MiB`, `2GiB`.
 *
 * @param text whole number and unit; the units of 1000 (kB, MB) are refused, so that nobody has to guess
 * @returns bytes, or undefined when the text is no size
 */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d{1,9}) ?(B|KiB|MiB|GiB|TiB)$/.exec(text);
  return match ? Number(match[1]) * UNIT_BYTES[match[2]!]! : undefined;
}

/**
 * @param bytes whole number, 0 or more
 * @returns the shortest exact form, such as `16MiB`
 */
export function formatByteSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const size = UNIT_BYTES[unit]!;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
