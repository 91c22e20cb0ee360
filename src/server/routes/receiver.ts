import { createHash } from 'node:crypto';
import { configToNetworkSettings } from '../../config/config.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS, idScopeOf } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { addElasticReceiver } from '../ingest/elastic/receiver.ts';
import { openBulkReading } from '../ingest/elastic/reading/open-bulk-reading.ts';

/** Below this path the server speaks as Elasticsearch does. */
const PREFIX = '/elasticsearch';

/** Receiver for Beats, Elastic Agent, Logstash, Vector, Fluent Bit and others that send to Elasticsearch. */
export const receiverRoutes: RouteGroup = {
  name: 'receiver',
  register: (app, service) => {
    const { store, intake, config } = service;
    // The same data folder is the same cluster to a shipper, however often the server starts.
    const uuid = createHash('sha256').update(config.server.dataFolder).digest('base64url').slice(0, 22);
    void app.register(
      async (inner) =>
        addElasticReceiver(inner, {
          intake,
          desk: store.desk,
          reading: openBulkReading(intake, configToNetworkSettings(config)),
          cluster: { name: 'smbastion', uuid },
          idScope: (request) => idScopeOf(callerOf(request)),
          routeConfig: { access: ACCESS.ingest, errors: 'elasticsearch' },
        }),
      { prefix: PREFIX },
    );
  },
};
