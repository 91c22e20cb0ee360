/** Different names kept of one kind and link; further ones are counted, so that invented names fill no memory. */
export const MAX_NAMES = 1000;

/** Names without double, letter case aside; the first spelling is kept. */
export class NameSet {
  private readonly names = new Map<string, string>();
  /** Names beyond {@link MAX_NAMES}, each as often as it came. */
  more = 0;

  add(name: string): void {
    const key = name.toLowerCase();
    if (this.names.has(key)) return;
    if (this.names.size < MAX_NAMES) this.names.set(key, name);
    else this.more++;
  }

  addAll(other: NameSet): void {
    for (const name of other.names.values()) this.add(name);
    this.more += other.more;
  }

  has(name: string): boolean {
    return this.names.has(name.toLowerCase());
  }

  get size(): number {
    return this.names.size;
  }

  /** @returns the names, sorted */
  list(): readonly string[] {
    return [...this.names.values()].toSorted();
  }
}
