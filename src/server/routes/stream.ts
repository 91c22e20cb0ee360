import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { ACCESS } from '../access/caller.ts';
import { callerOf } from '../access/access-hook.ts';
import { authenticate } from '../access/authenticate.ts';
import { hashSecret } from '../access/secret.ts';
import { sessionSecret } from '../access/session-cookie.ts';
import type { RouteGroup } from '../http/app-types.ts';

/** `/api/v1/stream`: new alerts and runs as they come. */
export const streamRoutes: RouteGroup = {
  name: 'stream',
  register: (app, service) => {
    const { news } = service;
    // Listeners never end by themselves, and stopping waits for what goes on.
    app.addHook('preClose', async () => news.close());

    app.get(
      '/api/v1/stream',
      {
        // A HEAD would begin a stream that nobody reads and nothing ends, until no listener is let in any more.
        exposeHeadRoute: false,
        config: { access: ACCESS.read },
        schema: {
          summary: 'New alerts and runs of rules, as server-sent events',
          description:
            'Events `alert` (new, or more severe than before) and `run`. The header Last-Event-ID goes on where a listener stopped; an event `reset` says that something may have been missed. There are 200 streams at most, 20 of one account or key and 10 of one session; one more is answered 429, API-BUSY. A stream ends at once when its key is removed, its session ends or its account changes, and within 15 seconds when their time is over.',
          headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 100 })) }),
          produces: ['text/event-stream'],
          response: { 200: Type.Unsafe<Readable>({ type: 'string' }) },
        },
      },
      async (request, reply) => {
        const mayListen = () => {
          try {
            return authenticate(request, service) !== undefined;
          } catch {
            // A key was removed, or its time is over.
            return false;
          }
        };
        const { name: account } = callerOf(request);
        const secret = sessionSecret(request);
        const session = secret === undefined ? undefined : hashSecret(secret);
        const stream = news.listen(request.headers['last-event-id'], { account, session, mayListen });
        void reply.type('text/event-stream').header('x-accel-buffering', 'no');
        return reply.send(stream);
      },
    );
  },
};
