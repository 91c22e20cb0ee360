/** What kinds of events the evidence holds, what each proves for SMB, and which of Windows are missing. */
import { readContentJson } from '../base/content.ts';
import { fieldId } from '../event/field.ts';
import { type EventView, firstText } from '../event/view.ts';

/** How much an event is needed to see SMB being abused. */
export type Need = 'must' | 'should' | 'may';

/** What a kind of event says about SMB. */
export interface EventMeaning {
  /** What it tells about: logon, share, execution, pipe, network, smb, evasion. */
  readonly group: string;
  readonly proves: string;
  /** Of Windows events; what packets show is there or is not. */
  readonly need?: Need;
}

/** One kind of Windows event that says something about SMB. */
export interface CoverageEntry extends EventMeaning {
  readonly channel: string;
  readonly id: number;
  /** What to switch on to get it. */
  readonly enable: string;
  /** Written without anything being switched on: where its channel is, silence means that it did not happen. */
  readonly isAlwaysOn?: boolean;
  readonly need: Need;
}

/** A kind of event that was met. */
export interface EventCount {
  readonly channel: string;
  readonly code: string;
  count: number;
  /** What it proves for SMB; undefined when it proves nothing. */
  readonly entry: EventMeaning | undefined;
  first: number;
  last: number;
}

const CHANNEL = fieldId('winlog.channel');
const PROVIDER = fieldId('event.provider');
const DATASET = fieldId('event.dataset');
const CODE = fieldId('event.code');
const TIMESTAMP = fieldId('@timestamp');

/** Where a collector puts what it is sent: some exporters name this in place of the channel of the host. */
const COLLECTED = 'forwardedevents';

/** Kinds counted by name; more are counted together. */
export const MAX_KINDS = 20_000;

/** @returns the kinds of events that say something about SMB, in the order of their file */
export function coverageCatalogue(): readonly CoverageEntry[] {
  return readContentJson<{ events: CoverageEntry[] }>('windows/coverage.json').events;
}

/** @returns what events made of packets prove, by dataset */
export function captureMeanings(): ReadonlyMap<string, EventMeaning> {
  const { datasets } = readContentJson<{ datasets: (EventMeaning & { dataset: string })[] }>('captures/datasets.json');
  return new Map(datasets.map(({ dataset, group, proves }) => [dataset, { group, proves }]));
}

/** Counts kinds of events while evidence is read. */
export class EventCoverage {
  private readonly counts = new Map<string, EventCount>();
  private readonly entries: ReadonlyMap<string, CoverageEntry>;
  private readonly channels = channelsByDataset();
  private readonly captures = captureMeanings();

  constructor(catalogue: readonly CoverageEntry[] = coverageCatalogue()) {
    this.entries = new Map(catalogue.map((entry) => [keyOf(entry.channel, String(entry.id)), entry]));
  }

  /** Counts the event by the channel its host wrote it to and id; events of other sources by their dataset. */
  add(event: EventView): void {
    const channel = this.channelOf(event);
    const code = firstText(event, CODE) ?? '';
    const count = this.countOf(channel, code);
    count.count++;
    const time = event.get(TIMESTAMP);
    if (typeof time !== 'number') return;
    if (!(time >= count.first)) count.first = time;
    if (!(time <= count.last)) count.last = time;
  }

  /** @returns kinds that were met: those that say something about SMB first, then by number */
  found(): readonly EventCount[] {
    return [...this.counts.values()].toSorted(
      (a, b) =>
        Number(b.entry !== undefined) - Number(a.entry !== undefined) ||
        b.count - a.count ||
        (keyOf(a.channel, a.code) < keyOf(b.channel, b.code) ? -1 : 1),
    );
  }

  /**
   * @returns kinds that were not met, most needed first; without those that are always written when their channel is
   * there, for they did not happen
   */
  missing(): readonly CoverageEntry[] {
    const order: readonly Need[] = ['must', 'should', 'may'];
    const channels = new Set([...this.counts.values()].map(({ channel }) => channel.toLowerCase()));
    return [...this.entries]
      .filter(([key]) => !this.counts.has(key))
      .filter(([, { isAlwaysOn, channel }]) => isAlwaysOn !== true || !channels.has(channel.toLowerCase()))
      .map(([, entry]) => entry)
      .toSorted((a, b) => order.indexOf(a.need) - order.indexOf(b.need));
  }

  private channelOf(event: EventView): string {
    const stated = firstText(event, CHANNEL);
    if (stated !== undefined && stated.toLowerCase() !== COLLECTED) return stated;
    const dataset = firstText(event, DATASET);
    const own = dataset === undefined ? undefined : this.channels.get(dataset);
    return own ?? stated ?? firstText(event, PROVIDER) ?? dataset ?? '(none)';
  }

  private countOf(channel: string, code: string): EventCount {
    const key = keyOf(channel, code);
    const known = this.counts.get(key);
    if (known) return known;
    if (this.counts.size >= MAX_KINDS && channel !== '(others)') return this.countOf('(others)', '');
    const entry = this.entries.get(key) ?? (code === '' ? this.captures.get(channel) : undefined);
    const made = { channel, code, count: 0, entry, first: Number.NaN, last: Number.NaN };
    this.counts.set(key, made);
    return made;
  }
}

/** @returns the one channel that the events of a dataset are written to; families of channels are left out */
function channelsByDataset(): ReadonlyMap<string, string> {
  const { channels } = readContentJson<{ channels: Readonly<Record<string, string>> }>('windows/channels.json');
  return new Map(
    Object.entries(channels).flatMap(([channel, dataset]) => (channel.endsWith('*') ? [] : [[dataset, channel]])),
  );
}

/** Channels compare without case. */
function keyOf(channel: string, code: string): string {
  return `${channel.toLowerCase()}\u0000${code}`;
}
