/**
 * A correlation with the correlations it builds on, fed with events in their total order by whoever has them. The firing of
 * an inner correlation is an event for the outer one. An inner window that is judged at its end fires for a time that has
 * passed, so an outer correlation takes its items through a buffer that puts them in order.
 */
import type { CorrelationMember, ResolvedCorrelation } from '../../query/sigma/correlation.ts';
import type { EventOrder, LegPart } from '../executors/leg-matches.ts';
import { ReorderBuffer, type ReorderState } from '../sequence/reorder-buffer.ts';
import { type CorrelationItem, type Firing, type ItemPart, toItem } from './correlation-item.ts';
import { CorrelationNode, type CorrelationOptions, type NodeState } from './correlation-node.ts';
import type { CorrelationStage, CorrelationTree } from './correlation-tree.ts';

/** Bounds of a machine, and who is told. */
export interface CorrelationMachineOptions<M> extends CorrelationOptions<M> {
  /**
   * Says what a firing is to the correlation around it.
   *
   * @param correlation the one that fired
   * @param member what it is to the one around it
   * @returns groups and values there; undefined when it lacks one of them
   */
  readonly firingPart: (
    firing: Firing<M>,
    correlation: ResolvedCorrelation,
    member: CorrelationMember,
  ) => Omit<ItemPart, 'input'> | undefined;
}

interface Waiting<M> extends EventOrder {
  readonly item: CorrelationItem<M>;
  readonly parts: readonly ItemPart[];
}

interface Running<M extends EventOrder> {
  readonly stage: CorrelationStage;
  readonly node: CorrelationNode<M>;
  readonly buffer: ReorderBuffer<Waiting<M>> | undefined;
}

/** Everything a machine knows, as JSON: its stages, inner ones first. */
export interface CorrelationState<M> {
  readonly stages: readonly { readonly node: NodeState<M>; readonly buffer: ReorderState<Waiting<M>> | null }[];
}

/** Runs a correlation. `M` is what is kept of an event; it must be JSON. */
export class CorrelationMachine<M extends EventOrder> {
  private readonly options: CorrelationMachineOptions<M>;
  private readonly running: readonly Running<M>[];

  constructor(tree: CorrelationTree, options: CorrelationMachineOptions<M>) {
    this.options = options;
    this.running = tree.stages.map((stage, number) => {
      const node = new CorrelationNode<M>(stage.plan, { ...options, onFire: (firing) => this.onFire(number, firing) });
      if (stage.latenessMs === undefined) return { stage, node, buffer: undefined };
      const dropped = () => options.onEventDropped(1);
      const buffer = new ReorderBuffer<Waiting<M>>({
        latenessMs: stage.latenessMs,
        maxEvents: options.maxEvents,
        release: ({ item, parts }) => node.add(item, parts),
        onLate: dropped,
        onFull: dropped,
      });
      return { stage, node, buffer };
    });
  }

  /**
   * Takes the next event; it must not come before the last one in the order of events.
   *
   * @param event what is kept of it
   * @param parts the legs it matches: keys are groups, the first value is what is counted or computed
   */
  add(event: M, parts: readonly LegPart[]): void {
    for (const { stage, node, buffer } of this.running) {
      // Inner stages stand first: what they fire for an earlier time goes to the outer ones before this event does.
      advanceStage({ stage, node, buffer }, event.time);
      const own = parts.flatMap(({ leg, keys, values }): ItemPart[] => {
        const input = stage.legs.get(leg);
        return input === undefined ? [] : [{ input, groups: keys, values: listOf(values[0]) }];
      });
      if (own.length === 0) continue;
      const { time, tiebreaker, id } = event;
      const leg = parts.find((part) => stage.legs.has(part.leg))!.leg;
      const item = { time, tiebreaker, id, members: [{ leg, event }], memberCount: 1 };
      if (buffer) buffer.push({ time, tiebreaker, id, item, parts: own });
      else node.add(item, own);
    }
  }

  /** No event before this time will come any more: windows that are over are judged. */
  advance(watermark: number): void {
    for (const running of this.running) advanceStage(running, watermark);
  }

  /**
   * There are no more events. What holds already fires; windows that wait for their end are not judged.
   *
   * @returns how many windows wait
   */
  end(): number {
    let open = 0;
    for (const { stage, node, buffer } of this.running) {
      if (!stage.plan.closes) buffer?.flush();
      open += node.open;
    }
    return open;
  }

  /** @returns what the machine knows, to go on from there another time */
  snapshot(): CorrelationState<M> {
    return {
      stages: this.running.map(({ node, buffer }) => ({ node: node.snapshot(), buffer: buffer?.snapshot() ?? null })),
    };
  }

  /** Takes over a state of the same correlation; call it before anything else. */
  restore(state: CorrelationState<M>): void {
    this.running.forEach(({ node, buffer }, number) => {
      const written = state.stages[number]!;
      node.restore(written.node);
      if (buffer && written.buffer) buffer.restore(written.buffer);
    });
  }

  private onFire(number: number, firing: Firing<M>): void {
    const { stage } = this.running[number]!;
    const { outer } = stage;
    if (!outer) {
      this.options.onFire(firing);
      return;
    }
    const { stage: around, buffer } = this.running[outer.stage]!;
    const part = this.options.firingPart(firing, stage.correlation, around.correlation.members[outer.input]!);
    if (!part) return;
    const item = toItem(firing, String(number));
    const { time, tiebreaker, id } = item;
    buffer!.push({ time, tiebreaker, id, item, parts: [{ input: outer.input, ...part }] });
  }
}

function advanceStage<M extends EventOrder>({ stage, node, buffer }: Running<M>, time: number): void {
  buffer?.advance(time);
  node.advance(time - (stage.latenessMs ?? 0));
}

function listOf(value: LegPart['values'][number]): readonly (string | number)[] {
  if (value === undefined) return [];
  return (typeof value === 'object' ? value : [value]) as readonly (string | number)[];
}
