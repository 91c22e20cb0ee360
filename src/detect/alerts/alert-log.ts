import type { Alert } from '../alert.ts';
import type { Rule } from '../rule.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';
import type { TemporaryFiles } from '../scan/temporary-files.ts';
import { alertCodec } from './alert-codec.ts';

/** The alerts of a scan in bounded memory; walked in order of time and id, as often as needed. */
export class AlertLog implements Iterable<Alert> {
  private readonly spill: SortedSpill<Alert>;

  /**
   * @param rules rules whose alerts are added
   * @param memoryLimit alerts held in memory before they go to a temporary file
   */
  constructor(rules: readonly Rule[], memoryLimit: number, files: TemporaryFiles) {
    this.spill = new SortedSpill(alertCodec(new Map(rules.map((rule) => [rule.id, rule]))), memoryLimit, files);
  }

  add(alert: Alert): void {
    this.spill.add(alert);
  }

  /** An id that was added twice comes once, as it was added first: it is the same evidence read again. */
  *[Symbol.iterator](): Generator<Alert> {
    let last: string | undefined;
    for (const alert of this.spill) {
      if (alert.id !== last) yield alert;
      last = alert.id;
    }
  }
}
