import { Type } from 'typebox';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { AuditAnswer } from '../contract/people.ts';
import { maybe, rows } from '../contract/shapes.ts';

/** Entries of a page at most. */
const MAX_ENTRIES = 1_000;

/** `/api/v1/audit`: who changed what, and whether the log is as it was written. */
export const auditRoutes: RouteGroup = {
  name: 'audit',
  register: (app, { store }) => {
    const config = { access: ACCESS.admin };

    app.get(
      '/api/v1/audit',
      {
        config,
        schema: {
          summary: 'Who changed what, the newest first',
          querystring: Type.Object(
            {
              limit: Type.Integer({ minimum: 1, maximum: MAX_ENTRIES, default: 100 }),
              below: Type.Optional(Type.Integer({ minimum: 1, description: 'Only entries with smaller numbers' })),
            },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ entries: rows(AuditAnswer) }) },
        },
      },
      async (request) => ({ entries: await store.audit.entries(request.query.limit, request.query.below) }),
    );

    app.get(
      '/api/v1/audit/check',
      {
        config,
        schema: {
          summary: 'Whether the log is as it was written',
          response: {
            200: Type.Object({
              entries: Type.Integer({ description: 'Entries that there are' }),
              firstForged: maybe(AuditAnswer),
            }),
          },
        },
      },
      async () => {
        const [latest] = await store.audit.entries(1);
        const firstForged = await store.audit.firstForged();
        return { entries: latest?.number ?? 0, firstForged };
      },
    );
  },
};
