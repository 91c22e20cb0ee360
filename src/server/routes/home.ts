import type { RuleRun } from '../../store/run-store.ts';
import { ACCESS, isAllowed } from '../access/caller.ts';
import type { RouteGroup } from '../app-types.ts';
import { statusPage } from '../pages/status-page.ts';
import { gatherStatus, latestRuns } from '../status.ts';

/** Alerts and runs on the page. */
const SHOWN_ALERTS = 50;
const SHOWN_RUNS = 25;

/** `/`: how things stand, for people. */
export const homeRoutes: RouteGroup = {
  name: 'home',
  register: (app, service) => {
    app.get('/', { config: { access: ACCESS.open, errors: 'page' } }, async ({ caller }, reply) => {
      if (caller === undefined || !isAllowed(caller, ACCESS.read)) return reply.redirect('/sign-in', 303);
      const [status, runs, { alerts }] = await Promise.all([
        gatherStatus(service, caller.name),
        latestRuns(service),
        service.store.alerts.search({ states: ['open'], limit: SHOWN_ALERTS }),
      ]);
      return reply
        .type('text/html; charset=utf-8')
        .send(statusPage({ status, alerts, runs: worstFirst(runs).slice(0, SHOWN_RUNS) }));
    });
  },
};

/** Runs that failed or have work left before those that are done; otherwise as they are. */
function worstFirst(runs: readonly RuleRun[]): readonly RuleRun[] {
  return [...runs.filter(({ status }) => status !== 'ok'), ...runs.filter(({ status }) => status === 'ok')];
}
