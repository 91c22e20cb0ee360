import type { AlertLeg } from '../alert.ts';
import { alertId } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import type { ExceptedMember } from '../exceptions/member-exceptions.ts';
import type { EqlKey } from '../../query/eql/eql-query.ts';
import type { SequencePart } from '../rule.ts';
import { SortedSpill, type SpillCodec } from '../scan/sorted-spill.ts';
import { keyTerms } from '../sequence/join-keys.ts';
import { pipeRange } from '../sequence/pipes.ts';
import type { SequenceMatch } from '../sequence/sequence-machine.ts';
import type { ExecutorContext } from './executor.ts';
import { membersOf } from './group-match.ts';
import { compareEvents, type LegMember } from './leg-matches.ts';

type Match = SequenceMatch<LegMember>;

const MATCH_CODEC: SpillCodec<Match> = {
  compare: (one, other) => {
    const [a, b] = [inOrder(one.events), inOrder(other.events)];
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareEvents(a[i]!, b[i]!);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  },
  encode: (match) => JSON.stringify(match),
  decode: (line) => JSON.parse(line) as Match,
  chars: ({ key, events }) => key.length + events.length * 100,
};

function inOrder(events: readonly LegMember[]): LegMember[] {
  return [...events].sort(compareEvents);
}

/** Takes the matches of a sequence or sample and makes alerts of those that the query's pipes let through. */
export class SequenceAlerts {
  private readonly context: ExecutorContext;
  private readonly part: SequencePart;
  /** Only for a query with pipes: they count matches in the order of their first events. */
  private readonly all: SortedSpill<Match> | undefined;
  private count = 0;
  /** Key fields as the first event has them, and those that all events have under the same name. */
  private readonly named: EqlKey;
  private readonly shared: EqlKey;

  constructor(context: ExecutorContext, part: SequencePart) {
    this.context = context;
    this.part = part;
    const steps = part.query.steps.filter(({ isMissing }) => !isMissing);
    this.named = steps[0]!.key;
    const shared = this.named.fields.map((field, i) => {
      return steps.every(({ key }) => key.fields[i] === field) ? field : undefined;
    });
    this.shared = { ...this.named, fields: shared };
    if (part.query.pipes.length > 0) {
      this.all = new SortedSpill(MATCH_CODEC, context.limits['group-matches-in-memory'], context.files);
    }
  }

  add(match: Match): void {
    this.count++;
    if (this.all) this.all.add(match);
    else this.emit(match);
  }

  finish(): void {
    if (!this.all) return;
    const [from, to] = pipeRange(this.part.query.pipes, this.count);
    let at = 0;
    for (const match of this.all) {
      if (at >= to) return;
      if (at++ >= from) this.emit(match);
    }
  }

  private emit({ key, events }: Match): void {
    const { rule, build, documents, emit, memberExceptions } = this.context;
    const { steps } = this.part.query;
    const ordered = inOrder(events);
    const [first, last] = [ordered[0]!, ordered.at(-1)!];
    const { members, documents: shown } = membersOf(ordered, documents, ordered.length);
    const silencing = memberExceptions?.silencing(this.exceptedMembers(events));
    const exceptedBy = this.context.exceptedBy ?? silencing;
    let at = 0;
    const legs = steps.map((step, i): Omit<AlertLeg, 'what'> => {
      const { name } = rule.legs[this.part.legs[i]!]!;
      if (step.isMissing) return { name, state: 'missing', event: undefined, time: Number.NaN, why: undefined };
      const { id, time } = events[at++]!;
      return { name, state: 'matched', event: id, time, why: undefined };
    });
    emit(
      build.build({
        id: alertId(
          rule,
          legs.map(({ event }) => event ?? '-'),
          exceptedBy,
        ),
        document: withTerms(commonDocument(shown), keyTerms(key, this.shared)),
        originalTime: first.time,
        lastTime: last.time,
        members,
        memberCount: members.length,
        sequence: {
          keys: keyTerms(key, this.named),
          legs,
          spanMs: last.time - first.time,
          grade: undefined,
        },
        exceptedBy,
      }),
    );
  }

  /** Events of the positive steps as exceptions see them. */
  private exceptedMembers(events: readonly LegMember[]): ExceptedMember[] {
    const positives = this.part.legs.filter((_, step) => !this.part.query.steps[step]!.isMissing);
    return events.map(({ time, silencers = [] }, at) => {
      const leg = positives[at]!;
      return { leg: this.context.rule.legs[leg]!.name, step: leg + 1, time, silencers };
    });
  }
}
