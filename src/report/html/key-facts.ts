/** The facts of an alert that a reader asks for first, as pairs of label and value. */
import type { Alert } from '../../detect/alert.ts';
import { alertText } from '../alert-values.ts';
import { countOf, formatBytes, formatCount, formatTime } from '../../base/text/figures.ts';

/** One fact; `data` is set for values from evidence, which are set in a fixed-width face. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly data: boolean;
}

/** Fields shown after those the rule names. */
const FIELDS: Readonly<Record<string, string>> = {
  'user.name': 'Account',
  'host.name': 'Host',
  'smb.share.name': 'Share',
  'smb.file.path': 'File on the share',
  'file.path': 'File',
  'smb.pipe.name': 'Named pipe',
  'smb.rpc.operation': 'Remote call',
  'process.executable': 'Program',
  'process.command_line': 'Command line',
  'service.name': 'Service',
  'smb.dialect': 'Dialect',
  'smb.flow.direction': 'Direction',
  'smb.flow.outcome': 'Outcome',
  'network.community_id': 'Community id',
};

/** Words for fields that rules name, and that are shown only where a rule does. */
const LABELS: Readonly<Record<string, string>> = {
  ...FIELDS,
  'user.domain': 'Domain',
  'file.extension': 'Extension',
  'smb.client.role': 'Role of the client',
  'smb.server.role': 'Role of the server',
  'smb.share.path': 'Share path',
  'smb.file.previous_name': 'Name before',
  'smb.rpc.interface': 'Remote interface',
};

/** A finding adds these up over all its events; the first event's own value beside the sum would contradict it. */
const SUMMED_BY_FINDING = new Set(['smb.flow.outcome', 'smb.flow.bytes.client', 'smb.flow.bytes.server']);

/** Already said by the heading of the alert. */
const IN_HEADING = new Set([
  'client.ip',
  'server.ip',
  'server.port',
  'source.ip',
  'destination.ip',
  'destination.port',
]);

/** Facts from fields; more make the page a dump. The events hold all of them. */
const FIELD_FACTS = 9;
/** Longest value shown; the events hold the rest. */
const VALUE_LENGTH = 300;

/** @returns facts in reading order */
export function keyFacts(alert: Alert): Fact[] {
  const facts: Fact[] = [];
  const say = (label: string, value: string | undefined, data = false) => {
    if (value === undefined || value === '') return;
    facts.push({ label, value: value.length > VALUE_LENGTH ? `${value.slice(0, VALUE_LENGTH)}…` : value, data });
  };
  const { finding, group, suppression } = alert;
  const fields = new Set([...alert.rule.investigationFields, ...Object.keys(FIELDS)]);
  for (const field of fields) {
    if (facts.length >= FIELD_FACTS) break;
    if (IN_HEADING.has(field) || (finding !== undefined && SUMMED_BY_FINDING.has(field))) continue;
    say(LABELS[field] ?? field, alertText(alert, field), true);
  }
  if (finding) {
    const connections = Object.entries(finding.connections).filter(([, count]) => count > 0);
    say(
      'Connections',
      connections.map(([rung, count]) => `${formatCount(count)} ${rung.replaceAll('_', ' ')}`).join(', '),
    );
    if (finding.bytesClient + finding.bytesServer > 0) {
      say(
        'Payload',
        `${formatBytes(finding.bytesClient)} from client, ${formatBytes(finding.bytesServer)} from server`,
      );
    }
    say('Raised', finding.raised);
  }
  if (group) {
    // Without events left out, the count says the same as the events below.
    if (group.count !== alert.memberCount) {
      say('Counted', `${countOf(group.count, 'event')} from ${formatTime(group.from)} to ${formatTime(group.to)}`);
    }
    for (const { field, value } of group.cardinality) say(`Distinct ${field}`, formatCount(value));
  }
  for (const { field, value } of alert.newTerms ?? []) say(`New ${field}`, value, true);
  if (suppression && suppression.count > 0)
    say('Suppressed after it', countOf(suppression.count, 'further match', 'further matches'));
  say('Events', alert.memberCount > 1 ? `${formatCount(alert.memberCount)}, last ${formatTime(alert.lastTime)}` : '');
  say('Risk score', String(alert.riskScore));
  say('Silenced by exception', alert.exceptedBy, true);
  for (const note of alert.notes) say('Note', note);
  say('Alert id', alert.id, true);
  return facts;
}
