/**
 * The one sentence of an alert. A rule may give its own with `{field}` placeholders; the built-in one is put together from
 * whichever fields are there. Values come from evidence and are made safe to look at and short.
 */
import { formatEndpoint } from '../../base/address/endpoint.ts';
import { formatBytes, formatSpan } from '../../base/text/figures.ts';
import { printable } from '../../base/text/printable.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { type Field, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Alert, AlertLeg } from '../alert.ts';

/** What a sentence may speak of beside the event's fields. */
export type ReasonFacts = Pick<
  Alert,
  | 'rule'
  | 'name'
  | 'severity'
  | 'originalTime'
  | 'lastTime'
  | 'memberCount'
  | 'group'
  | 'finding'
  | 'newTerms'
  | 'sequence'
> & {
  /** What happened and what nobody could see, where the rule type can say. */
  readonly told?: { readonly legs: string; readonly blind: string | undefined } | undefined;
};

/** Gives the first event of a leg by the leg's name, for placeholders such as `{logon.source.ip}`. */
export type LegView = (name: string) => EventView | undefined;

/** Longest value shown; a command line can be 32,767 characters. */
const MAX_VALUE_LENGTH = 160;
const MAX_TOLD_LENGTH = 1000;
const MAX_VALUES = 5;
const PLACEHOLDER = /\{([\w@.$-]+)\}/g;
/** A part in brackets, which is left out when a value in it is absent, or text without one. */
const PART = /\[([^[\]]*)\]|[^[]+|\[/g;

/**
 * @param facts the alert without its reason
 * @param view its event, or what its events have in common
 * @param legView events of its legs, for a rule that has some
 * @returns one sentence on one line, without a full stop
 */
export function reasonOf(facts: ReasonFacts, view: EventView, legView: LegView = () => undefined): string {
  const { reason } = facts.rule;
  return reason === '' ? builtIn(facts, view) : fillTemplate(reason, facts, view, legView);
}

/** Placeholders of what a rule of several events tells. */
const TOLD: Readonly<Record<string, (facts: ReasonFacts) => string | undefined>> = {
  'alert.legs': ({ told }) => told?.legs,
  'alert.blind': ({ told }) => told?.blind,
};

/** Placeholders that are not fields, for templates. */
const ALERT_PLACEHOLDERS: Readonly<Record<string, (facts: ReasonFacts) => string | undefined>> = {
  'alert.name': ({ name }) => name,
  'alert.severity': ({ severity }) => severity,
  'alert.count': ({ memberCount }) => String(memberCount),
  'alert.first': ({ originalTime }) => formatTimestamp(originalTime),
  'alert.last': ({ lastTime }) => formatTimestamp(lastTime),
  'alert.span': ({ originalTime, lastTime }) => formatSpan(lastTime - originalTime),
  'alert.distinct': ({ group }) => group && distinctText(group.cardinality),
  'alert.level': ({ finding }) => finding?.level,
  ...TOLD,
  'alert.grade': ({ sequence }) => sequence?.grade,
  'alert.connections': ({ finding }) => finding && connectionsText(finding.connections),
  'alert.bytes.client': ({ finding }) => finding && formatBytes(finding.bytesClient),
  'alert.bytes.server': ({ finding }) => finding && formatBytes(finding.bytesServer),
};

/** Names of the placeholders that are not fields; the check of rule files knows no others. */
export const REASON_PLACEHOLDERS: readonly string[] = Object.keys(ALERT_PLACEHOLDERS);

/**
 * @param name a placeholder such as `logon.source.ip`
 * @param legs names of the legs of a rule
 * @returns the leg and the field it names; undefined for another placeholder
 */
export function legPlaceholder(name: string, legs: Iterable<string>): { leg: string; field: Field } | undefined {
  for (const leg of legs) {
    const field = name.startsWith(`${leg}.`) ? fields.find(name.slice(leg.length + 1)) : undefined;
    if (field) return { leg, field };
  }
  return undefined;
}

function fillTemplate(template: string, facts: ReasonFacts, view: EventView, legView: LegView): string {
  const valueOf = (name: string): string | undefined => {
    const special = ALERT_PLACEHOLDERS[name];
    // What is told of several events is made of values that were made short one by one.
    if (special) return shown(special(facts) ?? '', name in TOLD ? MAX_TOLD_LENGTH : MAX_VALUE_LENGTH) || undefined;
    // Rule files with a placeholder that could be both are refused.
    const ofLeg =
      facts.sequence && !fields.find(name) && legPlaceholder(name, new Set(facts.sequence.legs.map((leg) => leg.name)));
    if (ofLeg) {
      const event = legView(ofLeg.leg);
      return event && valueText(event, ofLeg.field.name);
    }
    const { group, finding, newTerms, sequence } = facts;
    const term = [group?.terms, finding?.key, newTerms, sequence?.keys]
      .flatMap((terms) => terms ?? [])
      .find(({ field }) => field === name);
    return valueText(view, name) ?? (term && shown(term.value));
  };
  return fillWords(template, valueOf);
}

/**
 * @param words text with `{name}` for values, and parts in brackets that are left out when a value in them is absent
 * @returns the text; an absent value outside brackets is `-`
 */
function fillWords(words: string, valueOf: (name: string) => string | undefined): string {
  const fill = (text: string) => text.replace(PLACEHOLDER, (_, name: string) => valueOf(name) ?? '-');
  // One pass over the template: brackets in a value are text.
  return words.replace(PART, (part: string, optional: string | undefined) => {
    const names = optional === undefined ? [] : [...optional.matchAll(PLACEHOLDER)].map((match) => match[1]!);
    if (optional === undefined || names.length === 0) return fill(part);
    return names.every((name) => valueOf(name) !== undefined) ? fill(optional) : '';
  });
}

/**
 * Tells one event in words of the rule's own.
 *
 * @param words as in a reason
 * @param special values that are no fields, by name
 */
export function tellEvent(
  words: string,
  view: EventView,
  special: Readonly<Record<string, string | undefined>>,
): string {
  return fillWords(words, (name) => (Object.hasOwn(special, name) ? special[name] : valueText(view, name)));
}

function builtIn(facts: ReasonFacts, view: EventView): string {
  const { group, finding, newTerms, sequence } = facts;
  if (group) {
    const terms = group.terms.map(({ field, value }) => `${field} ${shown(value)}`).join(', ');
    const distinct = group.cardinality.length > 0 ? `, ${distinctText(group.cardinality)}` : '';
    const span = formatSpan(group.to - group.from);
    return `${group.count} events in ${span}${distinct}${terms === '' ? '' : ` for ${terms}`}`;
  }
  const described = describe(view, finding !== undefined);
  if (sequence) {
    const keys = sequence.keys.map(({ field, value }) => `${field} ${shown(value)}`);
    const who = described === '' ? keys.join(', ') : described;
    return `${legsText(sequence.legs)} in ${formatSpan(sequence.spanMs)}${who === '' ? '' : `: ${who}`}`;
  }
  if (finding) {
    const who = described || finding.key.map(({ field, value }) => `${field} ${shown(value)}`).join(', ');
    const bytes =
      finding.bytesClient + finding.bytesServer > 0
        ? `, ${formatBytes(finding.bytesClient)} sent, ${formatBytes(finding.bytesServer)} received`
        : '';
    const raised = finding.raised === undefined ? '' : `; ${finding.raised}`;
    return `${who}: ${connectionsText(finding.connections)}${bytes}${raised}`;
  }
  if (newTerms) {
    const terms = newTerms.map(({ field, value }) => `${field} ${shown(value)}`).join(', ');
    return `First seen: ${terms}${described === '' ? '' : `; ${described}`}`;
  }
  return described || shown(facts.name);
}

/** What the values of a field are called when they are counted. */
const NOUNS: Readonly<Record<string, string>> = {
  'client.ip': 'clients',
  'server.ip': 'servers',
  'server.address': 'servers',
  'source.ip': 'sources',
  'destination.ip': 'destinations',
  'host.name': 'hosts',
  'user.name': 'accounts',
  'smb.share.path': 'shares',
  'smb.share.name': 'shares',
  'smb.file.path': 'files',
  'file.path': 'files',
  'smb.pipe.name': 'pipes',
  'smb.rpc.operation': 'kinds of calls',
};

/** Parts of a description in reading order: name shown before the value, and the fields that may give it. */
const DETAILS: readonly (readonly [label: string, ...names: string[]])[] = [
  ['share', 'smb.share.name', 'smb.share.path'],
  ['file', 'smb.file.path', 'file.path', 'file.name'],
  ['pipe', 'smb.pipe.name'],
  ['service', 'service.name'],
  ['command', 'process.command_line', 'process.executable', 'process.name', 'smb.service.image_path'],
  ['account', 'user.target.name'],
  ['rule', 'rule.name'],
];

/** @returns an event in a few words; empty when nothing known is in it */
export function describeEvent(view: EventView): string {
  return describe(view, false);
}

function describe(view: EventView, isFinding: boolean): string {
  const text = (...names: string[]) => {
    for (const name of names) {
      const found = valueText(view, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const parts: string[] = [];
  const client = text('client.ip', 'client.address', 'client.domain', 'source.address', 'source.domain');
  const host = text('host.name', 'host.hostname');
  const server = text('server.ip', 'server.address', 'server.domain', 'destination.domain');
  const port = server === undefined ? undefined : text('server.port');
  const to = server === undefined ? host : port === undefined ? server : formatEndpoint(server, port);
  if (client !== undefined && to !== undefined) parts.push(`${client} to ${to}`);
  else if (client !== undefined) parts.push(`from ${client}`);
  else if (to !== undefined) parts.push(`on ${to}`);
  if (server !== undefined && host !== undefined && host !== server) parts.push(`seen on ${host}`);
  if (isFinding) return parts.join(', ');

  const user = text('user.name');
  const domain = text('user.domain');
  if (user !== undefined) parts.push(`as ${domain === undefined ? user : `${domain}\\${user}`}`);
  for (const [label, ...names] of DETAILS) {
    const value = text(...names);
    if (value !== undefined) parts.push(`${label} ${value}`);
  }
  const rpc = text('smb.rpc.interface', 'smb.rpc.uuid');
  if (rpc !== undefined)
    parts.push(`call ${[rpc, text('smb.rpc.operation', 'smb.rpc.opnum')].filter(Boolean).join(' ')}`);
  const outcome = text('smb.flow.outcome');
  if (outcome !== undefined) parts.push(outcome === 'unknown' ? 'outcome unknown' : outcome);
  const code = text('event.code');
  if (code !== undefined) parts.push(`event ${code}`);
  return parts.join(', ');
}

function valueText(view: EventView, name: string): string | undefined {
  const field = fields.find(name);
  const value = field && view.get(field.id);
  if (!field || value === undefined) return undefined;
  if (typeof value !== 'object') return shown(scalarText(field, value));
  const more = value.length > MAX_VALUES ? ` and ${value.length - MAX_VALUES} more` : '';
  return (
    value
      .slice(0, MAX_VALUES)
      .map((one) => shown(scalarText(field, one)))
      .join(', ') + more
  );
}

function scalarText(field: Field, value: string | number | boolean): string {
  return field.type === 'date' && typeof value === 'number' ? formatTimestamp(value) : String(value);
}

function shown(value: string, maxLength = MAX_VALUE_LENGTH): string {
  const text = value.length > maxLength ? `${value.slice(0, maxLength)}…` : value;
  return printable(text);
}

function distinctText(cardinality: readonly { readonly field: string; readonly value: number }[]): string {
  return cardinality.map(({ field, value }) => `${value} ${NOUNS[field] ?? `different ${field}`}`).join(', ');
}

/** Kinds of legs named in a built-in sentence. */
const MAX_LEGS = 8;

/** @returns `failed-logon ×5, then logon, then no logoff` */
function legsText(legs: readonly AlertLeg[]): string {
  const runs: { name: string; state: AlertLeg['state']; count: number }[] = [];
  for (const { name, state } of legs) {
    const last = runs.at(-1);
    if (last?.name === name && last.state === state) last.count++;
    else runs.push({ name, state, count: 1 });
  }
  const words = runs.slice(0, MAX_LEGS).map(({ name, state, count }) => {
    if (state !== 'matched') return `${state === 'missing' ? 'no' : 'unseen'} ${shown(name)}`;
    return count === 1 ? shown(name) : `${shown(name)} ×${count}`;
  });
  return words.join(', then ') + (runs.length > MAX_LEGS ? ' and so on' : '');
}

function connectionsText(connections: Readonly<Record<string, number>>): string {
  const entries = Object.entries(connections);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const noun = total === 1 ? 'connection' : 'connections';
  if (entries.length === 1) return `${total} ${noun}, ${total > 1 ? 'all ' : ''}${entries[0]![0]}`;
  return `${total} ${noun} (${entries.map(([name, count]) => `${count} ${name}`).join(', ')})`;
}
