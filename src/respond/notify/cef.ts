/** Alerts in ArcSight's Common Event Format, version 0, in frames of syslog (RFC 5424). */
import { hostname } from 'node:os';
import { PRODUCT } from '../../base/product.ts';
import { printable } from '../../base/text/printable.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { linkOf, type NotifiedAlert } from './notification.ts';

/** Characters of a value at most: datagrams of syslog should stay below 2,048 bytes (RFC 5424 §6.1). */
const MAX_VALUE = 500;

/** Facility 10, security; severities of syslog by ours. */
const PRIORITY = { critical: 82, high: 83, medium: 84, low: 86 } as const;
/** CEF counts from 0 to 10. */
const CEF_SEVERITY = { critical: 10, high: 8, medium: 5, low: 3 } as const;

/** @returns the alert as one line of syslog */
export function toSyslogLine(alert: NotifiedAlert, publicUrl: string | undefined, now: number): string {
  const host =
    hostname()
      .replace(/[^!-~]/g, '-')
      .slice(0, 255) || '-';
  return `<${PRIORITY[alert.severity]}>1 ${formatTimestamp(now)} ${host} smbastion - - - ${toCef(alert, publicUrl)}`;
}

/** @returns the alert in CEF */
export function toCef(alert: NotifiedAlert, publicUrl: string | undefined): string {
  const head = ['CEF:0', 'smbastion', 'smbastion', PRODUCT.version, alert.ruleId, alert.ruleName].map((part, i) =>
    i === 0 ? part : cut(part).replace(/[\\|]/g, '\\$&'),
  );
  const extension: [string, string | undefined][] = [
    ['externalId', alert.id],
    ['cat', alert.isNew ? 'alert' : 'alert-raised'],
    ['end', alert.timeMs === 0 ? undefined : String(Math.floor(alert.timeMs))],
    isAddress(alert.source) ? ['src', alert.source] : ['shost', alert.source],
    isAddress(alert.destination) ? ['dst', alert.destination] : ['dhost', alert.destination],
    ['dvchost', alert.host],
    ['suser', alert.account],
    ['cn1Label', 'riskScore'],
    ['cn1', String(alert.riskScore)],
    ['request', publicUrl === undefined ? undefined : linkOf(publicUrl, alert.id)],
    ['msg', alert.reason === '' ? undefined : alert.reason],
  ];
  const pairs = extension.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${escapeValue(value)}`]));
  return [...head, String(CEF_SEVERITY[alert.severity]), pairs.join(' ')].join('|');
}

/** A value of the extension; what could end the line is made visible first. */
function escapeValue(value: string): string {
  return cut(value).replace(/[\\=]/g, '\\$&');
}

function cut(value: string): string {
  const points = Array.from(printable(value));
  return points.length <= MAX_VALUE ? points.join('') : `${points.slice(0, MAX_VALUE - 1).join('')}…`;
}

function isAddress(value: string | undefined): boolean {
  return value !== undefined && /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(value);
}
