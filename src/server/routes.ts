import type { RouteGroup } from './http/app-types.ts';
import { alertRoutes } from './routes/alerts.ts';
import { auditRoutes } from './routes/audit.ts';
import { checkupRoutes } from './routes/checkup.ts';
import { eventsRoutes } from './routes/events.ts';
import { exceptionRoutes } from './routes/exceptions.ts';
import { examplesRoutes } from './routes/examples.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoutes } from './routes/home.ts';
import { intakeRoutes } from './routes/intake.ts';
import { keysRoutes } from './routes/keys.ts';
import { listRoutes } from './routes/lists.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { previewRoutes } from './routes/preview.ts';
import { rulesRoutes } from './routes/rules.ts';
import { receiverRoutes } from './routes/receiver.ts';
import { sessionRoutes } from './routes/session.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { statusRoutes } from './routes/status.ts';
import { storeRoutes } from './routes/store.ts';
import { streamRoutes } from './routes/stream.ts';
import { usersRoutes } from './routes/users.ts';

/** Everything that can be asked of the server. A new group is one file and one line. */
export const routes: readonly RouteGroup[] = [
  healthRoutes,
  statusRoutes,
  alertRoutes,
  exceptionRoutes,
  listRoutes,
  notificationRoutes,
  checkupRoutes,
  streamRoutes,
  receiverRoutes,
  evidenceRoutes,
  intakeRoutes,
  eventsRoutes,
  rulesRoutes,
  previewRoutes,
  sessionRoutes,
  usersRoutes,
  keysRoutes,
  auditRoutes,
  storeRoutes,
  examplesRoutes,
  signInRoutes,
  homeRoutes,
  metricsRoutes,
];
