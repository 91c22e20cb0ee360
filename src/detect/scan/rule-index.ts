/**
 * Hands an event only to the jobs that can match it, so that its cost grows with the jobs that fit it and not with all of
 * them. A job's predicate has a cover: questions about fields of which one is answered yes whenever the predicate is true
 * (query/compile/cover.ts). A plan asks the questions of its jobs: whether a field has a value they need, or a text that
 * contains one they need. Behind a value that many jobs need stands a further plan, made of what is left of their
 * predicates once the value is known; so thousands of rules over process starts are told apart by their texts.
 */
import { GramIndex } from '../../base/text/gram-index.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { type Field, type FieldId, fieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { narrow } from '../../query/compile/could-match.ts';
import { coverOf } from '../../query/compile/cover.ts';
import { requiredValues } from '../../query/compile/required.ts';
import { specialise } from '../../query/compile/specialise.ts';
import type { Predicate } from '../../query/predicate.ts';
import { indexCost } from './index-cost.ts';

/** Something to be done with events that match a predicate. */
export interface IndexedJob<Job> {
  readonly predicate: Predicate;
  /** @returns the same job for events of one kind, which may ask less of them */
  readonly ofKind?: (facts: EventFacts) => Job;
}

const DATASET = fieldId('event.dataset');

/** So many jobs behind one value are simply tried; more get a plan of their own. */
const FEW_JOBS = 6;

/** Plans behind plans; a value, a second one and texts tell rules apart. */
const MAX_DEPTH = 3;

/** Events of a kind from which on a plan of its own is worth making; it costs as much as some hundred events. */
const RARE_EVENTS = 200;

/** Kinds that get a plan of their own; a log of invented kinds has no more. */
const MAX_KINDS = 1000;

/** A job and what is left of its predicate where it stands. */
interface Entry<Job> {
  readonly job: Job;
  readonly predicate: Predicate;
}

/** Jobs behind one field. */
interface Gate<Job> {
  readonly field: FieldId;
  /** By a value of the field: the plan for events with this value alone, and the jobs for events with several. */
  readonly byValue: ReadonlyMap<Scalar, { readonly plan: Plan<Job>; readonly jobs: readonly Job[] }>;
  /** Jobs by the number of a text, and the index that names the texts of a value. */
  readonly byText: readonly (readonly Job[])[];
  readonly texts: GramIndex | undefined;
  /** Jobs for any value. */
  readonly any: readonly Job[];
}

/** What events are asked. */
interface Plan<Job> {
  readonly always: readonly Job[];
  readonly gates: readonly Gate<Job>[];
}

/** How often a kind was met, and its plan once that is often enough. */
interface KindPlan<Job> {
  events: number;
  plan: Plan<Job> | undefined;
}

/** Index over jobs; with `enabled` false every job is a candidate for every event, which must find the same. */
export class RuleIndex<Job extends IndexedJob<Job>> {
  /** Datasets that jobs name, with their plans once the first event of one comes: evidence has few of them. */
  private readonly byDataset = new Map<Scalar, Plan<Job> | undefined>();
  /** Datasets a job needs; undefined when it does not depend on them. */
  private readonly needed: ReadonlyMap<Job, ReadonlySet<Scalar> | undefined>;
  /** Plans of kinds of events that come often. */
  private readonly byKind = new WeakMap<EventFacts, KindPlan<Job>>();
  private readonly entries: readonly Entry<Job>[];
  private kinds = 0;
  private lastFacts: EventFacts | undefined;
  private lastKind: KindPlan<Job> | undefined;
  /** Jobs that do not depend on the dataset. */
  private other: Plan<Job> | undefined;
  /** Every job, for the odd event with several datasets. */
  private whole: Plan<Job> | undefined;
  /** State of the walk over one event; kept here so that nothing is made for an event. */
  private view!: EventView;
  private visit!: (job: Job, view: EventView) => void;
  private textJobs: readonly (readonly Job[])[] = [];
  private readonly onText = (text: number): void => this.visitAll(this.textJobs[text]!);

  constructor(jobs: readonly Job[], enabled = true) {
    const dataset = fields.at(DATASET);
    this.entries = enabled ? jobs.map((job) => ({ job, predicate: job.predicate })) : [];
    this.needed = new Map(this.entries.map(({ job, predicate }) => [job, requiredValues(predicate, dataset)]));
    if (!enabled) {
      this.other = { always: jobs, gates: [] };
      this.whole = this.other;
      return;
    }
    for (const values of this.needed.values()) for (const value of values ?? []) this.byDataset.set(value, undefined);
  }

  /** Calls back for every job that may match; a job may come more than once for an event. */
  candidates(view: EventView, visit: (job: Job, view: EventView) => void): void {
    this.view = view;
    this.visit = visit;
    const { facts } = view;
    this.walk((facts && this.planOfKind(facts)) ?? this.planFor(view.get(DATASET)));
  }

  /** @returns what events of a kind are asked, undefined while the kind is rare */
  private planOfKind(facts: EventFacts): Plan<Job> | undefined {
    if (facts !== this.lastFacts) {
      this.lastKind = this.byKind.get(facts);
      this.lastFacts = facts;
      if (!this.lastKind) this.byKind.set(facts, (this.lastKind = { events: 0, plan: undefined }));
    }
    const kind = this.lastKind!;
    if (kind.plan) return kind.plan;
    if (++kind.events < RARE_EVENTS || this.kinds >= MAX_KINDS || this.entries.length === 0) return undefined;
    this.kinds++;
    const left = this.entries
      .map(({ job, predicate }): Entry<Job> => ({ job, predicate: narrow(predicate, facts) }))
      .filter(({ predicate }) => predicate.kind !== 'none')
      .map(({ job, predicate }) => ({ job: job.ofKind?.(facts) ?? job, predicate }));
    kind.plan = planOf(left, 0);
    return kind.plan;
  }

  private planFor(dataset: FieldValue): Plan<Job> {
    if (typeof dataset === 'object') return (this.whole ??= planOf(this.entries, 0));
    if (dataset === undefined || !this.byDataset.has(dataset)) return (this.other ??= this.planWithout());
    let plan = this.byDataset.get(dataset);
    if (!plan) this.byDataset.set(dataset, (plan = this.planWith(dataset)));
    return plan;
  }

  private planWithout(): Plan<Job> {
    return planOf(
      this.entries.filter(({ job }) => this.needed.get(job) === undefined),
      0,
    );
  }

  private planWith(dataset: Scalar): Plan<Job> {
    const its = this.entries.filter(({ job }) => this.needed.get(job)?.has(dataset) ?? true);
    return planOf(known(its, fields.at(DATASET), dataset), 0);
  }

  private walk({ always, gates }: Plan<Job>): void {
    this.visitAll(always);
    for (let i = 0; i < gates.length; i++) {
      const gate = gates[i]!;
      const value = this.view.get(gate.field);
      if (value === undefined) continue;
      this.visitAll(gate.any);
      if (typeof value === 'object') {
        for (let j = 0; j < value.length; j++) {
          const behind = gate.byValue.get(value[j]!);
          if (behind) this.visitAll(behind.jobs);
          this.askTexts(gate, value[j]!);
        }
      } else {
        const behind = gate.byValue.get(value);
        if (behind) this.walk(behind.plan);
        this.askTexts(gate, value);
      }
    }
  }

  private askTexts({ texts, byText }: Gate<Job>, value: Scalar): void {
    if (!texts || typeof value !== 'string') return;
    this.textJobs = byText;
    texts.each(value, this.onText);
  }

  private visitAll(jobs: readonly Job[]): void {
    for (let i = 0; i < jobs.length; i++) this.visit(jobs[i]!, this.view);
  }
}

/** What is left of the entries when a field has one value; those that cannot match any more are dropped. */
function known<Job>(entries: readonly Entry<Job>[], field: Field, value: Scalar): Entry<Job>[] {
  return entries
    .map(({ job, predicate }) => ({ job, predicate: specialise(predicate, field, value) }))
    .filter(({ predicate }) => predicate.kind !== 'none');
}

/** Questions about one field while a plan is made. */
class GateDraft<Job> {
  readonly byValue = new Map<Scalar, Entry<Job>[]>();
  readonly byText = new Map<string, Job[]>();
  readonly any: Job[] = [];
}

function planOf<Job>(entries: readonly Entry<Job>[], depth: number): Plan<Job> {
  const always: Job[] = [];
  const drafts = new Map<Field, GateDraft<Job>>();
  for (const entry of entries) {
    const cover = coverOf(entry.predicate, indexCost);
    if (!cover || cover.reduce((sum, term) => sum + indexCost(term), 0) >= 1) {
      always.push(entry.job);
      continue;
    }
    for (const term of cover) {
      let draft = drafts.get(term.field);
      if (!draft) drafts.set(term.field, (draft = new GateDraft()));
      if (term.kind === 'any') draft.any.push(entry.job);
      else if (term.kind === 'values') for (const value of term.values) addTo(draft.byValue, value, entry);
      else for (const text of term.texts) addTo(draft.byText, text, entry.job);
    }
  }
  return { always, gates: [...drafts].map(([field, draft]) => gateOf(field, draft, depth)) };
}

function gateOf<Job>(field: Field, draft: GateDraft<Job>, depth: number): Gate<Job> {
  const behind = [...draft.byValue].map(([value, entries]) => {
    const jobs = entries.map(({ job }) => job);
    const isPlanned = jobs.length > FEW_JOBS && depth < MAX_DEPTH;
    const plan = isPlanned ? planOf(known(entries, field, value), depth + 1) : { always: jobs, gates: [] };
    return [value, { plan, jobs }] as const;
  });
  const texts = [...draft.byText.keys()].map((text, id) => ({ id, literals: [text], test: () => true }));
  return {
    field: field.id,
    byValue: new Map(behind),
    byText: [...draft.byText.values()],
    texts: texts.length > 0 ? new GramIndex(texts) : undefined,
    any: draft.any,
  };
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
