/** Alerts as the API takes and gives them. */
import { type Static, Type } from 'typebox';
import { maybe, rows } from './shapes.ts';

export const AlertStateName = Type.Union([Type.Literal('open'), Type.Literal('acknowledged'), Type.Literal('closed')]);
export const SeverityName = Type.Union([
  Type.Literal('low'),
  Type.Literal('medium'),
  Type.Literal('high'),
  Type.Literal('critical'),
]);
const VerdictName = Type.Union(
  [Type.Literal('true-positive'), Type.Literal('benign'), Type.Literal('false-positive'), Type.Literal('duplicate')],
  { description: 'Why it was closed' },
);

const FILTER = {
  state: Type.Optional(Type.Array(AlertStateName, { maxItems: 3 })),
  severity: Type.Optional(Type.Array(SeverityName, { maxItems: 4 })),
  rule: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 500, description: 'Ids of rules' })),
  text: Type.Optional(
    Type.String({ maxLength: 500, description: 'Part of a host, address, account, path, rule name or sentence' }),
  ),
  fromMs: Type.Optional(Type.Number({ description: 'Earliest time of the latest event, milliseconds since 1970' })),
  beforeMs: Type.Optional(Type.Number({ description: 'The time before which the latest event lies' })),
  createdFromMs: Type.Optional(Type.Number({ description: 'Earliest time when it was made' })),
  withBuildingBlocks: Type.Optional(Type.Boolean({ description: 'Weak signs that feed other rules, too' })),
};

/** Which alerts are meant. */
export const AlertFilterInput = Type.Object(FILTER, { additionalProperties: false });

/** Which page of alerts is asked for. */
export const AlertQuery = Type.Object(
  {
    ...FILTER,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
    after: Type.Optional(Type.String({ maxLength: 200, description: 'next of the page before' })),
  },
  { additionalProperties: false },
);

/** How alerts are put together. */
export const AlertGroupQuery = Type.Object(
  {
    ...FILTER,
    by: Type.Union([
      Type.Literal('rule'),
      Type.Literal('host'),
      Type.Literal('source'),
      Type.Literal('destination'),
      Type.Literal('account'),
    ]),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  },
  { additionalProperties: false },
);

const SUMMARY = {
  id: Type.String(),
  rule: Type.Object({ id: Type.String(), name: Type.String() }),
  severity: SeverityName,
  riskScore: Type.Number(),
  state: AlertStateName,
  verdict: maybe(VerdictName),
  timeMs: Type.Number({ description: 'Of the latest event, milliseconds since 1970; 0 when it has none' }),
  createdMs: Type.Number(),
  reason: Type.String({ description: 'What happened, as a sentence' }),
  events: Type.Integer({ description: 'How many events belong to it' }),
  host: maybe(Type.String()),
  source: maybe(Type.String()),
  destination: maybe(Type.String()),
  account: maybe(Type.String()),
  isBuildingBlock: Type.Boolean(),
};

/** An alert in short. */
export const AlertSummary = Type.Object(SUMMARY);
/** See {@link AlertSummary}. */
export type AlertSummary = Static<typeof AlertSummary>;

/** A page of alerts. */
export const AlertList = Type.Object({
  alerts: rows(AlertSummary),
  next: maybe(Type.String({ description: 'Where the next page begins' })),
});

/** An alert with everything that is known of it. */
export const AlertDetail = Type.Object({
  ...SUMMARY,
  history: Type.Array(
    Type.Object({
      state: AlertStateName,
      verdict: maybe(VerdictName),
      note: Type.String(),
      by: Type.String(),
      atMs: Type.Number(),
    }),
    { description: 'Who did what to it, the oldest first' },
  ),
  members: Type.Array(
    Type.Object({
      id: Type.String(),
      timeMs: maybe(Type.Number()),
      place: maybe(Type.String({ description: 'Where the event was read' })),
      search: Type.Object(
        { query: Type.String(), fromMs: maybe(Type.Integer()), beforeMs: maybe(Type.Integer()) },
        { description: 'Body for POST /api/v1/events/search that finds the event' },
      ),
    }),
    { description: 'The events that it rests on, as far as they are kept by name' },
  ),
  document: Type.Record(Type.String(), Type.Unknown(), { description: 'The ECS document' }),
});
/** See {@link AlertDetail}. */
export type AlertDetail = Static<typeof AlertDetail>;

/** Groups of alerts. */
export const AlertGroups = Type.Object({
  groups: rows(
    Type.Object({
      value: maybe(Type.String()),
      count: Type.Integer(),
      open: Type.Integer(),
      severity: SeverityName,
      firstMs: Type.Number(),
      lastMs: Type.Number(),
    }),
  ),
});

const CHANGE = {
  state: AlertStateName,
  verdict: Type.Optional(VerdictName),
  note: Type.Optional(Type.String({ maxLength: 10_000 })),
};

/** What is done to an alert. */
export const AlertChangeInput = Type.Object(CHANGE, { additionalProperties: false });

/** What is done to several alerts: those named, or all that fit. */
export const AlertBulkInput = Type.Object(
  {
    ...CHANGE,
    ids: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 10_000 })),
    filter: Type.Optional(AlertFilterInput),
  },
  { additionalProperties: false },
);

/** What became of a change. */
export const AlertsChanged = Type.Object({
  changed: Type.Integer(),
  unknown: Type.Array(Type.String(), { description: 'Ids that no alert has' }),
});
