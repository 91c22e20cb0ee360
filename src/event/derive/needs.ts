/**
 * What a derived field is made of, for sources that know an event's kind before its values. A field can only be derived
 * when one of its lines is met by fields the event can have; `name=value` asks for a value where the values are known.
 * An answer may be too generous, never too strict: needs.test.ts compares it with the derivations.
 */
import type { Scalar } from '../document.ts';
import { type FieldId, fieldId } from '../field.ts';
import { derivations } from './derivations.ts';

const ENDS = ['source.ip', 'destination.ip'];

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'smb.flow.reversed': ['source.port'],
  'client.ip': ENDS,
  'client.port': ['source.port', 'destination.port'],
  'server.ip': ENDS,
  'server.port': ['source.port', 'destination.port'],
  'smb.flow.transport': ['network.transport'],
  'smb.flow.evidence': [
    'server.port',
    'network.protocol=smb',
    'network.application',
    'user_agent.original',
    'event.dataset=suricata.smb',
    'event.dataset=zeek.smb*',
  ],
  'smb.flow.direction': ['smb.flow.evidence', 'smb.client.place & smb.server.place'],
  'smb.flow.outcome': ['smb.flow.evidence'],
  'smb.flow.spoken': ['smb.flow.evidence'],
  'smb.flow.moved': ['smb.flow.outcome'],
  'smb.client.place': ['client.ip'],
  'smb.server.place': ['server.ip', 'host.name & destination.domain'],
  'smb.client.role': ['client.ip'],
  'smb.server.role': ['server.ip'],
  'event.outcome': ['smb.flow.outcome'],
  'network.type': ENDS,
  'network.community_id': ['source.ip & destination.ip'],
  'network.bytes': ['source.bytes & destination.bytes'],
  'network.packets': ['source.packets & destination.packets'],
  'smb.share.name': ['smb.share.path'],
  'smb.share.admin': ['smb.share.name'],
  'smb.share.kind': ['smb.share.name'],
  'smb.share.is_hidden': ['smb.share.name'],
  'smb.local_path': ['smb.share.name & smb.file.path'],
  'smb.file.extension_added': ['smb.file.previous_name & smb.file.path'],
  'file.name': ['smb.file.path'],
  'file.extension': ['file.name'],
  'smb.file.name': ['file.name'],
  'smb.file.written': ['file.name & event.type=creation', 'file.name & event.action'],
  'server.address': [
    'server.ip',
    'winlog.channel & smb.server.name',
    'winlog.channel & host.name',
    'winlog.event_id & smb.server.name',
    'winlog.event_id & host.name',
  ],
  'smb.run.command': ['smb.service.image_path', 'smb.task.command', 'process.command_line', 'process.executable'],
  'smb.run.program': ['smb.service.executable', 'smb.task.command', 'process.executable'],
  'smb.run.paths': [
    'smb.service.executable',
    'smb.service.image_path',
    'smb.task.command',
    'smb.task.arguments',
    'process.command_line',
    'process.executable',
  ],
  'smb.run.file': ['smb.service.executable', 'smb.task.command', 'process.executable'],
  'smb.run.outputs': ['smb.service.image_path', 'smb.task.command', 'smb.task.arguments', 'process.command_line'],
  'smb.run.name': ['smb.run.program'],
  'smb.file.local': ['smb.share.name & smb.local_path', 'smb.share.name & file.path', 'process.name & file.path'],
  'user.machine': ['user.name'],
  'user.is_own_machine': ['user.machine & host.hostname', 'user.machine & host.name'],
  'smb.registry.path': ['registry.path', 'winlog.event_data.ObjectValueName'],
  'smb.registry.data': ['registry.data.strings', 'winlog.event_data.NewValue'],
  'smb.activity': [
    'smb.rpc.operation',
    'event.category=authentication',
    'file.name & event.category=file',
    'smb.command',
    'event.dataset=zeek.smb_mapping',
  ],
};

/** One condition of a way: the field is there, with this value if one is named. */
interface Need {
  readonly field: FieldId;
  readonly wanted: string | undefined;
}

/** {@link NEEDS} with numbers: what is derived, and the ways, each a list of conditions. */
const DERIVED: readonly (readonly [FieldId, readonly (readonly Need[])[]])[] = Object.entries(NEEDS).map(
  ([name, ways]) => [fieldId(name), ways.map((way) => way.split(' & ').map(toNeed))],
);

function toNeed(need: string): Need {
  const [name, wanted] = need.split('=') as [string, string | undefined];
  return { field: fieldId(name), wanted };
}

/** Deepest chain of derivations: direction of places of ends; more rounds change nothing. */
const MAX_ROUNDS = 8;

/**
 * @param has whether the event can have a field of its own
 * @param known values of a field, where they are known
 * @returns whether a field can be derived
 */
export function derivedMayHave(
  has: (field: FieldId) => boolean,
  known: (field: FieldId) => readonly Scalar[] | undefined,
): (field: FieldId) => boolean {
  const possible = new Set<FieldId>();
  const isMet = ({ field, wanted }: Need): boolean => {
    if (!has(field) && !possible.has(field)) return false;
    const values = wanted === undefined ? undefined : known(field);
    return values === undefined || values.some((value) => fits(String(value), wanted!));
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = possible.size;
    for (const [field, ways] of DERIVED) if (ways.some((way) => way.every(isMet))) possible.add(field);
    if (possible.size === before) break;
  }
  // A derivation without a line here would be ruled out wrongly.
  return (field) => possible.has(field) || (derivations[field] !== undefined && !NEEDED.has(field));
}

const NEEDED: ReadonlySet<FieldId> = new Set(DERIVED.map(([field]) => field));

function fits(value: string, wanted: string): boolean {
  return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
}
