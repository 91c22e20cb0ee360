/**
 * Type `eql`. Evidence files are not in time order, so matches of the steps are collected and handed to the state machine
 * at the end, in the order of events. The newest event of all the evidence says how far time has gone: what waits for an
 * event to be missing is reported only when the evidence goes on for long enough.
 */
import type { SequencePart } from '../rule.ts';
import { JoinKeys } from '../sequence/join-keys.ts';
import { SampleMachine } from '../sequence/sample-machine.ts';
import { SequenceMachine, type SequenceMatch } from '../sequence/sequence-machine.ts';
import { legKeys } from '../sequence/sequence-part.ts';
import { sequencePlan } from '../sequence/sequence-plan.ts';
import { EventClock } from './event-clock.ts';
import type { Executor, ExecutorContext, Unused } from './executor.ts';
import { type LegEvent, LegMatches, type LegMember } from './leg-matches.ts';
import { pipedEventsExecutor } from './piped-events.ts';
import { singleEventsExecutor } from './single-events.ts';
import { SequenceAlerts } from './sequence-alerts.ts';

/** What both kinds of machines do. */
interface Machine {
  add(event: LegMember, parts: LegEvent['parts']): void;
  /** @returns sequences that only time could have completed */
  end(): number;
}

/** Type `eql`: sequences and samples; of a query over single events each one is an alert. */
export function eqlExecutor(context: ExecutorContext): Executor {
  const part = context.rule.sequence;
  const { pipes } = context.rule;
  if (!part) return pipes ? pipedEventsExecutor(context, pipes) : singleEventsExecutor(context);
  const { limits, onLimit } = context;
  const clock = new EventClock(part.clock);
  const matches = new LegMatches(context, clock);
  const keys = legKeys(part).map((key) => {
    return new JoinKeys(key, limits['join-combinations'], (count) => onLimit('join-combinations', count));
  });
  const isShown = keys.map((_, leg) => part.query.steps.some((step, at) => part.legs[at] === leg && !step.isMissing));
  const lacking = new Set<string>();
  let noKey = 0;
  let open = 0;

  return {
    onMatch: () => {},

    onLeg: (match, leg) => {
      const own = keys[leg]!.of(match.view);
      if (own.length > 0) return matches.add(match, leg, own, [], isShown[leg]);
      noKey++;
      lacking.add(keys[leg]!.lacking(match.view) ?? '');
    },

    finish: () => {
      const found = new SequenceAlerts(context, part);
      const machine = machineOf(context, part, clock, (match) => found.add(match));
      for (const { parts, ...event } of matches) machine.add(event, parts);
      open = machine.end();
      found.finish();
    },

    unused: () => {
      const byHostName = keys.reduce((sum, one) => sum + one.byHostName, 0);
      return [...matches.unused(), ...notUsed(noKey, [...lacking].sort(), open, byHostName)];
    },
  };
}

function notUsed(noKey: number, lacking: readonly string[], open: number, byHostName: number): Unused[] {
  return [
    { name: 'without key', count: noKey, hint: `events without ${lacking.join(' or ')} take no part` },
    {
      name: 'joined by host.name',
      count: byHostName,
      hint: 'host.id is what agents write; events of logs, which lack it, are tied together by host.name in its place',
    },
    {
      name: 'open at the end of the evidence',
      count: open,
      hint: 'sequences that would be complete if no further event came; read later evidence as well',
    },
  ].filter(({ count }) => count > 0);
}

function machineOf(
  context: ExecutorContext,
  part: SequencePart,
  clock: EventClock,
  onMatch: (match: SequenceMatch<LegMember>) => void,
): Machine {
  const { limits, onLimit, lastTime } = context;
  const plan = sequencePlan(part);
  const onKeyDropped = () => onLimit('sequence-keys');
  const maxKeys = limits['sequence-keys'];
  if (!plan) {
    const maxPerKey = part.samplesPerKey;
    const machine = new SampleMachine<LegMember>(part.legs, { maxKeys, maxPerKey, onMatch, onKeyDropped });
    return { add: (event, parts) => machine.add(event, parts), end: () => 0 };
  }
  const machine = new SequenceMachine<LegMember>(plan, {
    maxKeys,
    maxPending: limits['sequences-waiting'],
    onMatch,
    onKeyDropped,
    onPendingDropped: () => onLimit('sequences-waiting'),
  });
  return {
    add: (event, parts) => machine.add(event, parts),
    end: () => {
      machine.advance(clock.watermark(lastTime()));
      return machine.open;
    },
  };
}
