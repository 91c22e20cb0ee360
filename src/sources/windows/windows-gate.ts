import type { EventGate } from '../source.ts';
import { type Freedom, factsOf } from './windows-facts.ts';
import { windowsKind } from './windows-mapping.ts';
import type { WindowsRecord } from './windows-record.ts';

/**
 * Kinds that are asked for; real evidence has some hundreds. Asking costs more than judging an event, so that from there
 * on everything is wanted: a log of invented kinds is read as slowly as one that rules are about, and not slower.
 */
const MAX_ANSWERS = 5000;

/** Characters of channel and provider up to which a kind is asked for, as the answer is kept under them. */
const MAX_CHARACTERS = 512;

/** Answers by who gave them: the readers of all files ask the same gate. */
const answersOf = new WeakMap<EventGate['admits'], Map<string, boolean>>();

/** Asks the gate of a scan once for every kind of Windows event: channel, provider and event id. */
export class WindowsGate {
  private readonly gate: EventGate | undefined;
  private readonly answers: Map<string, boolean>;
  private lastChannel: string | undefined;
  private lastProvider: string | undefined;
  private lastFreedom: Freedom = 'none';
  /** Answers for the channel and provider asked last, by event id: logs hold long runs of one channel. */
  private lastAnswers = new Map<number, boolean>();

  /** @param gate absent when every event is wanted */
  constructor(gate: EventGate | undefined) {
    this.gate = gate;
    this.answers = (gate && answersOf.get(gate.admits)) ?? new Map<string, boolean>();
    if (gate) answersOf.set(gate.admits, this.answers);
  }

  /** @returns false when no event of this kind can be wanted */
  admits(
    channel: string | undefined,
    provider: string | undefined,
    eventId: number,
    freedom: Freedom = 'none',
  ): boolean {
    if (this.gate === undefined) return true;
    if (channel !== this.lastChannel || provider !== this.lastProvider || freedom !== this.lastFreedom) {
      this.lastAnswers = new Map();
      this.lastChannel = channel;
      this.lastProvider = provider;
      this.lastFreedom = freedom;
    }
    const last = this.lastAnswers.get(eventId);
    if (last !== undefined) return last;
    if ((channel?.length ?? 0) + (provider?.length ?? 0) > MAX_CHARACTERS) return true;
    const key = `${freedom}\n${eventId}\n${channel ?? ''}\n${provider ?? ''}`;
    let answer = this.answers.get(key);
    if (answer === undefined) {
      if (this.answers.size >= MAX_ANSWERS) return true;
      answer = this.gate.admits(factsOf(channel, provider, eventId, freedom));
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
