/** A server that clients speak with: sessions outlive connections, so they are kept here. */
import { IdMap } from '../id-map.ts';
import type { Session } from './session.ts';

/** One server address and port. */
export class Server {
  readonly sessions = new IdMap<Session>();
  /** Highest dialect chosen for each client address, to notice one that was lowered. */
  readonly dialects = new Map<string, number>();
}
