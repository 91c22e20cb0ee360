/**
 * Type `correlation`. Matches of the rules a correlation builds on are collected and handed to the machine at the end, in
 * the order of events. Windows that are judged at their end are judged when the evidence goes on for longer than they do.
 */
import { DocumentEvent } from '../../event/document-event.ts';
import type { CorrelationMember, ResolvedCorrelation } from '../../query/sigma/correlation.ts';
import { CorrelationMachine } from '../correlation/correlation-machine.ts';
import { correlationTree } from '../correlation/correlation-tree.ts';
import { MemberValues } from '../correlation/member-values.ts';
import { CorrelationAlerts } from './correlation-alerts.ts';
import type { Executor, ExecutorContext, Unused } from './executor.ts';
import { LegMatches, type LegMember } from './leg-matches.ts';

/** Type `correlation`: correlations of Sigma. */
export function correlationExecutor(context: ExecutorContext): Executor {
  const { rule, limits, onLimit, lastTime } = context;
  if (!rule.correlation) throw new Error(`correlation rule ${rule.id} has no correlation`);
  const tree = correlationTree(rule.correlation.correlation);
  if (typeof tree === 'string') throw new Error(`correlation rule ${rule.id}: ${tree}`);
  const onCombinations = (count: number) => onLimit('value-combinations', count);
  const valuesOf = (correlation: ResolvedCorrelation, member: CorrelationMember) =>
    new MemberValues(correlation.definition, member, limits['value-combinations'], onCombinations);
  const values = tree.legs.map(({ correlation, member }) => valuesOf(correlation, member));
  /** The same for the firings of inner correlations. */
  const inner = new Map(
    tree.stages.flatMap(({ correlation }) =>
      correlation.members.map((member) => [member, valuesOf(correlation, member)] as const),
    ),
  );
  const matches = new LegMatches(context);
  let noGroup = 0;
  let noValue = 0;
  let open = 0;

  return {
    onMatch: () => {},

    onLeg: (match, leg) => {
      const part = values[leg]!.of(match.view);
      if (part === 'no group') noGroup++;
      else if (part === 'no value') noValue++;
      else matches.add(match, leg, part.groups, [part.values]);
    },

    finish: () => {
      const alerts = new CorrelationAlerts(context, rule.correlation!.correlation);
      const view = new DocumentEvent(context.networks);
      const machine = new CorrelationMachine<LegMember>(tree, {
        maxGroups: limits['correlation-groups'],
        maxEvents: limits['correlation-events'],
        maxMembers: limits['correlation-members'],
        onFire: (firing) => alerts.emit(firing),
        onGroupDropped: () => onLimit('correlation-groups'),
        onEventDropped: (count) => onLimit('correlation-events', count),
        onMembersCut: () => onLimit('correlation-members'),
        firingPart: (firing, correlation, member) => {
          view.point(alerts.documentOf(firing, correlation));
          const part = inner.get(member)!.of(view);
          if (typeof part !== 'string') return part;
          if (part === 'no group') noGroup++;
          else noValue++;
          return undefined;
        },
      });
      for (const { parts, ...event } of matches) machine.add(event, parts);
      machine.advance(lastTime());
      open = machine.end();
    },

    unused: () => [...matches.unused(), ...notUsed(noGroup, noValue, open)],
  };
}

function notUsed(noGroup: number, noValue: number, open: number): Unused[] {
  return [
    { name: 'without group', count: noGroup, hint: 'events that lack a field of the group belong to none' },
    { name: 'without value', count: noValue, hint: 'events that lack what is counted or computed are left out' },
    {
      name: 'open at the end of the evidence',
      count: open,
      hint: 'windows that had not closed when the evidence ended; read later evidence as well',
    },
  ].filter(({ count }) => count > 0);
}
