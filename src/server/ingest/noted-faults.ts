import { type Fault, FaultLog } from '../../base/fault.ts';

/** A log that knows its latest fault. */
export class NotedFaults extends FaultLog {
  last: Fault | undefined;

  override add(fault: Fault): void {
    this.last = fault;
    super.add(fault);
  }

  /** @returns the latest fault that is no assumption, once */
  take(): Fault | undefined {
    const { last } = this;
    this.last = undefined;
    return last?.isAssumption ? undefined : last;
  }
}
