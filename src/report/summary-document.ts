import type { ScanSummary } from '../detect/scan-result.ts';
import type { Document } from '../event/document.ts';
import { blindSpots } from './blind-spots.ts';
import { isoTime } from '../base/text/figures.ts';

/**
 * The summary for machines: names in snake case as in alert documents, times as ISO 8601, `null` where there is none. The
 * wall time of the scan is left out, so that the same evidence gives the same bytes.
 */
export function summaryDocument(summary: ScanSummary): Document {
  return {
    interrupted: summary.interrupted,
    alert_count: summary.alertCount,
    by_severity: summary.bySeverity,
    events: summary.events,
    bytes: summary.bytes,
    first_event: isoTime(summary.firstTime),
    last_event: isoTime(summary.lastTime),
    datasets: summary.datasets,
    skipped: summary.skipped,
    files: summary.files.map((file) => ({
      file: file.file,
      format: file.format ?? null,
      bytes: file.bytes,
      events: file.events,
      problem: file.problem ?? null,
    })),
    rules: summary.rules.map(({ rule, ...figures }) => ({
      id: rule.id,
      uuid: rule.uuid,
      name: rule.name,
      version: rule.version,
      type: rule.type,
      severity: rule.severity,
      risk_score: rule.riskScore,
      ...figures,
    })),
    exceptions: summary.exceptions,
    faults: summary.faults,
    limits: summary.limits,
    blind_spots: blindSpots(summary),
    timeline: summary.timeline.map((hour) => ({ time: isoTime(hour.time), ...hour.counts })),
    top_pairs: summary.topPairs,
  };
}
