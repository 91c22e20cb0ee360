/**
 * Type repairs: values that are right but not in the form ECS asks for, as ingest pipelines and hand-made exports leave
 * them. A store would refuse or misread them; here they are brought into form and listed.
 */
import { parseIsoTime } from '../../base/time/timestamp.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { coerceValue } from '../../event/document-event-value.ts';
import { type Field, fields } from '../../event/field.ts';
import { FIELD_COLUMNS } from './columns.ts';

/** Always a list. */
const CATEGORY = 'event.category';

/** Fields that hold several values by definition; for all others an array of one is taken out of its array. */
const LIST_FIELDS: ReadonlySet<string> = new Set([
  'tags',
  'event.category',
  'event.type',
  'related.ip',
  'related.user',
  'related.hosts',
  'related.hash',
  'host.ip',
  'host.mac',
  'observer.ip',
  'process.args',
  'process.parent.args',
  'user.roles',
  'registry.data.strings',
  'file.attributes',
  'dns.resolved_ip',
  'threat.tactic.id',
  'threat.tactic.name',
  'threat.technique.id',
  'threat.technique.name',
  'threat.technique.subtechnique.id',
  'threat.technique.subtechnique.name',
  'winlog.keywords',
  'zeek.connection.services',
  'network.vlan.id',
  'smb.flow.evidence',
  'smb.client.role',
  'smb.server.role',
  'smb.repairs',
  'smb.joined',
  'smb.rpc.interface',
  'smb.rpc.uuid',
  'kibana.alert.rule.tags',
]);

/** Fields that ECS wants in lower case. */
export const LOWER_CASE: ReadonlySet<string> = new Set(['network.transport', 'network.protocol']);

/** A part of a field's name: the field that ends there, and the parts that may follow. */
interface NamePart {
  field: Field | undefined;
  readonly below: Map<string, NamePart>;
}

/** Catalogued fields by the parts of their names; families such as `zeek.*` are the producer's own and have no form to break. */
const NAMES: NamePart = { field: undefined, below: new Map() };

for (let id = 0; id < FIELD_COLUMNS; id++) {
  const field = fields.at(id);
  if (!field.catalogued || field.type === 'object' || field.type === 'nested') continue;
  let part = NAMES;
  for (const name of field.path) {
    let next = part.below.get(name);
    if (!next) {
      next = { field: undefined, below: new Map() };
      part.below.set(name, next);
    }
    part = next;
  }
  part.field = field;
}

/**
 * Repairs a document in place.
 *
 * @param document nested keys
 * @returns names of the repaired fields in the order in which they stand
 */
export function repairDocument(document: Document): string[] {
  const repaired: string[] = [];
  repairBelow(document, NAMES, repaired);
  return repaired;
}

function repairBelow(document: Document, above: NamePart, repaired: string[]): void {
  for (const key of Object.keys(document)) {
    const part = above.below.get(key);
    if (!part) continue;
    const value = document[key];
    if (isDocument(value)) {
      repairBelow(value, part, repaired);
      continue;
    }
    const { field } = part;
    if (!field) continue;
    const better = repairValue(field, value);
    if (better === undefined) continue;
    document[key] = better;
    repaired.push(field.name);
  }
}

/** @returns whether some texts of the field are repaired and others not, so that each has to be looked at */
export function isRepairable({ type, name }: Field): boolean {
  return type === 'long' || type === 'double' || type === 'boolean' || type === 'date' || LOWER_CASE.has(name);
}

/** @returns whether a text of the field is repaired */
export function isRepaired(field: Field, text: string): boolean {
  // Nearly all times are written like this.
  if (field.type === 'date' && text.endsWith('Z')) return false;
  return repairValue(field, text) !== undefined;
}

/** @returns whether an array of one value, which is no object or array, is repaired */
export function isListUnwanted({ name }: Field): boolean {
  return name !== CATEGORY && !LIST_FIELDS.has(name);
}

/** @returns whether a single text is repaired */
export function isListWanted({ name }: Field): boolean {
  return name === CATEGORY;
}

/** @returns the value in the form of its field, or undefined when nothing is to be done or can be done */
function repairValue(field: Field, value: unknown): unknown {
  if (field.name === CATEGORY) return typeof value === 'string' ? [value] : undefined;
  if (Array.isArray(value)) {
    if (value.length !== 1 || LIST_FIELDS.has(field.name)) return undefined;
    const [only] = value as readonly unknown[];
    if (typeof only === 'object') return undefined;
    return repairValue(field, only) ?? only;
  }
  if (typeof value !== 'string') return undefined;
  switch (field.type) {
    case 'long':
    case 'double':
    case 'boolean':
      return coerceValue(field.type, value);
    case 'date':
      return withZone(value);
    default: {
      const lower = LOWER_CASE.has(field.name) ? value.toLowerCase() : value;
      return lower === value ? undefined : lower;
    }
  }
}

/** A time without zone is UTC; its digits stay as they are. */
function withZone(text: string): string | undefined {
  const parsed = parseIsoTime(text);
  if (!parsed || parsed.hasZone) return undefined;
  const trimmed = text.trim().replace(' ', 'T');
  return trimmed.length > 10 ? `${trimmed.replace(',', '.')}Z` : `${trimmed}T00:00:00Z`;
}
