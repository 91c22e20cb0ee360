/**
 * Hands an event only to the jobs that can match it. A job's predicate says which values a field must hold; jobs are first
 * split by dataset, so that an event of a dataset is only asked about fields that its own jobs are gated by, then by the
 * field that lets the fewest events through.
 */
import type { FieldValue, Scalar } from '../../event/document.ts';
import { type Field, type FieldId, fieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Predicate } from '../../query/predicate.ts';
import { requiredValues } from '../../query/compile/required.ts';

/** Something to be done with events that match a predicate. */
export interface IndexedJob {
  readonly predicate: Predicate;
}

const DATASET = fieldId('event.dataset');

/**
 * Gate fields with the share of events that one value lets through, from counts over mixed evidence; only the order
 * matters, and a wrong guess costs time, not matches.
 */
const GATES: readonly (readonly [name: string, share: number])[] = [
  ['event.code', 0.01],
  ['smb.rpc.interface', 0.005],
  ['smb.pipe.name', 0.005],
  ['smb.share.name', 0.02],
  ['event.action', 0.02],
  ['smb.command', 0.03],
  ['event.provider', 0.05],
  ['server.port', 0.05],
  ['destination.port', 0.05],
  ['smb.flow.evidence', 0.06],
  ['smb.share.admin', 0.1],
  ['smb.flow.direction', 0.2],
  ['smb.flow.outcome', 0.2],
  ['event.outcome', 0.3],
  ['event.category', 0.4],
  ['smb.flow.transport', 0.6],
];

/** Jobs behind one gate field. */
interface Gate<Job> {
  readonly field: FieldId;
  readonly jobs: Map<Scalar, Job[]>;
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

  /**
   * Calls back for every job that may match; a job may come more than once for an event whose fields have several values.
   */
  candidates(view: EventView, visit: (job: Job, view: EventView) => void): void {
    const { always, gates } = this.planFor(view.get(DATASET));
    for (let i = 0; i < always.length; i++) visit(always[i]!, view);
    for (let i = 0; i < gates.length; i++) {
      const gate = gates[i]!;
      const value = view.get(gate.field);
      if (value === undefined) continue;
      if (typeof value === 'object') {
        for (let j = 0; j < value.length; j++) visitAll(gate.jobs.get(value[j]!), view, visit);
      } else {
        visitAll(gate.jobs.get(value), view, visit);
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
    const best = narrowestGate(job.predicate);
    if (!best) {
      always.push(job);
      continue;
    }
    let gate = gates.get(best.field.id);
    if (!gate) {
      gate = { field: best.field.id, jobs: new Map() };
      gates.set(best.field.id, gate);
    }
    for (const value of best.values) {
      const list = gate.jobs.get(value);
      if (list) list.push(job);
      else gate.jobs.set(value, [job]);
    }
  }
  return { always, gates: [...gates.values()] };
}

/** @returns the gate field that lets the fewest events through, or undefined when none is necessary */
function narrowestGate(predicate: Predicate): { field: Field; values: ReadonlySet<Scalar> } | undefined {
  let best: { field: Field; values: ReadonlySet<Scalar> } | undefined;
  let bestShare = Infinity;
  for (const [name, share] of GATES) {
    const field = fields.get(name);
    const values = requiredValues(predicate, field);
    if (values && values.size * share < bestShare) {
      best = { field, values };
      bestShare = values.size * share;
    }
  }
  return best;
}
