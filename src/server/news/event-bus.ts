/** What happens in the server, told to whoever shows or sends it on. Told after it is written, never before. */
import type { AlertRecord } from '../../store/alert-store.ts';
import type { RuleRun } from '../../store/run-store.ts';

/** An alert that is new or became more severe. */
export interface AlertTold {
  readonly alert: AlertRecord;
  readonly isNew: boolean;
}

/** What is told, by kind. */
export interface ServerNews {
  readonly alert: AlertTold;
  readonly run: RuleRun;
}

type Listener<K extends keyof ServerNews> = (news: ServerNews[K]) => void;

/** Hands news to listeners, in the order in which they came. A listener must not throw and must not wait. */
export class EventBus {
  private readonly listeners: { [K in keyof ServerNews]: Set<Listener<K>> } = { alert: new Set(), run: new Set() };

  /** @returns a function that ends the listening */
  on<K extends keyof ServerNews>(kind: K, listener: Listener<K>): () => void {
    this.listeners[kind].add(listener);
    return () => this.listeners[kind].delete(listener);
  }

  /** Tells everybody who listens. */
  emit<K extends keyof ServerNews>(kind: K, news: ServerNews[K]): void {
    for (const listener of this.listeners[kind]) listener(news);
  }
}
