/**
 * Hands an event only to the jobs that can match it. A job's predicate has a cover: questions about fields of which one is
 * answered yes whenever the predicate is true (query/compile/cover.ts). Jobs are first split by dataset, so that an event
 * is only asked the questions of its own jobs, then found by the values of their questions' fields.
 */
import type { FieldValue, Scalar } from '../../event/document.ts';
import { type FieldId, fieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { type CoverTerm, coverOf } from '../../query/compile/cover.ts';
import { requiredValues } from '../../query/compile/required.ts';
import type { Predicate } from '../../query/predicate.ts';

/** Something to be done with events that match a predicate. */
export interface IndexedJob {
  readonly predicate: Predicate;
}

const DATASET = fieldId('event.dataset');

/**
 * Share of events that one value of a field lets through, and that have the field at all, from counts over mixed
 * evidence; only the order matters, and a wrong guess costs time, not matches.
 */
const SHARES: Readonly<Record<string, readonly [value: number, any: number]>> = {
  'smb.rpc.interface': [0.005, 0.03],
  'smb.rpc.operation': [0.005, 0.03],
  'smb.rpc.opnum': [0.005, 0.03],
  'smb.pipe.name': [0.005, 0.03],
  'event.code': [0.01, 0.5],
  'smb.share.name': [0.02, 0.06],
  'smb.share.path': [0.02, 0.06],
  'smb.file.path': [0.02, 0.05],
  'smb.file.previous_name': [0.01, 0.01],
  'event.action': [0.02, 0.5],
  'smb.command': [0.03, 0.06],
  'smb.version': [0.03, 0.03],
  'smb.dialect': [0.03, 0.05],
  'smb.auth.guest': [0.01, 0.01],
  'smb.auth.anonymous': [0.01, 0.01],
  'smb.share.admin': [0.03, 0.06],
  'smb.activity': [0.08, 0.15],
  'smb.file.written': [0.02, 0.02],
  'smb.file.name': [0.02, 0.05],
  'smb.client.role': [0.3, 0.4],
  'smb.server.role': [0.3, 0.4],
  'smb.client.place': [0.7, 0.9],
  'smb.server.place': [0.4, 0.9],
  'smb.flow.spoken': [0.2, 0.2],
  'smb.flow.credentials_sent': [0.1, 0.1],
  'event.provider': [0.05, 0.3],
  'server.port': [0.05, 0.9],
  'destination.port': [0.05, 0.9],
  'smb.flow.evidence': [0.05, 0.2],
  'smb.flow.direction': [0.2, 0.9],
  'smb.flow.outcome': [0.2, 0.9],
  'event.outcome': [0.3, 0.9],
  'event.category': [0.4, 1],
  'event.type': [0.4, 1],
  'smb.flow.transport': [0.6, 0.9],
  'network.transport': [0.6, 0.9],
};

/** A field that the table does not know. */
const UNKNOWN_SHARE: readonly [value: number, any: number] = [0.05, 0.25];

/** Asking a field costs something even when it lets nothing through. */
const QUESTION_COST = 0.005;

/** Jobs behind one field. */
interface Gate<Job> {
  readonly field: FieldId;
  /** Jobs by a value of the field. */
  readonly byValue: Map<Scalar, Job[]>;
  /** Jobs for any value. */
  readonly any: Job[];
}

/** What one dataset's events are asked. */
interface Plan<Job> {
  readonly always: readonly Job[];
  readonly gates: readonly Gate<Job>[];
}

/** Index over jobs; with `enabled` false every job is a candidate for every event, which must find the same. */
export class RuleIndex<Job extends IndexedJob> {
  private readonly byDataset = new Map<Scalar, Plan<Job>>();
  /** Jobs that do not depend on the dataset. */
  private readonly other: Plan<Job>;
  /** Every job, for the odd event with several datasets. */
  private readonly whole: Plan<Job>;

  constructor(jobs: readonly Job[], enabled = true) {
    if (!enabled) {
      this.other = { always: jobs, gates: [] };
      this.whole = this.other;
      return;
    }
    const datasets = new Map(jobs.map((job) => [job, requiredValues(job.predicate, fields.at(DATASET))]));
    const isFree = (job: Job) => datasets.get(job) === undefined;
    this.other = planOf(jobs.filter(isFree));
    this.whole = planOf(jobs);
    for (const dataset of new Set([...datasets.values()].flatMap((values) => [...(values ?? [])]))) {
      this.byDataset.set(dataset, planOf(jobs.filter((job) => isFree(job) || datasets.get(job)!.has(dataset))));
    }
  }

  /** Calls back for every job that may match; a job may come more than once for an event. */
  candidates(view: EventView, visit: (job: Job, view: EventView) => void): void {
    const { always, gates } = this.planFor(view.get(DATASET));
    for (let i = 0; i < always.length; i++) visit(always[i]!, view);
    for (let i = 0; i < gates.length; i++) {
      const gate = gates[i]!;
      const value = view.get(gate.field);
      if (value === undefined) continue;
      visitAll(gate.any, view, visit);
      if (typeof value === 'object') {
        for (let j = 0; j < value.length; j++) visitAll(gate.byValue.get(value[j]!), view, visit);
      } else {
        visitAll(gate.byValue.get(value), view, visit);
      }
    }
  }

  private planFor(dataset: FieldValue): Plan<Job> {
    if (dataset === undefined) return this.other;
    if (typeof dataset === 'object') return this.whole;
    return this.byDataset.get(dataset) ?? this.other;
  }
}

function visitAll<Job>(
  jobs: readonly Job[] | undefined,
  view: EventView,
  visit: (job: Job, view: EventView) => void,
): void {
  if (jobs) for (let i = 0; i < jobs.length; i++) visit(jobs[i]!, view);
}

function planOf<Job extends IndexedJob>(jobs: readonly Job[]): Plan<Job> {
  const always: Job[] = [];
  const gates = new Map<FieldId, Gate<Job>>();
  for (const job of jobs) {
    const cover = coverOf(job.predicate, costOf);
    if (!cover || cover.reduce((sum, term) => sum + costOf(term), 0) >= 1) {
      always.push(job);
      continue;
    }
    for (const { field, values } of cover) {
      let gate = gates.get(field.id);
      if (!gate) {
        gate = { field: field.id, byValue: new Map(), any: [] };
        gates.set(field.id, gate);
      }
      if (values === 'any') {
        gate.any.push(job);
        continue;
      }
      for (const value of values) {
        const list = gate.byValue.get(value);
        if (list) list.push(job);
        else gate.byValue.set(value, [job]);
      }
    }
  }
  return { always, gates: [...gates.values()] };
}

function costOf({ field, values }: CoverTerm): number {
  const [value, any] = SHARES[field.name] ?? UNKNOWN_SHARE;
  return QUESTION_COST + (values === 'any' ? any : Math.min(any, value * values.size));
}
