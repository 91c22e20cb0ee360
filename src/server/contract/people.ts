import { Type } from 'typebox';
import { ROLES, SCOPES } from '../access/caller.ts';
import { maybe, rows, time } from './shapes.ts';

/** A role. */
export const RoleName = Type.Enum([...ROLES], {
  description: 'What somebody may do; each may do what those before it may',
});

/** A user as admins see it. */
export const UserAnswer = Type.Object({
  name: Type.String(),
  role: RoleName,
  isDisabled: Type.Boolean(),
  createdMs: time('When it was added'),
  lastSignInMs: maybe(time('When it last signed in')),
  linkExpiresMs: maybe(time('Until when a link sets its password')),
  hasPassword: Type.Boolean(),
});

/** A link that sets a password once. */
export const LinkAnswer = Type.Object({
  user: Type.String(),
  link: Type.String({ description: 'Shown once; whoever opens it first sets the password' }),
  expiresMs: time('Until when it works'),
});

/** A user to add. */
export const NewUser = Type.Object(
  { name: Type.String({ maxLength: 64 }), role: RoleName },
  { additionalProperties: false },
);

/** What to change of a user. */
export const UserChange = Type.Object(
  { role: Type.Optional(RoleName), isDisabled: Type.Optional(Type.Boolean()) },
  { additionalProperties: false, minProperties: 1 },
);

/** An API key as people see it. */
export const KeyAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: rows(Type.Enum([...SCOPES])),
  createdMs: time('When it was made'),
  createdBy: Type.String(),
  expiresMs: maybe(time('When it ends')),
  lastUsedMs: maybe(time('When it was last used, exact to a minute')),
});

/** A key to make. */
export const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: 'What it is for' }),
    scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, maxItems: SCOPES.length }),
    expiresMs: maybe(time('When it ends')),
  },
  { additionalProperties: false },
);

/** A key that was made, with what nobody can see again. */
export const MadeKey = Type.Object({
  key: KeyAnswer,
  secret: Type.String({ description: 'Shown once' }),
  encoded: Type.String({ description: 'base64(id:secret), as Elasticsearch’s clients want it' }),
});

/** Name and password. */
export const Credentials = Type.Object(
  { name: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 1024 }) },
  { additionalProperties: false },
);

/** Who is signed in. */
export const SessionAnswer = Type.Object({
  name: Type.String(),
  via: Type.Enum(['session', 'key', 'local']),
  role: maybe(RoleName),
  scopes: rows(Type.Enum([...SCOPES])),
});

/** An entry of the audit log. */
export const AuditAnswer = Type.Object({
  number: Type.Integer({ description: 'From 1, without gaps' }),
  atMs: time('When it was done'),
  by: Type.String(),
  action: Type.String(),
  details: Type.Object({}, { additionalProperties: true }),
  hash: Type.String({ description: 'SHA-256 over the entry and the hash before it' }),
});
