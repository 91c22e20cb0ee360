/** Makes the alert of a finding: who and where, what came when, what nobody could see, in one sentence and in detail. */
import { formatSpan } from '../../base/text/figures.ts';
import { type Document, visitPath } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import type { Term } from '../alert.ts';
import { alertId, termParts } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import { tellEvent } from '../alerts/reason.ts';
import type { ExecutorContext } from '../executors/executor.ts';
import { tupleOf } from '../executors/field-tuple.ts';
import type { ConvergenceEvent } from './convergence-event.ts';
import type { ConvergencePart } from './convergence-part.ts';
import { type OpenFinding, shownMembers } from './open-finding.ts';
import { ShownValues } from './shown-values.ts';

/** @returns a function that gives the alert of a finding on */
export function findingAlert(context: ExecutorContext, part: ConvergencePart): (finding: OpenFinding) => void {
  const { rule, build, exceptedBy } = context;
  const shown = new ShownValues(rule);
  const view = new DocumentEvent(new Networks());
  const legOf = (event: ConvergenceEvent) => part.ways[event.way]!.leg;

  /** Events of a leg: several ways may have seen the same ones, so the way that saw most counts. */
  const countOf = ({ counts }: OpenFinding, leg: number) =>
    Math.max(...part.legs[leg]!.ways.map((way) => counts[way]!));

  const told = (finding: OpenFinding, documents: ReadonlyMap<ConvergenceEvent, Document>) => {
    const { match } = finding;
    const phrases = representatives(part, finding).map((event) => {
      const { says, leg } = part.ways[event.way]!;
      view.point(documents.get(event) ?? shown.document(event));
      const after = event.time - match.members[0]!.time;
      return tellEvent(says, view, {
        count: String(countOf(finding, leg)),
        after: after > 0 ? formatSpan(after) : undefined,
      });
    });
    const blind = blindWords(part, finding);
    return { legs: phrases.join(', '), blind: blind.length === 0 ? undefined : blind.join('; ') };
  };

  return (finding) => {
    const { match } = finding;
    const grade = part.grades[match.grade]!;
    const events = onceEach(part, shownMembers(finding), match.partners);
    const documents = new Map(events.map((event) => [event, shown.document(event)]));
    const identity = termsOf(part, finding, []);
    const keys = termsOf(part, finding, [...documents.values()]);
    const blindLegs = match.blindLegs.map((leg) => part.legs[leg]!);
    const counted = part.legs.map(({ isSupporting }, leg) => (isSupporting ? 0 : countOf(finding, leg)));
    context.emit(
      build.build({
        id: alertId(rule, [...termParts(identity), finding.firstId], exceptedBy),
        document: withTerms(commonDocument([...documents.values()]), keys),
        originalTime: finding.first,
        lastTime: finding.last,
        severity: grade.severity,
        riskScore: grade.riskScore,
        isBuildingBlock: grade.isBuildingBlock || rule.buildingBlock,
        members: events.map((event) => {
          const { id, time, provenance } = event;
          return { id, time, provenance, document: documents.get(event) };
        }),
        memberCount: Math.max(
          events.length,
          counted.reduce((sum, count) => sum + count, 0),
        ),
        sequence: {
          keys,
          legs: [
            ...events.map((event) => {
              const { name } = part.legs[legOf(event)]!;
              return { name, state: 'matched' as const, event: event.id, time: event.time, why: undefined };
            }),
            ...blindLegs.map(({ name, blind }) => {
              return { name, state: 'blind' as const, event: undefined, time: Number.NaN, why: blind };
            }),
          ],
          spanMs: finding.last - finding.first,
          grade: grade.name,
        },
        told: told(finding, documents),
        exceptedBy,
        notes: blindWords(part, finding),
      }),
    );
  };
}

/** What nobody could see, and what would change that. */
function blindWords(part: ConvergencePart, { match }: OpenFinding): string[] {
  const legs = match.blindLegs.map((leg) => {
    const { name, blind } = part.legs[leg]!;
    return `${name} not seen here${blind === undefined ? '' : `: ${blind}`}`;
  });
  return [...legs, ...match.standIns.flatMap((way) => part.ways[way]!.note ?? [])];
}

/**
 * One event of each leg of the match in order of time, those that are counted last: the anchor's own, what it is tied to,
 * else the first.
 */
function representatives(part: ConvergencePart, { match }: OpenFinding): ConvergenceEvent[] {
  const byLeg = new Map<number, ConvergenceEvent>();
  for (const event of [match.anchor, ...match.partners, ...match.members]) {
    const { leg } = part.ways[event.way]!;
    if (!byLeg.has(leg)) byLeg.set(leg, event);
  }
  const isCounted = (event: ConvergenceEvent) => Number(part.ways[event.way]!.count > 1);
  return [...byLeg.values()].sort((one, other) => isCounted(one) - isCounted(other) || one.time - other.time);
}

/** Each event once, in order: as what the anchor is tied to, else as a leg that a grade asks for, else as a supporting one. */
function onceEach(
  part: ConvergencePart,
  events: readonly ConvergenceEvent[],
  partners: readonly ConvergenceEvent[],
): ConvergenceEvent[] {
  const rank = (event: ConvergenceEvent) => {
    if (partners.some(({ id, way }) => id === event.id && way === event.way)) return 0;
    return part.legs[part.ways[event.way]!.leg]!.isSupporting ? 2 : 1;
  };
  const best = new Map<string, ConvergenceEvent>();
  for (const event of events) {
    const known = best.get(event.id);
    if (!known || rank(event) < rank(known)) best.set(event.id, event);
  }
  return events.filter((event) => best.get(event.id) === event);
}

/** The key with the values all events agree on; in the letters of the documents, where they have them. */
function termsOf(part: ConvergencePart, finding: OpenFinding, documents: readonly Document[]): Term[] {
  const term = (field: string, value: string) => ({ field, value: writtenAs(documents, field, value) ?? value });
  return [
    ...tupleOf(finding.key, part.per.length).map((value, i) => term(part.per[i]!, value)),
    ...finding.same.flatMap((value, i) => (value === null ? [] : [term(part.same[i]!, value)])),
  ];
}

function writtenAs(documents: readonly Document[], field: string, value: string): string | undefined {
  for (const document of documents) {
    let found: string | undefined;
    visitPath(document, field.split('.'), (one) => {
      if (String(one).toLowerCase() === value) found ??= String(one);
    });
    if (found !== undefined) return found;
  }
  return undefined;
}
