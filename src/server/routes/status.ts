import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { StatusAnswer } from '../contract/status.ts';
import { gatherStatus } from '../answers/status.ts';

/** `/api/v1/status`: how the server does, in one answer. */
export const statusRoutes: RouteGroup = {
  name: 'status',
  register: (app, service) => {
    app.get(
      '/api/v1/status',
      { config: { access: ACCESS.read }, schema: { summary: 'How the server does', response: { 200: StatusAnswer } } },
      (request) => gatherStatus(service, callerOf(request).name),
    );
  },
};
