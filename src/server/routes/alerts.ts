/** `/api/v1/alerts`: what rules found, and what people make of it. */
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import { toAlertDetail, toAlertFilter, toAlertSummary } from '../answers/alert-answers.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { findAlert } from '../answers/find-alert.ts';
import {
  AlertBulkInput,
  AlertChangeInput,
  AlertDetail,
  AlertGroupQuery,
  AlertGroups,
  AlertList,
  AlertQuery,
  AlertsChanged,
} from '../contract/alerts.ts';

const ById = Type.Object({ id: Type.String() });

/** Alerts changed with one transaction. */
const PART = 1_000;
/** Ids that an entry of the audit log names; the number is there in any case. */
const NAMED_IN_AUDIT = 100;

/** See above. */
export const alertRoutes: RouteGroup = {
  name: 'alerts',
  register: (app, { store }) => {
    app.get(
      '/api/v1/alerts',
      {
        config: { access: ACCESS.read },
        schema: {
          summary: 'A page of alerts, the newest first',
          querystring: AlertQuery,
          response: { 200: AlertList },
        },
      },
      async ({ query }) => {
        const { limit = 100, after } = query;
        const { alerts, next } = await store.alerts.search({ ...toAlertFilter(query), limit, after });
        return { alerts: alerts.map(toAlertSummary), next };
      },
    );

    app.get(
      '/api/v1/alerts/groups',
      {
        config: { access: ACCESS.read },
        schema: {
          summary: 'Alerts put together by rule, host and so on',
          querystring: AlertGroupQuery,
          response: { 200: AlertGroups },
        },
      },
      async ({ query }) => {
        return { groups: await store.alerts.groups(toAlertFilter(query), query.by, query.limit ?? 100) };
      },
    );

    app.get(
      '/api/v1/alerts/:id',
      {
        config: { access: ACCESS.read },
        schema: {
          summary: 'An alert with its history, events and document',
          params: ById,
          response: { 200: AlertDetail },
        },
      },
      async ({ params }) => toAlertDetail(await findAlert(store.alerts, params.id)),
    );

    app.post(
      '/api/v1/alerts/:id/changes',
      {
        config: { access: ACCESS.triage },
        schema: {
          summary: 'Acknowledge, close or reopen an alert',
          params: ById,
          body: AlertChangeInput,
          response: { 200: AlertDetail },
        },
      },
      async (request) => {
        const { id } = await findAlert(store.alerts, request.params.id);
        await change([id], request.body, callerOf(request).name);
        return toAlertDetail(await findAlert(store.alerts, id));
      },
    );

    app.post(
      '/api/v1/alerts/changes',
      {
        config: { access: ACCESS.triage },
        schema: {
          summary: 'Acknowledge, close or reopen several alerts',
          body: AlertBulkInput,
          response: { 200: AlertsChanged },
        },
      },
      async (request) => {
        const { ids, filter, ...what } = request.body;
        if ((ids === undefined) === (filter === undefined)) {
          throw new SmbError('API-INPUT', 'A change of several alerts needs either "ids" or "filter".');
        }
        const { name } = callerOf(request);
        if (filter !== undefined) return { changed: await change(await allIds(filter), what, name), unknown: [] };
        const found = await Promise.all(ids!.map((id) => findAlert(store.alerts, id).catch(unlessUnknown)));
        const known = found.flatMap((alert) => alert?.id ?? []);
        return {
          changed: await change(known, what, name),
          unknown: ids!.filter((_, i) => found[i] === undefined),
        };
      },
    );

    async function allIds(filter: NonNullable<Static<typeof AlertBulkInput>['filter']>): Promise<string[]> {
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.alerts.search({ ...toAlertFilter(filter), limit: PART, after });
        for (const { id } of page.alerts) ids.push(id);
        after = page.next;
      } while (after !== undefined);
      return ids;
    }

    async function change(ids: readonly string[], what: Static<typeof AlertChangeInput>, by: string): Promise<number> {
      const { state, verdict, note = '' } = what;
      if ((state === 'closed') !== (verdict !== undefined)) {
        throw new SmbError('API-INPUT', 'An alert is closed with a verdict, and only a closed one has one.', {
          fix: 'the verdicts are true-positive, benign, false-positive and duplicate',
        });
      }
      const atMs = Date.now();
      let changed = 0;
      for (let from = 0; from < ids.length; from += PART) {
        const part = ids.slice(from, from + PART);
        const done = await store.alerts.change(part, { state, verdict, note, by, atMs }, (found) => {
          const details = {
            ids: found.slice(0, NAMED_IN_AUDIT),
            count: found.length,
            ...(verdict && { verdict }),
            note,
          };
          return { atMs, by, action: `alert.${ACTIONS[state]}`, details };
        });
        changed += done.length;
      }
      return changed;
    }
  },
};

const ACTIONS = { open: 'reopen', acknowledged: 'acknowledge', closed: 'close' } as const;

function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof SmbError) || error.code !== 'API-NOT-FOUND') throw error;
}
