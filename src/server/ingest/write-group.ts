import type { EventBatch } from '../../store/event-store.ts';
import type { DeadLetter } from '../../store/dead-letter-store.ts';
import type { Store } from '../../store/store.ts';

/** What became of a write. */
export interface GroupOutcome {
  /** Keys, in the batch, of events that the store had before. */
  readonly known: ReadonlySet<string>;
  /** Why nothing was written; undefined when all was. */
  readonly failure: Error | undefined;
}

const NOTHING_KNOWN: ReadonlySet<string> = new Set();

/** Events and dead letters that are written together. */
export class WriteGroup {
  readonly batch: EventBatch;
  /** Fulfilled when it is on disk or the store has failed. */
  readonly outcome: Promise<GroupOutcome>;
  private readonly letters: DeadLetter[] = [];
  private readonly store: Pick<Store, 'events' | 'deadLetters'>;
  private settle: (outcome: GroupOutcome) => void = () => {};

  constructor(store: Pick<Store, 'events' | 'deadLetters'>, atMs: number) {
    this.store = store;
    this.batch = store.events.batch(atMs);
    this.outcome = new Promise((settle) => {
      this.settle = settle;
    });
  }

  get size(): number {
    return this.batch.size + this.letters.length;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  addLetter(letter: DeadLetter): void {
    this.letters.push(letter);
  }

  /** @returns whether all of it was written */
  async write(): Promise<boolean> {
    try {
      if (this.letters.length > 0) await this.store.deadLetters.add(this.letters);
      const known = this.batch.size > 0 ? (await this.store.events.append(this.batch)).known : [];
      this.settle({ known: known.length === 0 ? NOTHING_KNOWN : new Set(known), failure: undefined });
      return true;
    } catch (cause) {
      this.settle({ known: NOTHING_KNOWN, failure: cause instanceof Error ? cause : new Error(String(cause)) });
      return false;
    }
  }
}
