import { Type } from 'typebox';
import { LANGUAGES } from '../answers/event-query.ts';
import { maybe, rows, time } from './shapes.ts';

/** Characters of a query; whole rule files of Sigma fit. */
const MAX_QUERY = 64 * 1024;

const QUESTION = {
  query: Type.String({ maxLength: MAX_QUERY, description: 'Empty for everything, in KQL' }),
  language: Type.Optional(
    Type.Enum([...LANGUAGES], { default: 'kql', description: 'Of the query; sigma takes the text of a rule' }),
  ),
  fromMs: Type.Optional(time('Earliest time of events')),
  beforeMs: Type.Optional(time('Time before which events lie')),
};

/** A page of events. */
export const EventSearchBody = Type.Object(
  {
    ...QUESTION,
    order: Type.Optional(Type.Enum(['newest', 'oldest'], { default: 'newest' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
    after: Type.Optional(Type.String({ maxLength: 1_000, description: '`next` of the page before' })),
  },
  { additionalProperties: false },
);

/** Events over time. */
export const HistogramBody = Type.Object(
  {
    ...QUESTION,
    fromMs: time('Earliest time of events'),
    beforeMs: time('Time before which events lie'),
    widthMs: Type.Integer({
      minimum: 1_000,
      maximum: 366 * 86_400_000,
      description: 'Width of a stretch, in milliseconds',
    }),
  },
  { additionalProperties: false },
);

/** The most frequent values of a field. */
export const TopValuesBody = Type.Object(
  {
    ...QUESTION,
    field: Type.String({ maxLength: 300 }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 })),
  },
  { additionalProperties: false },
);

/** A count of events. */
export const CountBody = Type.Object(QUESTION, { additionalProperties: false });

const remarks = rows(Type.Object({ code: Type.String(), message: Type.String() }));

/** A page of events as it is answered. */
export const EventPageAnswer = Type.Object({
  events: rows(
    Type.Object({
      id: Type.String(),
      timeMs: time('When it happened; 0 when it has no time'),
      ingestedMs: time('When it was stored'),
      document: Type.Object({}, { additionalProperties: true, description: 'In the Elastic Common Schema' }),
    }),
  ),
  next: maybe(Type.String({ description: 'Where the next page begins' })),
  remarks,
});

/** Events over time as they are answered. */
export const HistogramAnswer = Type.Object({
  stretches: rows(Type.Object({ fromMs: time('Where it begins'), count: Type.Integer() })),
  remarks,
});

/** Frequent values as they are answered. */
export const TopValuesAnswer = Type.Object({
  values: rows(
    Type.Object({ value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]), count: Type.Integer() }),
  ),
  remarks,
});

/** A count as it is answered. */
export const CountAnswer = Type.Object({ count: Type.Integer(), remarks });
