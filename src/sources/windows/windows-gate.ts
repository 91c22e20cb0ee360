import { derivedMayHave } from '../../event/derive/needs.ts';
import type { Scalar } from '../../event/document.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { EventFacts, EventGate } from '../source.ts';
import { rawField } from './raw-data.ts';
import { windowsKind } from './windows-mapping.ts';
import type { WindowsRecord } from './windows-record.ts';

/**
 * Kinds that are asked for; real evidence has some hundreds. Asking costs more than judging an event, so that from there
 * on everything is wanted: a log of invented kinds is read as slowly as one that rules are about, and not slower.
 */
const MAX_ANSWERS = 5000;

/** Characters of channel and provider up to which a kind is asked for, as the answer is kept under them. */
const MAX_CHARACTERS = 512;

const CODES = ['event.code', 'winlog.event_id'].map((name) => fieldId(name));
const PROVIDERS = ['event.provider', 'winlog.provider_name'].map((name) => fieldId(name));
const CHANNEL = fieldId('winlog.channel');

/** Answers by who gave them: the readers of all files ask the same gate. */
const answersOf = new WeakMap<EventGate['admits'], Map<string, boolean>>();

/** Asks the gate of a scan once for every kind of Windows event: channel, provider and event id. */
export class WindowsGate {
  private readonly gate: EventGate | undefined;
  private readonly answers: Map<string, boolean>;
  private lastChannel: string | undefined;
  private lastProvider: string | undefined;
  /** Answers for the channel and provider asked last, by event id: logs hold long runs of one channel. */
  private lastAnswers = new Map<number, boolean>();

  /** @param gate absent when every event is wanted */
  constructor(gate: EventGate | undefined) {
    this.gate = gate;
    this.answers = (gate && answersOf.get(gate.admits)) ?? new Map<string, boolean>();
    if (gate) answersOf.set(gate.admits, this.answers);
  }

  /** @returns false when no event of this kind can be wanted */
  admits(channel: string | undefined, provider: string | undefined, eventId: number): boolean {
    if (this.gate === undefined) return true;
    if (channel !== this.lastChannel || provider !== this.lastProvider) {
      this.lastAnswers = new Map();
      this.lastChannel = channel;
      this.lastProvider = provider;
    }
    const last = this.lastAnswers.get(eventId);
    if (last !== undefined) return last;
    if ((channel?.length ?? 0) + (provider?.length ?? 0) > MAX_CHARACTERS) return true;
    const key = `${eventId}\n${channel ?? ''}\n${provider ?? ''}`;
    let answer = this.answers.get(key);
    if (answer === undefined) {
      if (this.answers.size >= MAX_ANSWERS) return true;
      answer = this.gate.admits(factsOf(channel, provider, eventId));
      this.answers.set(key, answer);
    }
    this.lastAnswers.set(eventId, answer);
    return answer;
  }

  /** Counts a record that was recognised and not decoded. */
  pass(record: WindowsRecord): void {
    this.gate?.pass(windowsKind(record.channel, record.provider, record.eventId).dataset, record.time);
  }
}

/** What channel, provider and id say of an event before its values are decoded. */
export function factsOf(channel: string | undefined, provider: string | undefined, eventId: number): EventFacts {
  const kind = windowsKind(channel, provider, eventId);
  const known = new Map<FieldId, readonly Scalar[]>(kind.known);
  for (const id of CODES) known.set(id, [String(eventId)]);
  if (provider !== undefined) for (const id of PROVIDERS) known.set(id, [provider]);
  if (channel !== undefined) known.set(CHANNEL, [channel]);
  const mayHave = derivedMayHave(
    (field) => kind.reads[field] !== undefined || rawField(field) !== null,
    (field) => known.get(field),
  );
  return {
    known: (field) => known.get(field),
    canHave: (field) => kind.reads[field] !== undefined || mayHave(field) || rawField(field) !== null,
  };
}
