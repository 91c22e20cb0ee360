import { Type } from 'typebox';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { removeExamples } from '../data/examples.ts';

/** `/api/v1/examples`: taking the bundled examples out. */
export const examplesRoutes: RouteGroup = {
  name: 'examples',
  register: (app, service) => {
    app.delete(
      '/api/v1/examples',
      {
        config: { access: ACCESS.admin },
        schema: {
          summary: 'Takes the bundled examples out, and alerts that are about nothing else',
          response: { 200: Type.Object({ events: Type.Integer(), alerts: Type.Integer() }) },
        },
      },
      (request) => removeExamples(service, callerOf(request).name),
    );
  },
};
