import { SmbError } from '../../base/error.ts';
import { type Field, fields } from '../../event/field.ts';
import type { EventQuery } from '../../store/event-store.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import {
  CountAnswer,
  CountBody,
  EventPageAnswer,
  EventSearchBody,
  HistogramAnswer,
  HistogramBody,
  TopValuesAnswer,
  TopValuesBody,
} from '../contract/events.ts';
import { compileQuery, type Language, SearchGate } from '../answers/event-query.ts';

/** Stretches of a histogram at most. */
const MAX_STRETCHES = 5_000;

interface Question {
  readonly query: string;
  readonly language?: Language;
  readonly fromMs?: number;
  readonly beforeMs?: number;
}

/** `/api/v1/events/…`: what is stored. They only read; the questions are too long for a path. */
export const eventsRoutes: RouteGroup = {
  name: 'events',
  register: (app, { store, config: settings }) => {
    const config = { access: ACCESS.read };
    const gate = new SearchGate(settings.server.queryMs);
    const ask = async <T extends object>(
      { query, language, ...times }: Question,
      search: (asked: EventQuery) => Promise<T>,
    ) => {
      const { predicate, diagnostics } = compileQuery(query, language ?? 'kql', settings);
      const asked = { predicate, fromMs: times.fromMs, beforeMs: times.beforeMs };
      return { ...(await gate.run((signal) => search({ ...asked, signal }))), remarks: diagnostics };
    };

    app.post(
      '/api/v1/events/search',
      {
        config,
        schema: { summary: 'A page of events', body: EventSearchBody, response: { 200: EventPageAnswer } },
      },
      ({ body: { order = 'newest', limit = 100, after, ...question } }) =>
        ask(question, (asked) => store.events.search({ ...asked, order, limit, after })),
    );

    app.post(
      '/api/v1/events/count',
      { config, schema: { summary: 'How many events match', body: CountBody, response: { 200: CountAnswer } } },
      ({ body }) => ask(body, async (asked) => ({ count: await store.events.count(asked) })),
    );

    app.post(
      '/api/v1/events/histogram',
      { config, schema: { summary: 'Events over time', body: HistogramBody, response: { 200: HistogramAnswer } } },
      ({ body: { widthMs, ...question } }) => {
        const { fromMs, beforeMs } = question;
        if ((beforeMs - fromMs) / widthMs > MAX_STRETCHES) {
          throw new SmbError('API-INPUT', `These are more than ${MAX_STRETCHES} stretches.`, {
            fix: 'make them wider',
          });
        }
        return ask(question, async (asked) => ({ stretches: await store.events.histogram(asked, widthMs) }));
      },
    );

    app.post(
      '/api/v1/events/values',
      {
        config,
        schema: {
          summary: 'The most frequent values of a field',
          body: TopValuesBody,
          response: { 200: TopValuesAnswer },
        },
      },
      ({ body: { field, limit = 10, ...question } }) => {
        const asked = fieldNamed(field);
        return ask(question, async (events) => ({ values: await store.events.topValues(events, asked, limit) }));
      },
    );
  },
};

function fieldNamed(name: string): Field {
  const field = fields.find(name);
  if (field) return field;
  throw new SmbError('API-INPUT', `There is no field "${name}".${fields.suggestion(name)}`, {
    fix: 'smbastion fields lists them',
  });
}
