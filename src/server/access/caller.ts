/** Who asks, and what they may do. */

/** Roles of people, each of which may do what the ones before it may. */
export const ROLES = ['viewer', 'analyst', 'engineer', 'admin'] as const;

/** A role of a person. */
export type Role = (typeof ROLES)[number];

/** What an API key is for. `write` is what an engineer may, so it includes `read` and `ingest`; `admin` is everything. */
export const SCOPES = ['ingest', 'read', 'write', 'admin'] as const;

/** A scope of an API key. */
export type Scope = (typeof SCOPES)[number];

/** Who asks: a person by a session, a program by an API key, or whoever may read the data folder of this machine. */
export interface Caller {
  /** As the audit log names it: the user's name, `key ID` or `local`. */
  readonly name: string;
  readonly via: 'session' | 'key' | 'local';
  /** Of a person, and of `local`. */
  readonly role: Role | undefined;
  /** Of a key. */
  readonly scopes: readonly Scope[];
}

/** Who may use a route: anybody, or people from a role on and keys with a scope. */
export type Access = 'open' | { readonly role: Role; readonly scope: Scope };

/** What routes ask for. */
export const ACCESS = {
  open: 'open',
  /** To look at things. */
  read: { role: 'viewer', scope: 'read' },
  /** To work on alerts. */
  triage: { role: 'analyst', scope: 'write' },
  /** To change what is detected and silenced. */
  engineer: { role: 'engineer', scope: 'write' },
  /** To change who may do what. */
  admin: { role: 'admin', scope: 'admin' },
  /** To send events. */
  ingest: { role: 'engineer', scope: 'ingest' },
} as const satisfies Record<string, Access>;

/**
 * @returns within which identities hold that documents of the caller choose, see `SourceSettings`; undefined for those who may
 * decide what is detected: what they load again of our own output is the same event
 */
export function idScopeOf(caller: Caller): string | undefined {
  return isAllowed(caller, ACCESS.engineer) ? undefined : caller.name;
}

const INCLUDED: Readonly<Record<Scope, readonly Scope[]>> = {
  ingest: ['ingest'],
  read: ['read'],
  write: ['write', 'read', 'ingest'],
  admin: SCOPES,
};

/** @returns whether somebody may use a route */
export function isAllowed(caller: Caller, access: Access): boolean {
  if (access === 'open') return true;
  if (caller.role !== undefined && ROLES.indexOf(caller.role) >= ROLES.indexOf(access.role)) return true;
  return caller.scopes.some((scope) => INCLUDED[scope].includes(access.scope));
}
