import type { ReadSummary } from '../../sources/input/read-all.ts';
import type { ExceptionSet } from '../exceptions/exception-set.ts';
import type { ScanResult } from '../scan-result.ts';
import type { ScanFindings } from './scan.ts';

/**
 * Puts together what the engine found and what was read.
 *
 * @param elapsedMs wall time, shown to people only
 */
export function toScanResult(
  findings: ScanFindings,
  reading: ReadSummary,
  exceptions: ExceptionSet,
  elapsedMs: number,
): ScanResult {
  return {
    alerts: findings.alerts,
    summary: {
      files: reading.files,
      events: findings.events,
      bytes: reading.bytes,
      elapsedMs,
      datasets: findings.datasets,
      skipped: reading.skipped,
      firstTime: findings.firstTime,
      lastTime: findings.lastTime,
      rules: findings.rules,
      exceptions: exceptions.results(),
      faults: reading.faults.list(),
      limits: findings.limits,
      alertCount: findings.alertCount,
      bySeverity: findings.bySeverity,
      timeline: findings.timeline,
      topPairs: findings.topPairs,
      interrupted: reading.interrupted,
    },
  };
}
