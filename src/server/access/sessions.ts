/** Who is signed in. Kept in memory alone: a restart signs everybody out, and nothing on disk lets anybody in. */
import { hashSecret, newSecret } from './secret.ts';

interface Session {
  readonly name: string;
  readonly expiresMs: number;
}

/** Sessions of one user; the oldest gives way. */
const MAX_PER_USER = 20;

/** The sessions of a server. */
export class Sessions {
  private readonly lastsMs: number;
  /** By the hash of their secret, the oldest first. */
  private readonly sessions = new Map<string, Session>();
  /** Called when sessions were ended before their time. */
  onEnd: () => void = () => {};

  /** @param lastsMs how long one lasts */
  constructor(lastsMs: number) {
    this.lastsMs = lastsMs;
  }

  /** @returns the secret of a new session */
  begin(name: string): string {
    const now = Date.now();
    for (const [hash, { expiresMs }] of this.sessions) if (expiresMs <= now) this.sessions.delete(hash);
    const own = [...this.sessions].filter(([, session]) => session.name === name);
    if (own.length >= MAX_PER_USER) this.remove([own[0]![0]]);
    const secret = newSecret();
    this.sessions.set(hashSecret(secret), { name, expiresMs: now + this.lastsMs });
    return secret;
  }

  /** @returns whose session it is; undefined when it is over or none */
  whose(secret: string): string | undefined {
    const session = this.sessions.get(hashSecret(secret));
    return session && session.expiresMs > Date.now() ? session.name : undefined;
  }

  /** Ends one session. */
  end(secret: string): void {
    this.remove([hashSecret(secret)]);
  }

  /** Ends all sessions of a user. */
  endAll(name: string): void {
    this.remove([...this.sessions].filter(([, session]) => session.name === name).map(([hash]) => hash));
  }

  private remove(hashes: readonly string[]): void {
    for (const hash of hashes) this.sessions.delete(hash);
    this.onEnd();
  }
}
