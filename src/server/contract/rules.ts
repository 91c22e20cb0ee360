import { Type } from 'typebox';
import { maybe, rows, time } from './shapes.ts';

/** One run of a rule. */
export const RunAnswer = Type.Object({
  id: Type.String(),
  ruleId: Type.String(),
  startedMs: time('When it began'),
  endedMs: time('When it ended'),
  afterPosition: Type.Integer({ description: 'Events stored behind this position were looked at' }),
  toPosition: Type.Integer({ description: 'The last position looked at' }),
  fromMs: maybe(Type.Number({ description: 'Time of the first new match' })),
  toMs: maybe(Type.Number({ description: 'Time of the last new match' })),
  status: Type.Union([Type.Literal('ok'), Type.Literal('partial'), Type.Literal('failed')]),
  reason: maybe(Type.String({ description: 'Why it is not ok, or what was special' })),
  candidates: Type.Integer({ description: 'Events read' }),
  matches: Type.Integer({ description: 'New events that match' }),
  alertsNew: Type.Integer(),
  alertsUpdated: Type.Integer(),
  suppressed: Type.Integer(),
  excepted: Type.Integer(),
  overflow: Type.Integer({ description: 'New alerts above max_signals, left for the next run' }),
});

/** Runs, the newest first. */
export const RunsAnswer = Type.Object({ runs: rows(RunAnswer) });

/** A stretch that a rule did not look at. */
const GapAnswer = Type.Object({
  id: Type.String(),
  ruleId: Type.String(),
  afterPosition: Type.Integer(),
  toPosition: Type.Integer(),
  reason: Type.String(),
  foundMs: time('When it came to be'),
  filledMs: maybe(time('When it was filled')),
});

/** Gaps, the oldest first. */
export const GapsAnswer = Type.Object({ gaps: rows(GapAnswer) });

/** A rule as it stands on the schedule. */
export const RuleAnswer = Type.Object({
  id: Type.String(),
  uuid: Type.String(),
  name: Type.String(),
  type: Type.String(),
  severity: Type.String(),
  severityVaries: Type.Boolean({ description: 'What was found says how severe it is' }),
  riskScore: Type.Number(),
  version: Type.Integer(),
  tags: rows(Type.String()),
  threat: rows(
    Type.Object({
      technique: Type.String(),
      name: maybe(Type.String()),
      tactic: maybe(Type.String()),
      attackVersion: Type.String(),
    }),
  ),
  file: Type.String({ description: 'Where it was read from' }),
  isOn: Type.Boolean(),
  isRunning: Type.Boolean(),
  isBlind: Type.Boolean({ description: 'Nothing of what it needs was stored for a day' }),
  datasets: rows(Type.String({ description: 'Datasets it needs one of; none when it does not say' })),
  intervalMs: Type.Integer(),
  nextMs: time('When it is due'),
  gaps: Type.Integer({ description: 'Gaps that are open' }),
  lastRun: maybe(RunAnswer),
});

/** All rules, by id. */
export const RulesAnswer = Type.Object({ rules: rows(RuleAnswer) });

/** What became of a switch: the gap that was left while the rule was off. */
export const SwitchAnswer = Type.Object({ isOn: Type.Boolean(), gap: maybe(GapAnswer) });

/** What to look at anew: all open gaps of a rule, or a stretch of event time. */
export const BackfillBody = Type.Object({
  fromMs: maybe(time('First event time; without it the open gaps are filled')),
  beforeMs: maybe(time('Time before which events lie; now unless given')),
});

/** What looking anew came to. */
export const BackfillAnswer = Type.Object({
  runs: Type.Integer(),
  matches: Type.Integer(),
  alertsNew: Type.Integer(),
  alertsUpdated: Type.Integer(),
  filled: rows(Type.String({ description: 'Ids of gaps that are filled now' })),
  left: rows(Type.String({ description: 'What could not be looked at, and why' })),
});

/** What is previewed: a rule that is loaded, or the text of a rule file. */
export const PreviewBody = Type.Object({
  ruleId: maybe(Type.String()),
  toml: maybe(Type.String({ description: 'Text of a rule file' })),
  file: maybe(Type.String({ maxLength: 500, description: 'What errors call the file of the text' })),
  fromMs: time('First event time'),
  beforeMs: maybe(time('Time before which events lie; now unless given')),
});

/** What a rule would find. */
export const PreviewAnswer = Type.Object({
  ruleId: Type.String(),
  alerts: Type.Integer(),
  bySeverity: Type.Record(Type.String(), Type.Integer()),
  hours: rows(Type.Object({ fromMs: Type.Number(), count: Type.Integer() })),
  groups: rows(Type.Object({ about: Type.String(), count: Type.Integer() })),
  exceptions: rows(Type.Object({ id: Type.String(), hits: Type.Integer() })),
  shown: rows(Type.Object({ timeMs: Type.Number(), severity: Type.String(), reason: Type.String() })),
  events: Type.Integer({ description: 'Events read' }),
  tookMs: Type.Integer(),
  fromMs: Type.Number({ description: 'Earliest time looked at; later than asked for when there were too many events' }),
  limits: rows(Type.String()),
});
