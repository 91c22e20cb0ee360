/**
 * SARIF 2.1.0 (OASIS, March 2020): findings for code hosts and viewers that read it. An alert is a result whose locations
 * are the evidence: file and line where the format has lines, file and byte offset otherwise.
 */
import { printable, printableJson, wellFormed } from '../base/text/printable.ts';
import type { Alert, AlertMember } from '../detect/alert.ts';
import type { Severity } from '../event/severity.ts';
import type { Rule } from '../detect/rule.ts';
import type { ScanSummary } from '../detect/scan-result.ts';
import type { Document } from '../event/document.ts';
import { blindSpots, unreadFiles } from './blind-spots.ts';
import { isoTime } from '../base/text/figures.ts';
import { PRODUCT } from '../base/product.ts';
import type { ReportFormat } from './report.ts';
import { shownAlerts } from './rule-groups.ts';

/** SARIF §3.27.10 knows three levels of a problem. */
const LEVEL: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note' };

/** Places of one result; the alert document names up to 100 members, viewers show a handful. */
const RELATED_PLACES = 10;

/** SARIF 2.1.0, results streamed. */
export const sarif: ReportFormat = {
  id: 'sarif',
  title: 'SARIF 2.1.0 for code hosts and viewers',
  extension: 'sarif',
  write(result, write, options) {
    const { summary } = result;
    const rules = summary.rules.map((entry) => entry.rule);
    const indexById = new Map(rules.map((rule, index) => [rule.id, index]));
    const driver = { name: PRODUCT.name, semanticVersion: PRODUCT.version, rules: rules.map(descriptor) };
    write('{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{');
    write(`"tool":${printableJson({ driver })},\n`);
    write(`"invocations":${printableJson([invocation(summary, options.title)])},\n`);
    write('"columnKind":"utf16CodeUnits","results":[');
    let separator = '\n';
    for (const alert of shownAlerts(result, options)) {
      write(separator + printableJson(resultOf(alert, indexById.get(alert.rule.id))));
      separator = ',\n';
    }
    write('\n]}]}\n');
  },
};

function descriptor(rule: Rule): Document {
  return {
    id: rule.id,
    name: printable(rule.name),
    shortDescription: { text: printable(rule.name) },
    fullDescription: { text: rule.description || rule.name },
    help: { text: rule.note || rule.description || rule.name, markdown: rule.note || rule.description || rule.name },
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      'security-severity': securitySeverity(rule.riskScore),
      tags: ['security', ...rule.tags, ...rule.threat.map((threat) => threat.technique)],
      version: rule.version,
    },
  };
}

/** Risk score 0 to 100 on the scale 0.0 to 10.0 that code hosts sort by. */
function securitySeverity(riskScore: number): string {
  return (riskScore / 10).toFixed(1);
}

function resultOf(alert: Alert, ruleIndex: number | undefined): Document {
  const places = alert.members.slice(0, RELATED_PLACES + 1);
  return {
    ruleId: alert.rule.id,
    ruleIndex,
    level: LEVEL[alert.severity],
    message: { text: plainMessage(alert.reason || alert.name) },
    locations: places.slice(0, 1).map(location),
    relatedLocations: places.length > 1 ? places.slice(1).map((place, id) => ({ id, ...location(place) })) : undefined,
    partialFingerprints: { 'smbastionAlertId/v1': alert.id },
    occurrenceCount: Math.max(1, alert.memberCount),
    suppressions:
      alert.exceptedBy === undefined
        ? undefined
        : [{ kind: 'external', status: 'accepted', justification: `exception ${printable(alert.exceptedBy)}` }],
    properties: {
      severity: alert.severity,
      'security-severity': securitySeverity(alert.riskScore),
      originalTime: isoTime(alert.originalTime),
      techniques: alert.threat.map((threat) => threat.technique),
    },
  };
}

/** Data may not write links or placeholders, which plain text messages know too (§3.11.5, §3.11.6). */
function plainMessage(text: string): string {
  return printable(text)
    .replaceAll('](', '] (')
    .replace(/\{(\d+)\}/g, '{{$1}}');
}

function location(member: AlertMember): Document {
  const { file, line, offset } = member.provenance;
  const region = line !== undefined ? { startLine: line } : offset !== undefined ? { byteOffset: offset } : undefined;
  return { physicalLocation: { artifactLocation: { uri: toUri(file) }, region } };
}

/**
 * @param file path as the user named it, with slashes or backslashes
 * @returns a URI reference (RFC 3986): absolute paths as `file:`, others relative
 */
export function toUri(file: string): string {
  const isWindows = /^[A-Za-z]:[\\/]|^\\\\/.test(file);
  const parts = wellFormed(file).split(isWindows ? /[\\/]/ : '/');
  const encoded = parts.map(encodeURIComponent).join('/');
  if (file.startsWith('\\\\')) return `file:${encoded}`;
  if (isWindows) return `file:///${encoded.replace('%3A', ':')}`;
  return file.startsWith('/') ? `file://${encoded}` : encoded;
}

function invocation(summary: ScanSummary, commandLine: string): Document {
  const unread = unreadFiles(summary).map((file) => ({
    level: 'warning',
    message: { text: printable(`${file.file}: ${file.problem}`) },
  }));
  const spots = blindSpots(summary).map((text) => ({ level: 'note', message: { text: printable(text) } }));
  return {
    commandLine: printable(commandLine),
    executionSuccessful: !summary.interrupted,
    toolExecutionNotifications: [...unread, ...spots],
  };
}
