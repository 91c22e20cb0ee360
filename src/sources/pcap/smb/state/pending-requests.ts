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
    const { state, requests } = this;
    const isFull = requests.size >= state.limits.requestsPending;
    if (isFull || state.pendingRequests >= state.limits.requestsPendingTotal) {
      state.reach(isFull ? 'requestsPending' : 'requestsPendingTotal');
      for (const oldest of requests.keys()) {
        this.delete(oldest);
        break;
      }
    }
    if (!requests.has(key)) state.pendingRequests++;
    requests.set(key, request);
  }

  delete(key: number): void {
    if (this.requests.delete(key)) this.state.pendingRequests--;
  }

  values(): IterableIterator<R> {
    return this.requests.values();
  }

  clear(): void {
    this.state.pendingRequests -= this.requests.size;
    this.requests.clear();
  }
}
