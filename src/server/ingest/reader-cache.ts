/** Readers of senders, bounded: the one used longest ago is forgotten, and made anew when its sender comes again. */
export class ReaderCache<T> {
  private readonly limit: number;
  private readonly bySender = new Map<string, T>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /**
   * @param sender its name
   * @param make called when there is none
   */
  get(sender: string, make: () => T): T {
    const reader = this.bySender.get(sender) ?? make();
    this.bySender.delete(sender);
    this.bySender.set(sender, reader);
    if (this.bySender.size > this.limit) this.bySender.delete(this.bySender.keys().next().value!);
    return reader;
  }
}
