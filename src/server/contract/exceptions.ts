/** Exceptions and value lists as the API takes and gives them. */
import { type Static, Type } from 'typebox';
import { maybe, rows } from './shapes.ts';

/** An exception in short. */
export const ExceptionSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  rules: rows(Type.String()),
  list: maybe(Type.String()),
  owner: Type.String(),
  reason: Type.String(),
  comment: Type.String(),
  expires: Type.String({ description: 'A time, or never' }),
  keptIn: Type.Union([Type.Literal('store'), Type.Literal('file')]),
  file: maybe(Type.String()),
  by: maybe(Type.String({ description: 'Who wrote it last, of one in the store' })),
  atMs: maybe(Type.Number()),
  hits: Type.Integer({ description: 'Events that it silenced on this server' }),
  lastHitMs: maybe(Type.Number()),
  isExpired: Type.Boolean(),
  isExpiring: Type.Boolean({ description: 'It ends within seven days' }),
  isUnused: Type.Boolean({ description: 'It silenced nothing for 30 days' }),
});
/** See {@link ExceptionSummary}. */
export type ExceptionSummary = Static<typeof ExceptionSummary>;

/** Exceptions, and what of them cannot be used. */
export const ExceptionList = Type.Object({
  exceptions: rows(ExceptionSummary),
  faults: Type.Array(Type.String(), { description: 'Why something that is kept cannot be used' }),
});

/** An exception as it was written, with its earlier versions. */
export const ExceptionDetail = Type.Object({
  exception: ExceptionSummary,
  toml: maybe(Type.String({ description: 'As it was written; of one in a file, see the file' })),
  hits: Type.Array(Type.Object({ ruleId: Type.String(), count: Type.Integer(), lastMs: Type.Number() })),
  history: Type.Array(
    Type.Object({
      by: Type.String(),
      atMs: Type.Number(),
      toml: maybe(Type.String({ description: 'Absent when it was removed' })),
    }),
    { description: 'Versions, the newest first' },
  ),
});
/** See {@link ExceptionDetail}. */
export type ExceptionDetail = Static<typeof ExceptionDetail>;

const PreviewedRule = Type.Object({
  ruleId: Type.String(),
  count: Type.Integer(),
  unsettled: Type.Integer({ description: 'Not closed' }),
  truePositives: Type.Integer({ description: 'Closed as true positives' }),
  examples: rows(Type.String()),
});

/** What an exception would have hidden; `others` are alerts of other rules with the same values, which stay. */
export const PreviewAnswer = Type.Object({
  looked: Type.Integer({ description: 'Alerts that were looked at' }),
  isComplete: Type.Boolean({ description: 'false when there were more' }),
  hidden: rows(PreviewedRule),
  others: rows(PreviewedRule),
  remarks: Type.Array(
    Type.String({ description: 'What is hardly meant, such as an exception that holds for nearly every event' }),
  ),
});
/** See {@link PreviewAnswer}. */
export type PreviewAnswer = Static<typeof PreviewAnswer>;

const Toml = Type.String({ maxLength: 200_000, description: 'One [[exception]], as docs/exceptions.md describes it' });
const Days = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 3650, description: 'Days to look back; 30 unless given' }),
);

/** Asks what an exception would have hidden. */
export const PreviewInput = Type.Object({ toml: Toml, days: Days }, { additionalProperties: false });

/** Asks for an exception from an alert. */
export const ProposalInput = Type.Object(
  {
    alert: Type.String({ maxLength: 200 }),
    owner: Type.Optional(Type.String({ maxLength: 500 })),
    reason: Type.Optional(Type.String({ maxLength: 2_000 })),
    expires: Type.Optional(Type.String({ maxLength: 40, description: 'A time, or never' })),
    days: Days,
  },
  { additionalProperties: false },
);

/** An exception that was made from an alert, and what it would have hidden; it is not kept yet. */
export const ProposalAnswer = Type.Object({ toml: Type.String(), preview: PreviewAnswer });
/** See {@link ProposalAnswer}. */
export type ProposalAnswer = Static<typeof ProposalAnswer>;

/** Keeps an exception. */
export const ExceptionInput = Type.Object(
  {
    toml: Toml,
    replace: Type.Optional(Type.Boolean({ description: 'In place of the one that has its id' })),
    alert: Type.Optional(Type.String({ maxLength: 200, description: 'The alert that it was made from' })),
  },
  { additionalProperties: false },
);

/** An exception that is kept, with remarks. */
export const ExceptionKept = Type.Object({ exception: ExceptionSummary, remarks: Type.Array(Type.String()) });
/** See {@link ExceptionKept}. */
export type ExceptionKept = Static<typeof ExceptionKept>;

/** A value list in short. */
export const ListSummary = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  entries: Type.Integer(),
  by: Type.String(),
  atMs: Type.Number(),
});
/** See {@link ListSummary}. */
export type ListSummary = Static<typeof ListSummary>;

/** Value lists of the store. */
export const ListsAnswer = Type.Object({ lists: Type.Array(ListSummary) });

/** A value list with its text. */
export const ListDetail = Type.Object({ list: ListSummary, text: Type.String() });

/** The text of a value list. */
export const ListInput = Type.Object(
  { text: Type.String({ maxLength: 3_000_000, description: 'One entry a line, as docs/exceptions.md describes it' }) },
  { additionalProperties: false },
);

/** A value list that is kept, with remarks. */
export const ListKept = Type.Object({ list: ListSummary, remarks: Type.Array(Type.String()) });
