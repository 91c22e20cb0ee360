import type { FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';
import type { Service } from '../service.ts';
import type { Caller } from './caller.ts';
import { isSameSecret } from './secret.ts';
import { checkOrigin, sessionSecret } from './session-cookie.ts';

/** Whoever may read the data folder may do everything: the folder holds everything. */
const LOCAL: Caller = { name: 'local', via: 'local', role: 'admin', scopes: ['admin'] };

/**
 * @returns who asks; undefined when nobody says who they are
 * @throws API-SIGN-IN when what they say is not true; API-DENIED when another site's page asks in their name
 */
export function authenticate(request: FastifyRequest, service: Service): Caller | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return byCredentials(authorization, service);
  const secret = sessionSecret(request);
  const name = secret === undefined ? undefined : service.sessions.whose(secret);
  const account = name === undefined ? undefined : service.accounts.get(name);
  if (account === undefined || account.isDisabled) return undefined;
  checkOrigin(request, service.config.server.publicUrl);
  return { name: account.name, via: 'session', role: account.role, scopes: [] };
}

function byCredentials(authorization: string, { localKey, keys }: Service): Caller {
  const [scheme, credentials] = splitOnce(authorization, ' ');
  switch (scheme.toLowerCase()) {
    case 'bearer':
      if (isSameSecret(credentials.trim(), localKey)) return LOCAL;
      break;
    // Shippers send a key in Elasticsearch's form or, where they know nothing else, as user and password.
    case 'apikey':
    case 'basic': {
      const [id, secret] = splitOnce(Buffer.from(credentials.trim(), 'base64').toString('utf8'), ':');
      const key = keys.use(id, secret);
      if (key) return { name: `key ${key.id}`, via: 'key', role: undefined, scopes: key.scopes };
      break;
    }
    default:
  }
  throw new SmbError('API-SIGN-IN', 'The credentials are not known here, or their time is over.', {
    fix: 'the header is "Authorization: ApiKey base64(id:secret)"; smbastion keys list shows the keys',
  });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
