import { Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { datasetsOf, datasetsSince, isBlind, QUIET_AFTER_MS } from '../../detect/schedule/blind-rules.ts';
import { fillGaps, fillTime } from '../../detect/schedule/backfill.ts';
import { ruleFacts } from '../../detect/rule-facts.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { BackfillAnswer, BackfillBody, GapsAnswer, RulesAnswer, RunsAnswer, SwitchAnswer } from '../contract/rules.ts';
import type { RuleRun } from '../../store/run-store.ts';
import { ruleOf } from '../answers/find-rule.ts';

/** Latest runs looked through for the last one of each rule. */
const RUNS_A_RULE = 10;

const ById = Type.Object({ id: Type.String() });
const Limit = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })) });

/** `/api/v1/rules…`, `/api/v1/runs`, `/api/v1/gaps`: what runs, how it went, what it did not look at. */
export const rulesRoutes: RouteGroup = {
  name: 'rules',
  register: (app, service) => {
    const { store, schedule } = service;
    const read = { access: ACCESS.read };
    const change = { access: ACCESS.engineer };

    app.get(
      '/api/v1/rules',
      { config: read, schema: { summary: 'Rules and how they stand', response: { 200: RulesAnswer } } },
      async () => {
        const since = Date.now() - QUIET_AFTER_MS;
        const delivered = await datasetsSince(store.events, since);
        const gaps = (await store.runs.gaps()).filter(({ filledMs }) => filledMs === undefined);
        const rules = await schedule.rules();
        const last = new Map<string, RuleRun>();
        const runs = await store.runs.latest(undefined, RUNS_A_RULE * rules.length);
        for (const run of runs) if (!last.has(run.ruleId)) last.set(run.ruleId, run);
        return {
          rules: rules.map(({ rule, ...state }) => ({
            ...state,
            ...ruleFacts(rule),
            isBlind: state.isOn && isBlind(rule, delivered),
            datasets: datasetsOf(rule),
            gaps: gaps.filter(({ ruleId }) => ruleId === rule.id).length,
            lastRun: last.get(rule.id),
          })),
        };
      },
    );

    app.get(
      '/api/v1/rules/:id/runs',
      {
        config: read,
        schema: { summary: 'Runs of a rule', params: ById, querystring: Limit, response: { 200: RunsAnswer } },
      },
      async ({ params: { id }, query: { limit = 20 } }) => {
        return { runs: await store.runs.latest(ruleOf(service, id).id, limit) };
      },
    );

    app.get(
      '/api/v1/runs',
      { config: read, schema: { summary: 'Latest runs', querystring: Limit, response: { 200: RunsAnswer } } },
      async ({ query: { limit = 50 } }) => ({ runs: await store.runs.latest(undefined, limit) }),
    );

    app.get(
      '/api/v1/gaps',
      { config: read, schema: { summary: 'What rules did not look at', response: { 200: GapsAnswer } } },
      async () => ({ gaps: await store.runs.gaps() }),
    );

    for (const isOn of [true, false]) {
      const word = isOn ? 'enable' : 'disable';
      app.post(
        `/api/v1/rules/:id/${word}`,
        {
          config: change,
          schema: { summary: `Switches a rule ${isOn ? 'on' : 'off'}`, params: ById, response: { 200: SwitchAnswer } },
        },
        async (request) => {
          const rule = ruleOf(service, request.params.id);
          const by = callerOf(request).name;
          const gap = await schedule.switch(rule, isOn, by);
          return { isOn, gap };
        },
      );
    }

    app.post(
      '/api/v1/rules/:id/backfill',
      {
        config: change,
        schema: {
          summary: 'Looks anew at gaps, or at a stretch of time',
          params: ById,
          body: BackfillBody,
          response: { 200: BackfillAnswer },
        },
      },
      async (request) => {
        const { fromMs, beforeMs = Date.now() } = request.body;
        const rule = ruleOf(service, request.params.id);
        const by = callerOf(request).name;
        if (fromMs !== undefined && fromMs >= beforeMs) {
          throw new SmbError('API-INPUT', 'The stretch ends before it begins.');
        }
        const gaps = (await store.runs.gaps(rule.id)).filter(({ filledMs }) => filledMs === undefined);
        const details = { rule: rule.id, ...(fromMs === undefined ? { gaps: gaps.length } : { fromMs, beforeMs }) };
        await store.audit.append({ atMs: Date.now(), by, action: 'rule.backfill', details });
        return schedule.alone(rule, () => {
          return fromMs === undefined
            ? fillGaps(schedule.runner, rule, gaps)
            : fillTime(schedule.runner, rule, fromMs, beforeMs);
        });
      },
    );
  },
};
