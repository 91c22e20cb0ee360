import { type Static, Type } from 'typebox';
import { SEVERITIES } from '../../event/severity.ts';
import type { AlertStore, StoredAlert } from '../../store/alert-store.ts';
import type { RuleRun } from '../../store/run-store.ts';
import { ACCESS, isAllowed } from '../access/caller.ts';
import { toAlertDetail } from '../answers/alert-answers.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { SeverityName } from '../contract/alerts.ts';
import { findAlert } from '../answers/find-alert.ts';
import { alertPage } from '../pages/alert-page.ts';
import type { ShownAlerts } from '../pages/open-alerts.ts';
import { statusPage } from '../pages/status-page.ts';
import { gatherStatus, latestRuns } from '../answers/status.ts';

const HTML = 'text/html; charset=utf-8';
/** Alerts and runs on the page. */
const SHOWN_ALERTS = 50;
const SHOWN_RUNS = 25;

/** Which open alerts the page shows. */
const HomeQuery = Type.Object(
  {
    severity: Type.Optional(SeverityName),
    rule: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);

const config = { access: ACCESS.open, errors: 'page' } as const;

/** `/` and `/alerts/ID`: how things stand, for people. */
export const homeRoutes: RouteGroup = {
  name: 'home',
  register: (app, service) => {
    app.get('/', { config, schema: { querystring: HomeQuery } }, async ({ caller, query }, reply) => {
      if (caller === undefined || !isAllowed(caller, ACCESS.read)) return reply.redirect('/sign-in', 303);
      const [status, runs, shown] = await Promise.all([
        gatherStatus(service, caller.name),
        latestRuns(service),
        worstAlerts(service.store.alerts, query),
      ]);
      return reply.type(HTML).send(statusPage({ status, shown, runs: worstFirst(runs).slice(0, SHOWN_RUNS) }));
    });

    const params = Type.Object({ id: Type.String() });
    app.get('/alerts/:id', { config, schema: { params } }, async (request, reply) => {
      const { caller } = request;
      if (caller === undefined || !isAllowed(caller, ACCESS.read)) return reply.redirect('/sign-in', 303);
      const alert = await findAlert(service.store.alerts, request.params.id);
      return reply.type(HTML).send(alertPage(toAlertDetail(alert), caller.name));
    });
  },
};

/** Open alerts, severity by severity: one that is critical is never behind others that are newer. */
async function worstAlerts(alerts: AlertStore, query: Static<typeof HomeQuery>): Promise<ShownAlerts> {
  const { severity, rule, after } = query;
  const filter = { states: ['open'], ruleIds: rule === undefined ? undefined : [rule] } as const;
  if (severity !== undefined) {
    const page = await alerts.search({ ...filter, severities: [severity], limit: SHOWN_ALERTS, after });
    return { choice: { severity, rule }, ...page };
  }
  const found: StoredAlert[] = [];
  for (const one of SEVERITIES.toReversed()) {
    const limit = SHOWN_ALERTS - found.length;
    if (limit > 0) found.push(...(await alerts.search({ ...filter, severities: [one], limit })).alerts);
  }
  return { choice: { rule }, alerts: found, next: undefined };
}

/** Runs that failed or have work left before those that are done; otherwise as they are. */
function worstFirst(runs: readonly RuleRun[]): readonly RuleRun[] {
  return [...runs.filter(({ status }) => status !== 'ok'), ...runs.filter(({ status }) => status === 'ok')];
}
