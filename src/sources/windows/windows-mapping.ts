/** Mapping files made into reads: what a kind of Windows event (channel, provider, event id) becomes. */
import { derivedFields } from '../../event/derive/derivations.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import { type FieldId, fieldId, fields } from '../../event/field.ts';
import { BASE_READS, outcomeWith } from './base-reads.ts';
import {
  type EventEntry,
  type FieldSource,
  type MappingFile,
  readChannelDatasets,
  readMappingFiles,
} from './mapping-file.ts';
import { compileRead } from './readers.ts';
import type { CodeTable } from './values/codes.ts';
import type { WindowsRead } from './windows-read.ts';

/** Dataset of channels nobody named: what Elastic calls its integration for any Windows channel. */
const OTHER_DATASET = 'winlog.winlog';

/** Kinds that are remembered; real logs have some hundreds, a hostile one invents channels. */
const MAX_KINDS = 20_000;

const OUTCOME = fieldId('event.outcome');

/** How one kind of event becomes ECS. */
export interface WindowsKind {
  readonly dataset: string;
  /** Reads by field number; a hole where the kind has nothing. */
  readonly reads: readonly (WindowsRead | undefined)[];
  /** Mapped and derived fields in the order in which documents write them. */
  readonly fields: readonly FieldId[];
  /** Values every event of the kind has in a field. */
  readonly known: ReadonlyMap<FieldId, readonly Scalar[]>;
  readonly codes: CodeTable;
}

/** A file with what is asked of it often. */
interface Family {
  readonly file: MappingFile;
  readonly providers: ReadonlySet<string>;
  readonly channels: readonly string[];
  readonly events: ReadonlyMap<number, EventEntry>;
}

/** Kinds of Windows events. */
class WindowsKinds {
  private readonly families: readonly Family[];
  private readonly datasets: readonly (readonly [channel: string, dataset: string])[];
  private readonly byName = new Map<string, Map<number, WindowsKind>>();
  private readonly compiled = new Map<MappingFile | undefined, Map<string, WindowsKind>>();
  private count = 0;
  private lastChannel: string | undefined;
  private lastProvider: string | undefined;
  private lastKinds: Map<number, WindowsKind> | undefined;

  constructor(files: readonly MappingFile[]) {
    this.families = files.map((file) => ({
      file,
      providers: new Set(file.providers.map((name) => name.toLowerCase())),
      channels: file.channels.map((name) => name.toLowerCase()),
      events: new Map(
        Object.entries(file.events).flatMap(([ids, entry]) =>
          ids.split(' ').map((id): [number, EventEntry] => [Number(id), entry]),
        ),
      ),
    }));
    this.datasets = Object.entries(readChannelDatasets()).map(([channel, set]) => [channel.toLowerCase(), set]);
    // Compiled once at the start: a mistake in a file is found at once, and every name the mapping uses is known.
    for (const { file, events } of this.families) for (const entry of events.values()) this.compile(file, entry, '');
    this.compiled.clear();
  }

  /** Channel and provider in any letter case; undefined when the record does not say. */
  of(channel: string | undefined, provider: string | undefined, eventId: number): WindowsKind {
    if (this.lastKinds === undefined || channel !== this.lastChannel || provider !== this.lastProvider) {
      this.lastKinds = this.kindsOf(channel, provider);
      this.lastChannel = channel;
      this.lastProvider = provider;
    }
    const known = this.lastKinds.get(eventId);
    if (known) return known;
    const kind = this.make(channel?.toLowerCase(), provider?.toLowerCase(), eventId);
    if (this.count < MAX_KINDS) {
      this.count++;
      this.lastKinds.set(eventId, kind);
    }
    return kind;
  }

  private kindsOf(channel: string | undefined, provider: string | undefined): Map<number, WindowsKind> {
    const name = `${channel ?? ''}\n${provider ?? ''}`;
    let kinds = this.byName.get(name);
    if (!kinds) {
      kinds = new Map();
      if (this.count < MAX_KINDS) {
        this.count++;
        this.byName.set(name, kinds);
      }
    }
    return kinds;
  }

  private make(channel: string | undefined, provider: string | undefined, eventId: number): WindowsKind {
    const family = this.families.find((one) => isOf(one, channel, provider) && one.events.has(eventId));
    const relative = family ?? this.families.find((one) => isOf(one, channel, provider));
    const dataset = this.datasetOf(channel) ?? relative?.file.dataset ?? OTHER_DATASET;
    const entry = family?.events.get(eventId);
    const key = `${dataset}\n${entry === undefined ? '' : eventId}`;
    let kinds = this.compiled.get(relative?.file);
    if (!kinds) {
      kinds = new Map();
      this.compiled.set(relative?.file, kinds);
    }
    let kind = kinds.get(key);
    if (!kind) {
      kind = this.compile(relative?.file, entry, dataset);
      kinds.set(key, kind);
    }
    return kind;
  }

  private datasetOf(channel: string | undefined): string | undefined {
    return channel === undefined ? undefined : this.datasets.find(([name]) => fits(name, channel))?.[1];
  }

  private compile(file: MappingFile | undefined, entry: EventEntry | undefined, dataset: string): WindowsKind {
    const reads = new Array<WindowsRead | undefined>(fields.size).fill(undefined);
    const known = new Map<FieldId, readonly Scalar[]>();
    for (const [name, read] of Object.entries(BASE_READS)) reads[fieldId(name)] = read;
    known.set(fieldId('event.kind'), ['event']);
    known.set(fieldId('host.os.type'), ['windows']);
    const set = (name: string, source: FieldSource | undefined) => {
      if (source === undefined) return;
      const id = fieldId(name);
      known.delete(id);
      if (source === null) {
        reads[id] = undefined;
        return;
      }
      const constant = constantOf(source);
      if (constant !== undefined && id !== OUTCOME) known.set(id, [constant].flat());
      const read = constant === undefined ? compileRead(source as string) : () => constant;
      reads[id] = id === OUTCOME ? outcomeWith(read) : read;
    };
    set('event.dataset', [dataset]);
    set('event.module', [dataset.split('.')[0]!]);
    for (const [name, source] of Object.entries(file?.every ?? {})) set(name, source);
    for (const part of entry?.parts ?? []) {
      const sources = file?.parts?.[part];
      if (!sources) throw new Error(`no part is called ${part}`);
      for (const [name, source] of Object.entries(sources)) set(name, source);
    }
    set('event.action', entry?.action === undefined ? undefined : [entry.action]);
    for (const [name, words] of [
      ['event.category', entry?.category],
      ['event.type', entry?.type],
    ] as const) {
      if (words === undefined) continue;
      known.set(fieldId(name), words);
      reads[fieldId(name)] = () => words;
    }
    for (const [name, source] of Object.entries(entry?.fields ?? {})) set(name, source);
    const own = reads.flatMap((read, id) => (read ? [id] : []));
    const order = [...new Set([...own, ...derivedFields])].sort((x, y) => x - y);
    return { dataset, reads, fields: order, known, codes: file?.codes ?? 'audit' };
  }
}

/** The provider decides; a record that does not name it is taken by its channel. */
function isOf(family: Family, channel: string | undefined, provider: string | undefined): boolean {
  if (provider !== undefined) return family.providers.has(provider);
  return channel !== undefined && family.channels.some((name) => fits(name, channel));
}

function fits(name: string, channel: string): boolean {
  return name.endsWith('*') ? channel.startsWith(name.slice(0, -1)) : name === channel;
}

/** @returns the value a source stands for itself, undefined when it has to be read */
function constantOf(source: Exclude<FieldSource, null>): FieldValue {
  if (typeof source === 'string') return source.startsWith('is ') ? source.slice(3) : undefined;
  if (Array.isArray(source)) return source.length === 1 ? (source[0] as Scalar) : (source as readonly Scalar[]);
  return source as Scalar;
}

let kinds: WindowsKinds | undefined;

/**
 * @param channel System/Channel, in any letter case
 * @param provider System/Provider@Name
 */
export function windowsKind(channel: string | undefined, provider: string | undefined, eventId: number): WindowsKind {
  kinds ??= new WindowsKinds(readMappingFiles());
  return kinds.of(channel, provider, eventId);
}
