/** Keys of programs: an id that everybody may see and a secret that is shown once. All are held in memory, like accounts. */
import { randomBytes } from 'node:crypto';
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Store } from '../../store/store.ts';
import type { Scope } from './caller.ts';
import { hashSecret, newSecret } from './secret.ts';

/** A key as people may see it. Times are milliseconds since 1970. */
export interface ApiKey {
  readonly id: string;
  /** What it is for, in the words of whoever made it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdMs: number;
  readonly createdBy: string;
  /** undefined for one that does not end. */
  readonly expiresMs: number | undefined;
  /** Exact to a minute. */
  readonly lastUsedMs: number | undefined;
}

interface Kept extends Omit<ApiKey, 'id'> {
  readonly hash: string;
}

/** How often the time of the last use is written: a key of a shipper is used many times a second. */
const USE_WRITTEN_MS = 60_000;

/** The keys of a store. */
export class ApiKeys {
  private readonly store: Pick<Store, 'desk' | 'audit'>;
  private readonly kept: Map<string, Kept>;
  /** Called when a key was removed. */
  onRemove: () => void = () => {};

  private constructor(store: Pick<Store, 'desk' | 'audit'>, kept: Map<string, Kept>) {
    this.store = store;
    this.kept = kept;
  }

  /** Reads all keys. */
  static async open(store: Pick<Store, 'desk' | 'audit'>): Promise<ApiKeys> {
    const entries = await store.desk.list('api-key');
    return new ApiKeys(store, new Map(entries.map(({ id, document }) => [id, document as unknown as Kept])));
  }

  /** @returns all keys, the oldest first */
  list(): readonly ApiKey[] {
    return [...this.kept].map(([id, kept]) => toKey(id, kept)).sort((a, b) => a.createdMs - b.createdMs);
  }

  /** @returns the key and its secret, which nobody can see again */
  async add(
    { name, scopes, expiresMs }: Pick<ApiKey, 'name' | 'scopes' | 'expiresMs'>,
    by: string,
  ): Promise<{ readonly key: ApiKey; readonly secret: string }> {
    const id = randomBytes(9).toString('base64url');
    const secret = newSecret();
    const atMs = Date.now();
    const kept: Kept = {
      name,
      scopes: [...new Set(scopes)],
      createdMs: atMs,
      createdBy: by,
      expiresMs,
      lastUsedMs: undefined,
      hash: hashSecret(secret),
    };
    this.kept.set(id, kept);
    const audit = { atMs, by, action: 'key.add', details: { key: id, name, scopes: kept.scopes } };
    await this.store.desk.put({ kind: 'api-key', id, document: { ...kept }, by, atMs }, audit);
    return { key: toKey(id, kept), secret };
  }

  /** @throws API-NOT-FOUND when there is no such key */
  async remove(id: string, by: string): Promise<void> {
    const kept = this.kept.get(id);
    if (!kept) throw new SmbError('API-NOT-FOUND', `There is no key "${id}".${didYouMean(id, this.kept.keys())}`);
    this.kept.delete(id);
    this.onRemove();
    const atMs = Date.now();
    const audit = { atMs, by, action: 'key.remove', details: { key: id, name: kept.name } };
    await this.store.desk.remove('api-key', id, by, atMs, audit);
  }

  /** @returns the key when the secret is right and its time is not over */
  use(id: string, secret: string): ApiKey | undefined {
    const kept = this.kept.get(id);
    const now = Date.now();
    // Hashes of secrets of 256 bits tell nothing by how far they agree.
    if (!kept || kept.hash !== hashSecret(secret) || (kept.expiresMs ?? now) < now) return undefined;
    if (now - (kept.lastUsedMs ?? 0) >= USE_WRITTEN_MS) this.noteUse(id, { ...kept, lastUsedMs: now });
    return toKey(id, kept);
  }

  private noteUse(id: string, kept: Kept): void {
    this.kept.set(id, kept);
    const entry = { kind: 'api-key', id, document: { ...kept }, by: kept.createdBy, atMs: Date.now() } as const;
    // A request does not wait for this, and does not fail with it: the next use writes it again.
    this.store.desk.put(entry).catch(() => {
      if (this.kept.has(id)) this.kept.set(id, { ...kept, lastUsedMs: undefined });
    });
  }
}

function toKey(id: string, { name, scopes, createdMs, createdBy, expiresMs, lastUsedMs }: Kept): ApiKey {
  return { id, name, scopes, createdMs, createdBy, expiresMs, lastUsedMs };
}
