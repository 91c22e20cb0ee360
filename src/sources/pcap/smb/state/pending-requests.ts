import type { SmbState } from './smb-state.ts';

/** Requests of a connection that wait for their answer; the oldest is given up when there are too many. */
export class PendingRequests<R> {
  private readonly requests = new Map<number, R>();
  private readonly state: SmbState;

  constructor(state: SmbState) {
    this.state = state;
  }

  get(key: number): R | undefined {
    return this.requests.get(key);
  }

  add(key: number, request: R): void {
    if (this.requests.size >= this.state.limits.requestsPending) {
      this.state.reach('requestsPending');
      for (const oldest of this.requests.keys()) {
        this.requests.delete(oldest);
        break;
      }
    }
    this.requests.set(key, request);
  }

  delete(key: number): void {
    this.requests.delete(key);
  }

  values(): IterableIterator<R> {
    return this.requests.values();
  }

  clear(): void {
    this.requests.clear();
  }
}
