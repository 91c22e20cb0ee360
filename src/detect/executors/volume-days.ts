/** Shares the bytes of one flow among the days they were sent on. */
import type { DayVolume, VolumeReport } from './volume-report.ts';

/** A UTC day. */
export const DAY_MS = 86_400_000;

/** Members of an alert: the reports that added most to the day. */
const MAX_SHOWN = 20;

/**
 * One flow. A sensor writes running totals or differences; which of the two is told by a later report that is smaller than an
 * earlier one, so a flow is shared out when all its reports are there.
 */
export class FlowDays {
  readonly flow: string;
  private readonly days: Map<number, DayVolume>;
  private readonly limit: number;
  private readonly onLimit: () => void;
  private reports: VolumeReport[] = [];
  private last = 0;
  private most = 0;
  private isDelta = false;

  /**
   * @param days takes what each day gets
   * @param limit reports held; of longer flows the earlier ones are shared out by what is known then
   */
  constructor(flow: string, days: Map<number, DayVolume>, limit: number, onLimit: () => void) {
    this.flow = flow;
    this.days = days;
    this.limit = limit;
    this.onLimit = onLimit;
  }

  /** Takes a report, not earlier than the one before; the same one once more counts nothing. */
  add(report: VolumeReport): void {
    if (report.id === this.reports.at(-1)?.id) return;
    if (report.bytes < this.last) this.isDelta = true;
    this.last = report.bytes;
    this.reports.push(report);
    if (this.reports.length < this.limit) return;
    this.onLimit();
    this.end();
  }

  /** There are no more reports. */
  end(): void {
    for (const report of this.reports) {
      const added = this.isDelta ? report.bytes : Math.max(report.bytes - this.most, 0);
      this.most = Math.max(this.most, report.bytes);
      this.share(report, added);
    }
    this.reports = [];
  }

  private share(report: VolumeReport, added: number): void {
    const day = Math.floor(report.time / DAY_MS);
    let volume = this.days.get(day);
    if (!volume) {
      volume = { bytes: 0, count: 0, first: report.time, last: report.time, largest: [] };
      this.days.set(day, volume);
    }
    volume.bytes += added;
    volume.count++;
    volume.first = Math.min(volume.first, report.time);
    volume.last = Math.max(volume.last, report.time);
    const { largest } = volume;
    if (largest.length === MAX_SHOWN && largest.at(-1)!.added >= added) return;
    const at = largest.findIndex((one) => one.added < added);
    largest.splice(at < 0 ? largest.length : at, 0, { ...report, added });
    if (largest.length > MAX_SHOWN) largest.pop();
  }
}
