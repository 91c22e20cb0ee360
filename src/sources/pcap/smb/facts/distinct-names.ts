/** Units of a name that are kept: longer than names of hosts, accounts, shares and pipes are. */
const MAX_UNITS = 256;

/** Different texts of a kind, up to a number; beyond it only the count grows. */
export class DistinctNames {
  /** Made for the first text: most connections never have one of most kinds. */
  private names: Map<string, number> | undefined;
  private readonly limit: number;
  /** Mentions that found no place. */
  dropped = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(name: string | undefined): void {
    if (name === undefined || name === '') return;
    const kept = name.length > MAX_UNITS ? `${name.slice(0, MAX_UNITS)}…` : name;
    const names = (this.names ??= new Map());
    const count = names.get(kept);
    if (count !== undefined) names.set(kept, count + 1);
    else if (names.size < this.limit) names.set(kept, 1);
    else this.dropped++;
  }

  has(name: string): boolean {
    return this.names?.has(name) === true;
  }

  /** @returns the texts in the order in which they came, undefined when there are none */
  list(): readonly string[] | undefined {
    return this.names && [...this.names.keys()];
  }
}
