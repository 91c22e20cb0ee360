import type { Document } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { CorrelationType, ResolvedCorrelation } from '../../query/sigma/correlation.ts';
import type { AlertMember, Term } from '../alert.ts';
import { alertId, termParts } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import type { Firing } from '../correlation/correlation-item.ts';
import { decimalText } from '../../event/document-event-value.ts';
import type { ExecutorContext } from './executor.ts';
import type { LegMember } from './leg-matches.ts';

/** Members of an alert whose documents are shown, beside the first of each leg and the last one. */
const MEMBER_DOCUMENTS = 5;

/** What the figure of a correlation is called. */
const FIGURES: Readonly<Record<CorrelationType, string | undefined>> = {
  event_count: undefined,
  value_count: undefined,
  temporal: undefined,
  temporal_ordered: undefined,
  value_sum: 'sum',
  value_avg: 'average',
  value_percentile: 'percentile',
  value_median: 'median',
};

/** Makes alerts of the firings of a correlation. */
export class CorrelationAlerts {
  private readonly context: ExecutorContext;
  private readonly correlation: ResolvedCorrelation;

  constructor(context: ExecutorContext, correlation: ResolvedCorrelation) {
    this.context = context;
    this.correlation = correlation;
  }

  emit(firing: Firing<LegMember>): void {
    const { rule, build, emit, memberExceptions } = this.context;
    const silencing = memberExceptions?.silencing(
      firing.members.map(({ leg, event: { time, silencers = [] } }) => {
        return { leg: rule.legs[leg]!.name, step: leg + 1, time, silencers };
      }),
    );
    const exceptedBy = this.context.exceptedBy ?? silencing;
    const terms = termsOf(firing, this.correlation);
    const members = this.membersOf(firing);
    const document = this.documentOf(firing, this.correlation);
    const [from, to] = [members[0]!.time, members.at(-1)!.time];
    const { type, fields: names } = this.correlation.definition;
    const { figure, memberCount } = firing;
    const isCount = type === 'event_count' || type === 'value_count';
    const word = FIGURES[type];
    emit(
      build.build({
        id: alertId(rule, [...termParts(terms), String(memberCount), ...members.map(({ id }) => id)], exceptedBy),
        document,
        originalTime: from,
        lastTime: to,
        members,
        memberCount,
        ...(isCount && {
          group: {
            terms,
            count: memberCount,
            cardinality: type === 'value_count' ? [{ field: names.join(', '), value: figure }] : [],
            from,
            to,
          },
        }),
        sequence: {
          keys: terms,
          legs: firing.members.map(({ leg, event: { id, time } }) => {
            return { name: rule.legs[leg]!.name, state: 'matched', event: id, time, why: undefined };
          }),
          spanMs: to - from,
          grade: undefined,
        },
        exceptedBy,
        ...(word !== undefined && { notes: [`${word} of ${names.join(', ')}: ${decimalText(figure)}`] }),
      }),
    );
  }

  /** @returns what all members have in common, with the values of the group */
  documentOf({ members, group }: Firing<LegMember>, correlation: ResolvedCorrelation): Document {
    let common: Document | undefined;
    for (const { event } of members) {
      const document = this.context.documents.load(event.ticket);
      if (document) common = commonDocument(common ? [common, document] : [document]);
    }
    return withTerms(common ?? {}, termsOf({ group }, correlation));
  }

  private membersOf({ members }: Firing<LegMember>): AlertMember[] {
    const seen = new Set<number>();
    return members.map(({ leg, event: { id, time, provenance, ticket } }, at) => {
      const isShown = at < MEMBER_DOCUMENTS || at === members.length - 1 || !seen.has(leg);
      seen.add(leg);
      return { id, time, provenance, document: isShown ? this.context.documents.load(ticket) : undefined };
    });
  }
}

/** @returns the group's values under the names of the correlation; an alias stands for a field of each rule */
function termsOf({ group }: Pick<Firing<LegMember>, 'group'>, { definition, members }: ResolvedCorrelation): Term[] {
  const values = JSON.parse(group) as string[];
  return definition.groupBy.map((name, i) => {
    const own = new Set(members.map((member) => member.groupBy[i]?.[0]?.name));
    const [only] = own;
    const field = own.size === 1 && only !== undefined ? only : name;
    return { field: fields.find(field)?.name ?? field, value: values[i]! };
  });
}
