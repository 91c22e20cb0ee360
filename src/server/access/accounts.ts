/**
 * People who may sign in. A new one gets a link that works once and sets the password; nobody else ever knows it. All are
 * held in memory: they are asked at every request, and this process alone changes them.
 */
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Document } from '../../event/document.ts';
import type { Store } from '../../store/store.ts';
import type { Role } from './caller.ts';
import { checkPassword, hashPassword, isPassword, type PasswordHash } from './password.ts';
import { hashSecret, newSecret } from './secret.ts';

/** Somebody who may sign in, as others may see them. Times are milliseconds since 1970. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly createdMs: number;
  readonly lastSignInMs: number | undefined;
  /** Until when a link sets the password; undefined when there is none. */
  readonly linkExpiresMs: number | undefined;
  readonly hasPassword: boolean;
}

interface Kept {
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly createdMs: number;
  readonly lastSignInMs?: number | undefined;
  readonly password?: PasswordHash | undefined;
  readonly link?: { readonly hash: string; readonly expiresMs: number } | undefined;
  /** Hashes of the secrets of browsers that signed in, the oldest first. */
  readonly devices?: readonly string[] | undefined;
}

/** How long a link works. */
const LINK_MS = 24 * 3_600_000;
/** Browsers of one account that are known again; the oldest gives way. */
const MAX_DEVICES = 20;
/** Names are compared as they are written, so there is one way to write them. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;
/** How the audit log names whoever may read the data folder: nobody else has this name. */
const RESERVED = 'local';
/** Name of the first admin. */
const FIRST = 'admin';

/** The accounts of a store. */
export class Accounts {
  private readonly store: Pick<Store, 'desk' | 'audit'>;
  private readonly kept: Map<string, Kept>;
  /** Called with the name when what an account may do has changed. */
  onChange: (name: string) => void = () => {};

  private constructor(store: Pick<Store, 'desk' | 'audit'>, kept: Map<string, Kept>) {
    this.store = store;
    this.kept = kept;
  }

  /** Reads all accounts. */
  static async open(store: Pick<Store, 'desk' | 'audit'>): Promise<Accounts> {
    const entries = await store.desk.list('user');
    return new Accounts(store, new Map(entries.map(({ id, document }) => [id, document as unknown as Kept])));
  }

  /** @returns all accounts in the order of their names */
  list(): readonly Account[] {
    return [...this.kept.keys()].sort().map((name) => this.get(name)!);
  }

  get(name: string): Account | undefined {
    const kept = this.kept.get(name);
    return (
      kept && {
        name,
        role: kept.role,
        isDisabled: kept.isDisabled,
        createdMs: kept.createdMs,
        lastSignInMs: kept.lastSignInMs,
        linkExpiresMs: kept.link?.expiresMs,
        hasPassword: kept.password !== undefined,
      }
    );
  }

  /**
   * @param by who adds them
   * @returns the secret of the link that sets the password
   * @throws API-INPUT for a name that is none, API-CONFLICT for one that is taken
   */
  async add(name: string, role: Role, by: string): Promise<string> {
    if (!NAME.test(name)) {
      throw new SmbError('API-INPUT', `"${name}" is no name of a user.`, {
        fix: 'lower-case letters, digits and . _ @ -, at most 64, a letter or digit first',
      });
    }
    if (name === RESERVED) {
      throw new SmbError('API-INPUT', `"${name}" stands in the audit log for commands on this machine.`, {
        fix: 'take another name',
      });
    }
    if (this.kept.has(name)) throw new SmbError('API-CONFLICT', `There is a user "${name}" already.`);
    return this.putWithLink(name, { role, isDisabled: false, createdMs: Date.now() }, by, 'user.add');
  }

  /**
   * Makes a new link; the password stays until it is used.
   *
   * @throws API-NOT-FOUND when there is no such user
   */
  async renewLink(name: string, by: string): Promise<string> {
    return this.putWithLink(name, this.demand(name), by, 'user.link');
  }

  /** @throws API-NOT-FOUND when there is no such user, API-CONFLICT when nobody would be left who may change accounts */
  async change(name: string, changes: { role?: Role | undefined; isDisabled?: boolean | undefined }, by: string) {
    const before = this.demand(name);
    const after: Kept = {
      ...before,
      ...(changes.role !== undefined && { role: changes.role }),
      ...(changes.isDisabled !== undefined && { isDisabled: changes.isDisabled }),
    };
    if (isAdmin(before) && !isAdmin(after)) this.refuseLast(name);
    const details = { user: name, role: after.role, disabled: after.isDisabled, before: before.role };
    await this.put(name, after, by, 'user.change', details);
    this.onChange(name);
  }

  /** @throws API-NOT-FOUND when there is no such user, API-CONFLICT when nobody would be left who may change accounts */
  async remove(name: string, by: string): Promise<void> {
    if (isAdmin(this.demand(name))) this.refuseLast(name);
    this.kept.delete(name);
    const atMs = Date.now();
    const audit = { atMs, by, action: 'user.remove', details: { user: name } };
    await this.store.desk.remove('user', name, by, atMs, audit);
    this.onChange(name);
  }

  /** @returns whether the account signed in before in the browser with this secret's hash */
  hasDevice(name: string, device: string): boolean {
    return this.kept.get(name)?.devices?.includes(device) ?? false;
  }

  /** Remembers that the account signed in in a browser. */
  async knowDevice(name: string, device: string): Promise<void> {
    const kept = this.kept.get(name);
    if (kept === undefined || kept.devices?.includes(device)) return;
    const devices = [...(kept.devices ?? []), device].slice(-MAX_DEVICES);
    await this.put(name, { ...kept, devices });
  }

  /** @returns whose password a link sets; undefined when it was used, has ended or never was */
  whoseLink(secret: string): string | undefined {
    const hash = hashSecret(secret);
    for (const [name, { link }] of this.kept) {
      if (link?.hash === hash) return link.expiresMs > Date.now() ? name : undefined;
    }
    return undefined;
  }

  /**
   * Sets the password that a link is for; the link is used up.
   *
   * @throws API-SIGN-IN when the link does not work, API-INPUT when the password is a bad one
   */
  async useLink(secret: string, password: string): Promise<Account> {
    const name = this.whoseLink(secret);
    if (name === undefined) throw linkError();
    checkPassword(password, name);
    const hash = await hashPassword(password);
    // Somebody else may have used it meanwhile.
    if (this.whoseLink(secret) !== name) throw linkError();
    const kept: Kept = { ...this.demand(name), password: hash, link: undefined, devices: undefined };
    await this.put(name, kept, name, 'user.password', { user: name });
    this.onChange(name);
    return this.get(name)!;
  }

  /** @returns the account when the password is right and it may sign in; whatever is wrong takes the same time */
  async signIn(name: string, password: string): Promise<Account | undefined> {
    const kept = this.kept.get(name);
    const isRight = await isPassword(password, kept?.password);
    const now = this.kept.get(name);
    if (!isRight || now === undefined || now.isDisabled || now.password !== kept?.password) return undefined;
    await this.put(name, { ...now, lastSignInMs: Date.now() }, name, 'user.sign-in', { user: name });
    return this.get(name);
  }

  /**
   * Makes sure that somebody can become admin: as long as no admin has a password, a link for the user `admin`.
   *
   * @returns the secret of the link; undefined when none is needed
   */
  async firstAdminLink(): Promise<string | undefined> {
    if ([...this.kept.values()].some((kept) => isAdmin(kept) && kept.password !== undefined)) return undefined;
    const kept: Kept = { ...(this.kept.get(FIRST) ?? { createdMs: Date.now() }), role: 'admin', isDisabled: false };
    return this.putWithLink(FIRST, kept, 'first start', 'user.link');
  }

  private async putWithLink(name: string, kept: Kept, by: string, action: string): Promise<string> {
    const secret = newSecret();
    const link = { hash: hashSecret(secret), expiresMs: Date.now() + LINK_MS };
    await this.put(name, { ...kept, link }, by, action, { user: name, role: kept.role });
    return secret;
  }

  /** @param action what the audit log says; nothing unless given */
  private async put(name: string, kept: Kept, by = name, action?: string, details: Document = {}): Promise<void> {
    const atMs = Date.now();
    const before = this.kept.get(name);
    this.kept.set(name, kept);
    try {
      const entry = { kind: 'user', id: name, document: { ...kept }, by, atMs } as const;
      await this.store.desk.put(entry, action === undefined ? undefined : { atMs, by, action, details });
    } catch (error) {
      // What is not on disk would be another thing after a restart; whoever asked is told that it failed.
      if (this.kept.get(name) === kept) {
        if (before) this.kept.set(name, before);
        else this.kept.delete(name);
      }
      throw error;
    }
  }

  private demand(name: string): Kept {
    const kept = this.kept.get(name);
    if (kept) return kept;
    throw new SmbError('API-NOT-FOUND', `There is no user "${name}".${didYouMean(name, this.kept.keys())}`);
  }

  private refuseLast(name: string): void {
    const others = [...this.kept].flatMap(([other, kept]) => (other !== name && isAdmin(kept) ? [kept] : []));
    // Who was invited and set no password yet cannot take over from somebody who signs in.
    const needed = this.demand(name).password === undefined ? others : others.filter(({ password }) => password);
    if (needed.length > 0) return;
    throw new SmbError('API-CONFLICT', `${name} is the only admin${others.length > 0 ? ' with a password' : ''}.`, {
      fix:
        others.length > 0 ? 'another admin must set a password by their link first' : 'make another user admin first',
    });
  }
}

function isAdmin({ role, isDisabled }: Kept): boolean {
  return role === 'admin' && !isDisabled;
}

/** @returns what is said of a link that works no more */
export function linkError(): SmbError {
  return new SmbError('API-SIGN-IN', 'This link does not work: it was used, or its time is over.', {
    fix: 'smbastion users link NAME makes a new one',
  });
}
