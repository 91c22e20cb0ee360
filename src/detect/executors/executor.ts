/** What every rule type does: takes the events that match its rule, one at a time and in any order, and gives alerts. */
import type { Document } from '../../event/document.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView, Provenance } from '../../event/view.ts';
import type { Alert } from '../alert.ts';
import type { MemberExceptions } from '../exceptions/member-exceptions.ts';
import type { AlertBuilder } from '../alerts/alert-builder.ts';
import type { Rule } from '../rule.ts';
import type { KeptDocuments } from '../scan/kept-documents.ts';
import type { EngineLimits, LimitName } from '../scan/limits.ts';
import type { TemporaryFiles } from '../scan/temporary-files.ts';
import type { FindingState } from './finding-state.ts';

/** An event that matched; valid during the call, like its view. What is made of it is made once for all rules. */
export interface Match {
  readonly view: EventView;
  /** Event id. */
  readonly id: string;
  /** Event time in milliseconds; NaN when the event has none. */
  readonly time: number;
  /** The event as a document; shared with other rules, so nobody changes it. */
  document(): Document;
  provenance(): Provenance;
}

/** Matches a rule could not use, for the summary. */
export interface Unused {
  readonly name: string;
  readonly count: number;
  readonly hint: string;
}

/** Runs one rule. */
export interface Executor {
  /** Takes an event that matches the rule's predicate; each event comes once. */
  onMatch(match: Match): void;
  /** Takes an event that only matches `join`; rule types without it have no such method. */
  onJoin?(match: Match): void;
  /** Takes an event that matches a leg of a rule with legs, once for each leg it matches; `onMatch` is not called then. */
  onLeg?(match: Match, leg: number): void;
  /** All events were seen: gives what is left. Order of the alerts is of no meaning. */
  finish(): void;
  /** @returns matches that could not be used, by reason */
  unused(): readonly Unused[];
}

/** Findings of which some events were judged before, so that these need not come again. */
export interface StandingStates {
  /** They go on, and are changed. Their events have no documents. */
  readonly before: Iterable<FindingState>;
  /** Takes all findings when the last event is in; undefined when they were too many for memory. */
  after(states: Iterable<FindingState> | undefined): void;
}

/** What an executor works with. */
export interface ExecutorContext {
  readonly rule: Rule;
  /** Takes alerts, during the scan or at its end. */
  readonly emit: (alert: Alert) => void;
  readonly build: AlertBuilder;
  readonly networks: Networks;
  /** Id of the exception that silences what this executor finds; part of the alert ids. */
  readonly exceptedBy: string | undefined;
  /** Exceptions that are tested on what events make together; undefined when the rule has none. */
  readonly memberExceptions?: MemberExceptions | undefined;
  readonly documents: KeptDocuments;
  readonly files: TemporaryFiles;
  readonly limits: EngineLimits;
  readonly onLimit: (name: LimitName, count?: number) => void;
  /** Counts matches of a rule that suppresses by itself, which others speak for. */
  readonly onSuppressed: (count: number) => void;
  /** Findings that are asked for, by key; those near to them that may be raised with them are told as well. Undefined for all. */
  readonly findings?: ReadonlySet<string> | undefined;
  /** Findings that go on from before; undefined where every event comes. */
  readonly standing?: StandingStates | undefined;
  /** Time of the first event of the evidence, asked at the end; NaN when no event has a time. */
  readonly firstTime: () => number;
  /** Time of the last one, in the same way. */
  readonly lastTime: () => number;
}

/** Makes the executor of a rule. */
export type ExecutorFactory = (context: ExecutorContext) => Executor;
