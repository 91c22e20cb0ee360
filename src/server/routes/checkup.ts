import { Type } from 'typebox';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { checkUp } from '../checkup/checkup.ts';
import { maybe, rows } from '../contract/shapes.ts';

const FindingAnswer = Type.Object({
  topic: Type.String({ description: 'What was looked at' }),
  state: Type.Enum(['ok', 'odd', 'wrong']),
  says: Type.String(),
  fix: maybe(Type.String({ description: 'What to do' })),
});

/** `/api/v1/checkup`: what is as it should be and what is not. */
export const checkupRoutes: RouteGroup = {
  name: 'checkup',
  register: (app, service) => {
    app.get(
      '/api/v1/checkup',
      {
        config: { access: ACCESS.read },
        schema: {
          summary: 'What is as it should be, what is not, and what to do',
          response: { 200: Type.Object({ findings: rows(FindingAnswer) }) },
        },
      },
      async () => ({ findings: await checkUp(service, Date.now()) }),
    );
  },
};
