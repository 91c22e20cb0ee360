/**
 * Type `finding`: one alert that lives for each key. Its connections each stand on the highest rung an event proves, and
 * the finding is as bad as the worst of them. States of findings that do not fit into memory are written out and merged
 * by key at the end, so nothing is lost and nothing depends on the order of reading.
 */
import { printable } from '../../base/text/printable.ts';
import type { Document } from '../../event/document.ts';
import { fieldId } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { MAX_MEMBERS } from '../alerts/alert-builder.ts';
import { alertId, termParts } from '../alerts/alert-id.ts';
import { commonDocument, withTerms } from '../alerts/common-document.ts';
import type { Term } from '../alert.ts';
import type { FindingPart } from '../rule.ts';
import { NO_DOCUMENT } from '../scan/kept-documents.ts';
import { AskedFindings } from './asked-findings.ts';
import type { Executor, ExecutorContext, Match } from './executor.ts';
import { tupleKey, tupleOf } from './field-tuple.ts';
import { FindingKey, idsOf, textsOf } from './finding-key.ts';
import { RaiseWatch, raiseText, worstRaise } from './finding-raise.ts';
import {
  addEarliest,
  type Connection,
  emptyProof,
  type EventRef,
  type FindingState,
  hasChanged,
  highestRung,
  isEarlier,
} from './finding-state.ts';
import { FindingStates } from './finding-states.ts';
import { type Verdict, verdictOf } from './finding-verdict.ts';
import { bytesOf, foldReports } from './flow-bytes.ts';
import { membersOf } from './group-match.ts';
import { unusedMatches } from './unused-matches.ts';

/** Rungs a finding may have: one bit each. */
const MAX_RUNGS = 30;
const FLOW_ID = fieldId('flow.id');
/** Stands for the documents of events that were judged before; whoever shows them puts them in. */
const NOT_AT_HAND: Document = {};

/** What each part of a finding counts for against the limit on memory, about 100 bytes a cell. */
const CELLS = { finding: 6, connection: 5, member: 2, report: 1 } as const;
/** Names and ids from evidence may be long. */
const CHARS_A_CELL = 64;

/** Type `finding`: one alert a key that grows with what its connections prove. */
export function findingExecutor(context: ExecutorContext): Executor {
  return new FindingExecutor(context);
}

class FindingExecutor implements Executor {
  private readonly context: ExecutorContext;
  private readonly part;
  private readonly key: FindingKey;
  private readonly memberFields;
  private readonly levels;
  /** Fields that raises ask for; read from the earliest event of a finding. */
  private readonly originNames: readonly string[];
  private readonly originFields;
  private readonly states: FindingStates;
  private readonly missing = unusedMatches();

  constructor(context: ExecutorContext) {
    const part = context.rule.finding;
    if (!part) throw new Error(`finding rule ${context.rule.id} has no finding`);
    if (part.levels.length > MAX_RUNGS) throw new Error(`finding rule ${context.rule.id} has too many levels`);
    this.context = context;
    this.part = part;
    this.key = new FindingKey(part);
    this.memberFields = idsOf(part.member);
    this.levels = part.levels.map((level) => ({ proves: compileMatcher(level.when), bytes: level.bytes ?? Infinity }));
    this.originNames = [...new Set(part.raise.flatMap(({ groupBy, distinct }) => [...groupBy, distinct]))];
    this.originFields = idsOf(this.originNames);
    this.states = new FindingStates(context);
    for (const state of context.standing?.before ?? []) this.goOn(state);
  }

  onMatch(match: Match): void {
    this.take(match, true);
  }

  onJoin(match: Match): void {
    this.take(match, false);
  }

  unused() {
    return this.missing.list(this.part.key);
  }

  finish(): void {
    const watches = this.part.raise.map((raise) => {
      return new RaiseWatch(raise, this.context.limits['group-matches-in-memory'], this.context.files);
    });
    this.states.end();
    const { findings } = this.context;
    const asked = findings && new AskedFindings(this.part, findings);
    const watched = new Set<string>();
    if (watches.length > 0) {
      for (const state of this.states.whole()) {
        if (this.watch(state, watches)) watched.add(state.key);
        asked?.take(state);
      }
    }
    const raised = watches.map((watch) => watch.raised());
    for (const state of this.states.whole()) {
      if (asked?.has(state, watched.has(state.key)) === false) continue;
      this.emit(
        state,
        watches.filter((_, i) => raised[i]!.has(state.key)),
      );
    }
    this.context.standing?.after(this.states.inMemory());
  }

  /** Takes a finding as it was left before. */
  private goOn(state: FindingState): void {
    state.proofs.forEach((ref, i) => {
      if (ref) state.proofs[i] = { ...ref, ticket: this.context.documents.keep(NOT_AT_HAND) };
    });
    this.states.add(state);
    const members = state.earliest.length * CELLS.member;
    this.states.grow(CELLS.finding + state.connections.size * CELLS.connection + members);
    this.states.relieve();
  }

  private take(match: Match, opens: boolean): void {
    const { view, id } = match;
    const time = Number.isNaN(match.time) ? Infinity : match.time;
    const key = this.key.of(view, time);
    if (key === undefined) {
      this.missing.noField++;
      return;
    }
    let state = this.states.find(key);
    if (!state) {
      state = this.newState(key, { time, id, values: textsOf(view, this.originFields) });
      this.states.add(state);
      this.states.grow(CELLS.finding + cellsOf(key));
    } else if (isEarlier({ time, id }, state.origin)) {
      state.origin = { time, id, values: textsOf(view, this.originFields) };
    }
    hasChanged(state);
    state.isOpen ||= opens;
    state.count++;
    if (time < Infinity) {
      state.first = Math.min(state.first, time);
      state.last = Math.max(state.last, time);
    }

    const bytes = bytesOf(view);
    const most = bytes ? Math.max(bytes.client, bytes.server) : -1;
    let rungs = 0;
    for (let i = 0; i < this.levels.length; i++) {
      const level = this.levels[i]!;
      if (most >= level.bytes || level.proves(view)) rungs |= 1 << i;
    }
    this.keep(state, match, time, rungs);

    const connection = this.connectionOf(state, view);
    const proof = connection ? connection.proof : state.beyond;
    proof.rungs |= rungs;
    for (let i = 0; i < this.levels.length; i++) {
      if ((rungs & (1 << i)) !== 0 && time < proof.times[i]!) proof.times[i] = time;
    }
    if (connection && bytes) this.addBytes(connection, view, time, bytes);
    this.states.relieve();
  }

  /** Keeps the event's place, and its document when it is the earliest proof of its rung. */
  private keep(state: FindingState, match: Match, time: number, rungs: number): void {
    const { id } = match;
    const highest = highestRung(rungs);
    const slot = highest < 0 ? this.levels.length : highest;
    const known = state.proofs[slot];
    let ref: EventRef | undefined;
    if (!known || isEarlier({ time, id }, known)) {
      if (known) this.context.documents.release(known.ticket);
      else this.states.grow(CELLS.member + cellsOf(id));
      ref = { id, time, provenance: match.provenance(), ticket: this.context.documents.keep(match.document()) };
      state.proofs[slot] = ref;
    }
    const last = state.earliest.at(-1);
    if (last && state.earliest.length >= MAX_MEMBERS && !isEarlier({ time, id }, last)) return;
    const before = state.earliest.length;
    addEarliest(state.earliest, { id, time, provenance: ref?.provenance ?? match.provenance(), ticket: NO_DOCUMENT });
    this.states.grow((state.earliest.length - before) * (CELLS.member + cellsOf(id)));
  }

  private connectionOf(state: FindingState, view: EventView): Connection | undefined {
    const member = tupleKey(textsOf(view, this.memberFields).map((text) => text ?? ''));
    let connection = state.connections.get(member);
    if (connection) return connection;
    if (state.connections.size >= this.context.limits['finding-connections']) {
      state.isCut = true;
      return undefined;
    }
    connection = { proof: emptyProof(this.levels.length), client: 0, server: 0, flows: undefined };
    state.connections.set(member, connection);
    this.states.grow(CELLS.connection + cellsOf(member));
    return connection;
  }

  private addBytes(
    connection: Connection,
    view: EventView,
    time: number,
    bytes: { readonly client: number; readonly server: number },
  ): void {
    const limit = this.context.limits['flow-reports'];
    const flow = firstText(view, FLOW_ID);
    let reports = flow === undefined ? undefined : connection.flows?.get(flow);
    if (flow !== undefined && !reports) {
      connection.flows ??= new Map();
      if (connection.flows.size < limit) {
        reports = { samples: [], folded: undefined };
        connection.flows.set(flow, reports);
        this.states.grow(cellsOf(flow));
      } else {
        this.context.onLimit('flow-reports');
      }
    }
    if (!reports) {
      connection.client = Math.max(connection.client, bytes.client);
      connection.server = Math.max(connection.server, bytes.server);
      return;
    }
    reports.samples.push(time, bytes.client, bytes.server);
    this.states.grow(CELLS.report);
    if (foldReports(reports, limit)) this.context.onLimit('flow-reports');
  }

  private newState(key: string, origin: FindingState['origin']): FindingState {
    return {
      key,
      isOpen: false,
      count: 0,
      first: Infinity,
      last: -Infinity,
      origin,
      proofs: new Array<EventRef | null>(this.levels.length + 1).fill(null),
      earliest: [],
      connections: new Map(),
      beyond: emptyProof(this.levels.length),
      isCut: false,
    };
  }

  /** @returns whether a raise looks at it */
  private watch(state: FindingState, watches: readonly RaiseWatch[]): boolean {
    let isWatched = false;
    const verdict = this.verdictOf(state);
    for (const watch of watches) {
      const { raise } = watch;
      if (verdict.level !== raise.level) continue;
      const group = this.originOf(state, raise.groupBy);
      const [distinct] = this.originOf(state, [raise.distinct]) ?? [];
      isWatched = true;
      if (!group || distinct === undefined) continue;
      for (const time of verdict.timesAt(raise.level)) watch.add(state.key, tupleKey(group), distinct, time);
    }
    return isWatched;
  }

  /** Kept where findings go on: then nearly all are as they were. */
  private verdictOf(state: FindingState): Verdict {
    const { rule, standing } = this.context;
    const verdict = state.verdict ?? verdictOf(rule, this.part, state);
    if (standing) state.verdict = verdict;
    return verdict;
  }

  /** @returns values of the earliest event, or undefined when one is absent */
  private originOf(state: FindingState, names: readonly string[]): string[] | undefined {
    const values = names.map((name) => state.origin.values[this.originNames.indexOf(name)] ?? undefined);
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  private emit(state: FindingState, watches: readonly RaiseWatch[]): void {
    const { context, part } = this;
    const verdict = this.verdictOf(state);
    const raise = worstRaise(
      verdict.severity,
      watches.map((watch) => watch.raise),
    );
    const raised = raise && printable(raiseText(raise, this.originOf(state, raise.groupBy) ?? []));
    if (context.findings && state.toldRaise === (raised ?? '')) return;
    const values = tupleOf(state.key, part.key.length + (part.perDay ? 1 : 0));
    const key = values.map((value, i) => ({ field: part.key[i] ?? '@timestamp', value }));
    const { members, documents } = membersOf(membersToShow(state), context.documents, MAX_RUNGS);
    const document = findingDocument(part, key, documents);
    if (state.isCut) context.onLimit('finding-connections');
    context.emit(
      context.build.build({
        id: alertId(context.rule, termParts(key), context.exceptedBy),
        document,
        originalTime: state.first === Infinity ? Number.NaN : state.first,
        lastTime: state.last === -Infinity ? Number.NaN : state.last,
        severity: raise?.severity ?? verdict.severity,
        riskScore: raise?.riskScore ?? verdict.riskScore,
        threat: verdict.threat,
        members,
        memberCount: state.count,
        finding: {
          key,
          level: verdict.level,
          steps: verdict.steps,
          connections: verdict.connections,
          bytesClient: verdict.bytesClient,
          bytesServer: verdict.bytesServer,
          raised,
        },
        exceptedBy: context.exceptedBy,
        notes: state.isCut ? ['connections: more than could be told apart; their number is a lower bound'] : [],
      }),
    );
  }
}

/**
 * @param key terms of the finding, its day last
 * @param documents of the events that it shows
 * @returns the document of its alert
 */
export function findingDocument(part: FindingPart, key: readonly Term[], documents: readonly Document[]): Document {
  return withTerms(commonDocument(documents), key.slice(0, part.key.length));
}

/** The proofs of the rungs, then the earliest others, in order of time; members without time come last. */
function membersToShow({ proofs, earliest }: FindingState): EventRef[] {
  const shown = new Map(proofs.flatMap((ref) => (ref ? [[ref.id, ref] as const] : [])));
  for (const ref of earliest) {
    if (shown.size >= MAX_MEMBERS) break;
    if (!shown.has(ref.id)) shown.set(ref.id, ref);
  }
  return [...shown.values()]
    .sort((one, other) => (isEarlier(one, other) ? -1 : 1))
    .map((ref) => (ref.time === Infinity ? { ...ref, time: Number.NaN } : ref));
}

function cellsOf(text: string): number {
  return Math.floor(text.length / CHARS_A_CELL);
}
