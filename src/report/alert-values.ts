/** What an alert says about a field, wherever it says it: its key, its group, its new terms or its document. */
import { formatEndpoint } from '../base/address/endpoint.ts';
import type { Alert } from '../detect/alert.ts';
import { visitPath } from '../event/document.ts';

/** Values of one field that are shown; more are counted. */
const VALUES_SHOWN = 5;

/**
 * @param alert any alert
 * @param field dotted name
 * @returns distinct values as texts, in the order in which they are met; empty when the alert says nothing
 */
export function alertValues(alert: Alert, field: string): string[] {
  const found = new Set<string>();
  const { finding, group, newTerms, sequence, suppression } = alert;
  for (const terms of [finding?.key, group?.terms, newTerms, sequence?.keys, suppression?.terms]) {
    for (const term of terms ?? []) if (term.field === field) found.add(term.value);
  }
  visitPath(alert.document, field.split('.'), (value) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found.add(String(value));
  });
  return [...found];
}

/** @returns the values in one text, at most five of them and `and n more`; undefined when there are none */
export function alertText(alert: Alert, field: string): string | undefined {
  const values = alertValues(alert, field);
  if (values.length === 0) return undefined;
  const shown = values.slice(0, VALUES_SHOWN).join(', ');
  return values.length > VALUES_SHOWN ? `${shown} and ${values.length - VALUES_SHOWN} more` : shown;
}

/** The two sides of an alert, as far as it names them. */
export interface AlertEnds {
  readonly client: string | undefined;
  /** With its port, when the alert names one. */
  readonly server: string | undefined;
}

/** Host logs name their own machine instead of a server address; that machine is the side that was connected to. */
const CLIENT_FIELDS = ['client.ip', 'source.ip', 'client.address', 'source.address'] as const;
const SERVER_FIELDS = ['server.ip', 'destination.ip', 'server.address', 'destination.address', 'host.name'] as const;
const SERVER_PORT_FIELDS = ['server.port', 'destination.port'] as const;

/** @returns who connected to whom */
export function alertEnds(alert: Alert): AlertEnds {
  const client = firstText(alert, CLIENT_FIELDS);
  const server = firstText(alert, SERVER_FIELDS);
  const ports = firstValues(alert, SERVER_PORT_FIELDS);
  return { client, server: server !== undefined && ports.length === 1 ? formatEndpoint(server, ports[0]!) : server };
}

/** @returns `10.0.0.5 → 8.8.4.4:445`, one side alone, or an empty text */
export function endsText(ends: AlertEnds): string {
  if (ends.client !== undefined && ends.server !== undefined) return `${ends.client} → ${ends.server}`;
  if (ends.server !== undefined) return `→ ${ends.server}`;
  return ends.client ?? '';
}

function firstValues(alert: Alert, fields: readonly string[]): string[] {
  for (const field of fields) {
    const values = alertValues(alert, field);
    if (values.length > 0) return values;
  }
  return [];
}

function firstText(alert: Alert, fields: readonly string[]): string | undefined {
  const values = firstValues(alert, fields);
  if (values.length === 0) return undefined;
  return values.length === 1 ? values[0] : `${values[0]} and ${values.length - 1} more`;
}
