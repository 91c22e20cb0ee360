/**
 * The parts of a rule of type `convergence`: several legs on one key within a window. Ways are numbered over the whole
 * rule; the leg of a way says which of the rule's questions it answers.
 */
import type { Severity } from '../../event/severity.ts';

/** A value that events of several ways share when they belong together, such as the id of a session. */
export interface WayLink {
  readonly name: string;
  readonly field: string;
}

/** Another event that must be there for an event of the anchor to count. */
export interface WayNeed {
  /** Ways of the leg the other event belongs to. */
  readonly ways: readonly number[];
  /** Link whose value both have; undefined: any event of the same group will do. */
  readonly link: string | undefined;
  /** Where the other event stands; undefined: on either side. */
  readonly order: 'before' | 'after' | undefined;
}

/** One way in which a leg shows: the events of one kind of log, or one form of the act. */
export interface ConvergenceWay {
  readonly name: string;
  /** Condition as written, with the values of parameters. */
  readonly query: string;
  /** Number of its leg. */
  readonly leg: number;
  /** Fields of the key, for this way. */
  readonly per: readonly string[];
  /** Fields that must not contradict each other, in the order of {@link ConvergencePart.same}; undefined where not stated. */
  readonly same: readonly (string | undefined)[];
  /** Events the leg needs. */
  readonly count: number;
  /** Fields whose different values are counted; empty: events are. */
  readonly distinct: readonly string[];
  /** The same values count again so much later, milliseconds. */
  readonly againMs: number | undefined;
  readonly links: readonly WayLink[];
  readonly needs: readonly WayNeed[];
  /** Leg of the rule whose events show that such events are collected from a host; undefined: nothing shows that. */
  readonly sight: number | undefined;
  /** What a reader must know when the leg shows in this way because one before it is not collected. */
  readonly note: string | undefined;
  /** What happened, in words with the values of the event, for the alert's sentence. */
  readonly says: string;
}

/** One of the things that come together. */
export interface ConvergenceLeg {
  readonly name: string;
  readonly ways: readonly number[];
  /** Only ties the others together; no grade asks for it. */
  readonly isSupporting: boolean;
  /** The setting that would make it visible. */
  readonly blind: string | undefined;
}

/** How much was found and how well it is tied, strongest first. */
export interface ConvergenceGrade {
  readonly name: string;
  /** Legs that must be there; the others must be blind. */
  readonly legs: readonly number[];
  /** Links of which one must tie the anchor's event to another; empty: none needs to. */
  readonly linked: readonly string[];
  readonly severity: Severity;
  readonly riskScore: number;
  /** A weak sign that feeds other rules. */
  readonly isBuildingBlock: boolean;
}

/** Several legs on one key within a window, in any order unless the rule says otherwise. */
export interface ConvergencePart {
  readonly windowMs: number;
  /** Names the key is shown by: the fields of the first way. */
  readonly per: readonly string[];
  readonly same: readonly string[];
  /** The leg that is rare: every one of its events is judged. */
  readonly anchor: number;
  /** Whether the legs must come in the order in which the rule lists them, the anchor last. */
  readonly isOrdered: boolean;
  readonly legs: readonly ConvergenceLeg[];
  readonly ways: readonly ConvergenceWay[];
  readonly grades: readonly ConvergenceGrade[];
}
