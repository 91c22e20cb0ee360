import { PRODUCT } from '../../base/product.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../app-types.ts';
import { StatusAnswer } from '../contract/status.ts';

/** `/api/v1/status`: how the server does, in one answer. */
export const statusRoutes: RouteGroup = {
  name: 'status',
  register: (app, service) => {
    app.get(
      '/api/v1/status',
      { config: { access: ACCESS.read }, schema: { response: { 200: StatusAnswer } } },
      async (request) => ({
        asker: callerOf(request).name,
        version: PRODUCT.version,
        startedMs: service.startedMs,
        dataFolder: service.config.server.dataFolder,
        isServing: service.isReady,
        rules: {
          active: service.detection.active.length,
          all: service.detection.rules.length,
          faulty: service.detection.errors.length,
        },
      }),
    );
  },
};
