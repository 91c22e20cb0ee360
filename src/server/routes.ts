import type { RouteGroup } from './app-types.ts';
import { healthRoutes } from './routes/health.ts';
import { statusRoutes } from './routes/status.ts';

/** Everything that can be asked of the server. A new group is one file and one line. */
export const routes: readonly RouteGroup[] = [healthRoutes, statusRoutes];
