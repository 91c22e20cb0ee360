import type { ExecutorContext } from './executor.ts';
import { FINDING_STATE_CODEC, type FindingState, mergeStates } from './finding-state.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';

/** Findings by key: those in memory within a limit, the others written out, and merged by key at the end. */
export class FindingStates {
  private readonly limits: ExecutorContext['limits'];
  private readonly states = new Map<string, FindingState>();
  private readonly spilled: SortedSpill<FindingState>;
  private cells = 0;

  constructor({ limits, files }: Pick<ExecutorContext, 'limits' | 'files'>) {
    this.limits = limits;
    this.spilled = new SortedSpill(FINDING_STATE_CODEC, Infinity, files);
  }

  find(key: string): FindingState | undefined {
    return this.states.get(key);
  }

  add(state: FindingState): void {
    this.states.set(state.key, state);
  }

  /** Counts what findings have grown by, in cells of about 100 bytes. */
  grow(cells: number): void {
    this.cells += cells;
  }

  /** Writes out what is in memory when it is too much; called between events, since no state is kept across. */
  relieve(): void {
    if (this.cells > this.limits['finding-cells-in-memory']) this.spill();
  }

  /** @returns all findings, those too that were not opened; undefined when some were written out */
  inMemory(): Iterable<FindingState> | undefined {
    return this.spilled.hasRuns ? undefined : this.states.values();
  }

  /** Nothing more comes. */
  end(): void {
    if (this.spilled.hasRuns) this.spill();
  }

  /** Findings that were opened, each whole. */
  *whole(): Generator<FindingState> {
    if (!this.spilled.hasRuns) {
      for (const state of this.states.values()) if (state.isOpen) yield state;
      return;
    }
    let whole: FindingState | undefined;
    for (const state of this.spilled) {
      if (whole?.key === state.key) {
        mergeStates(whole, state, this.limits['finding-connections']);
        continue;
      }
      if (whole?.isOpen) yield whole;
      whole = state;
    }
    if (whole?.isOpen) yield whole;
  }

  private spill(): void {
    for (const state of this.states.values()) this.spilled.add(state);
    this.spilled.flush();
    this.states.clear();
    this.cells = 0;
  }
}
