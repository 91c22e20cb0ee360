/**
 * What a rule remembers from run to run: one small JSON document. It belongs to one meaning of the rule; a rule that was
 * changed starts with an empty memory at the position where it stood, so that it neither skips nor alerts again.
 */
import { stableId } from '../../../base/hash.ts';
import { canonicalJson, type Document, type Scalar } from '../../../event/document.ts';
import type { Rule } from '../../rule.ts';
import type { MatchMemory } from './remembered-matches.ts';

/** An alert that was told and may still change. */
export interface ToldAlert {
  /** Id under which it is stored. */
  readonly id: string;
  /** Id that its events give it now; another one than before when an earlier event came late. */
  readonly now: string;
  /** What it is about: group, key, host. Undefined for an alert that never goes on. */
  readonly about: string | undefined;
  readonly from: number;
  readonly to: number;
  /** Hash of what its events decide, so that one that did not change is not written again. */
  readonly hash: string;
}

/** A combination of values with the stretches of time in which it was seen without a longer break than the history. */
export type SeenTerm = readonly [term: string, ...stretches: (readonly [first: number, last: number])[]];

/** A host, and the first and last time at which events of a kind came from it; milliseconds. */
export type SeenHost = readonly [host: string, first: number, last: number];

/** Bytes a key has on a day at most: the key, the day counted from 1970, bytes. */
export type DayBytes = readonly [key: Scalar, day: number, bytes: number];

/** A run that found more new alerts than it may tell. */
export interface Overflow {
  readonly afterPosition: number;
  readonly toPosition: number;
  /** The last alert told: its time and id. */
  readonly timeMs: number;
  readonly id: string;
  readonly left: number;
}

/** Memory of a rule. */
export interface RuleState {
  /** Everything stored up to this position was looked at. */
  readonly position: number;
  /** Meaning of the rule this memory belongs to. */
  readonly meaning: string;
  readonly told: readonly ToldAlert[];
  /** The memory goes back to the first event: the rule did not have another meaning before. */
  readonly isWhole: boolean;
  readonly terms: readonly SeenTerm[];
  /** Hosts of which the rare leg of the rule is collected; empty for other rules. */
  readonly sighted: readonly SeenHost[];
  /** Sums of days of a rule of type `volume`; empty for other rules. */
  readonly volumes: readonly DayBytes[];
  /** Events up to this position are still to teach which terms there are: the rule has looked at them with another meaning. */
  readonly learnTo: number;
  /** Earliest event time of the store when the rule began, for rules that learn first; undefined when there was none. */
  readonly firstMs: number | undefined;
  /** Time up to which missing events and closing windows were judged. */
  readonly judgedMs: number | undefined;
  readonly overflow: Overflow | undefined;
  /** Events it remembers beside this; undefined when there are none, or not all of a stretch. */
  readonly matches?: MatchMemory | undefined;
  /** Findings of several events that exceptions silenced and that were counted, by their ids. */
  readonly silenced?: readonly string[] | undefined;
  /** Positions that one run takes at most; smaller after a run that took too long. */
  readonly chunk: number;
  /** Runs of this stretch that failed, one after the other. */
  readonly failures: number;
}

const LAYOUT = 1;

const meanings = new WeakMap<Rule, string>();

/** @returns what tells one meaning of a rule from another: everything that decides what its alerts rest on */
function meaningOf(rule: Rule): string {
  let meaning = meanings.get(rule);
  if (meaning === undefined) meanings.set(rule, (meaning = hashOf(rule)));
  return meaning;
}

function hashOf(rule: Rule): string {
  const { predicate, legs, threshold, newTerms, volume, finding, sequence, correlation, convergence, suppression } =
    rule;
  const parts = {
    predicate,
    legs,
    threshold,
    newTerms,
    volume,
    finding,
    sequence,
    correlation,
    convergence,
    suppression,
  };
  return stableId([rule.type, canonicalJson(plain(parts))]);
}

/** @returns the memory of a rule that has none, or a stored one; one of another meaning keeps its position only */
export function readRuleState(written: Document | undefined, rule: Rule, chunk: number): RuleState {
  const meaning = meaningOf(rule);
  const known = written?.['layout'] === LAYOUT ? (written as unknown as RuleState) : undefined;
  if (known?.meaning === meaning) return known;
  const position = known?.position ?? 0;
  return {
    position,
    meaning,
    told: [],
    isWhole: position === 0,
    terms: [],
    sighted: [],
    volumes: [],
    learnTo: rule.newTerms ? position : 0,
    firstMs: known?.firstMs,
    judgedMs: undefined,
    overflow: undefined,
    chunk,
    failures: 0,
  };
}

/** @returns the memory as a document to store */
export function writeRuleState(state: RuleState): Document {
  return plain({ layout: LAYOUT, ...state }) as Document;
}

/** As JSON gives it back: maps as lists, without functions and what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) => {
      if (one instanceof Map) return [...one];
      return one instanceof RegExp ? String(one) : one;
    }),
  );
}
