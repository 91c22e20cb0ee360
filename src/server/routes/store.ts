import { join } from 'node:path';
import { Type } from 'typebox';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';

/** `/api/v1/store`: copies of the store, and whether it is what it should be. */
export const storeRoutes: RouteGroup = {
  name: 'store',
  register: (app, service) => {
    app.post(
      '/api/v1/store/backups',
      {
        config: { access: ACCESS.admin },
        schema: {
          summary: 'Copies the store to a new folder below `backups` in the data folder',
          response: { 200: Type.Object({ folder: Type.String(), rows: Type.Integer() }) },
        },
      },
      async (request) => {
        const nowMs = Date.now();
        // Where it goes is not for a request to say: it is written with the rights of the server.
        const name = new Date(nowMs).toISOString().replaceAll(':', '-');
        const folder = join(service.config.server.dataFolder, 'backups', name);
        const backup = await service.store.maintenance.backUp(folder, nowMs);
        const by = callerOf(request).name;
        await service.store.audit.append({ atMs: nowMs, by, action: 'store.backup', details: { ...backup } });
        return { folder: backup.folder, rows: backup.rows };
      },
    );
    app.get(
      '/api/v1/store/check',
      {
        config: { access: ACCESS.admin },
        schema: {
          summary: 'Reads all events of the store and says what is wrong',
          response: {
            200: Type.Object({
              events: Type.Integer(),
              problems: Type.Array(Type.String(), { description: 'Sentences; none when all is well' }),
            }),
          },
        },
      },
      async () => {
        const { events, problems } = await service.store.maintenance.check();
        return { events, problems: [...problems] };
      },
    );
  },
};
