import { Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { linkError } from '../access/accounts.ts';
import { ACCESS } from '../access/caller.ts';
import type { App, RouteGroup } from '../http/app-types.ts';
import { setPasswordPage, signInPage } from '../pages/sign-in-page.ts';
import { PAGE_STYLE } from '../pages/style.ts';
import { STYLE_PATH } from '../pages/page.ts';
import type { Service } from '../service.ts';

const HTML = 'text/html; charset=utf-8';
/** Bytes of a form; ours hold a name and a password. */
const MAX_FORM = 8 * 1024;
const config = { access: ACCESS.open, errors: 'page' } as const;

/** `/sign-in`, `/link/…`, `/sign-out`: the same as `/api/v1/session`, for a browser without scripts. */
export const signInRoutes: RouteGroup = {
  name: 'sign-in',
  // In a scope of their own: nothing else reads bodies of forms.
  register: (app, service) => void app.register(async (scope) => addForms(scope as App, service)),
};

function addForms(app: App, service: Service): void {
  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_FORM },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(body))),
  );

  app.get(STYLE_PATH, { config: { access: ACCESS.open } }, async (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(PAGE_STYLE),
  );

  app.get('/sign-in', { config }, async (_, reply) => reply.type(HTML).send(signInPage()));

  const SignInForm = Type.Object({ name: Type.String(), password: Type.String() });
  app.post('/sign-in', { config, schema: { body: SignInForm } }, async (request, reply) => {
    const { name, password } = request.body;
    const wrong = await attempt(() => service.signIn.byPassword(request, reply, name.trim(), password));
    if (wrong === undefined) return reply.redirect('/', 303);
    return reply
      .status(wrong.code === 'API-BUSY' ? 429 : 401)
      .type(HTML)
      .send(signInPage(wrong.message));
  });

  const params = Type.Object({ secret: Type.String({ maxLength: 200 }) });
  app.get('/link/:secret', { config, schema: { params } }, async (request, reply) => {
    const { secret } = request.params;
    return reply.type(HTML).send(setPasswordPage(linkUser(service, secret), secret));
  });

  const LinkForm = Type.Object({
    password: Type.String(),
    again: Type.String(),
    username: Type.Optional(Type.String()),
  });
  app.post('/link/:secret', { config, schema: { params, body: LinkForm } }, async (request, reply) => {
    const { secret } = request.params;
    const { password, again } = request.body;
    const name = linkUser(service, secret);
    const wrong =
      password === again
        ? await attempt(() => service.signIn.byLink(request, reply, secret, password), ['API-INPUT'])
        : new SmbError('API-INPUT', 'The two are not the same.');
    if (wrong === undefined) return reply.redirect('/', 303);
    return reply
      .status(400)
      .type(HTML)
      .send(setPasswordPage(name, secret, wrong.message));
  });

  app.post('/sign-out', { config: { access: ACCESS.read, errors: 'page' } }, async (request, reply) => {
    await service.signIn.end(request, reply);
    return reply.redirect('/sign-in', 303);
  });
}

/** @returns what was wrong, when it is something that the page can say; everything else is thrown */
async function attempt(
  work: () => Promise<unknown>,
  said: readonly string[] = ['API-SIGN-IN', 'API-BUSY'],
): Promise<SmbError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof SmbError && said.includes(error.code)) return error;
    throw error;
  }
}

function linkUser({ accounts }: Service, secret: string): string {
  const name = accounts.whoseLink(secret);
  if (name !== undefined) return name;
  throw linkError();
}
