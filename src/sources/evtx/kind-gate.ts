import { WindowsGate } from '../windows/windows-gate.ts';
import type { WindowsRecord } from '../windows/windows-record.ts';
import type { EventGate } from '../source.ts';
import { MAX_KIND_CHARACTERS, MAX_KINDS, MAX_KINDS_OF_ID } from './limits.ts';

/** What was answered for a channel and provider, with the next pair of the same event id. */
interface Kind {
  readonly channel: string | undefined;
  readonly provider: string | undefined;
  readonly isAdmitted: boolean;
  readonly next: number;
}

/**
 * Asks the gate of a scan once for each channel, provider and event id; for every other record of the kind the answer
 * is one step into a table by event id and two comparisons of texts.
 */
export class KindGate {
  private readonly gate: WindowsGate | undefined;
  /** Event id to 1 + index of its first kind. */
  private readonly byId = new Int32Array(65_536);
  private readonly kinds: Kind[] = [];

  /** @param gate absent when every event is wanted */
  constructor(gate: EventGate | undefined) {
    this.gate = gate && new WindowsGate(gate);
  }

  /** @returns false when nobody wants the record; it is counted then */
  admits(record: WindowsRecord): boolean {
    if (!this.gate) return true;
    if (this.isWanted(this.gate, record)) return true;
    this.gate.pass(record);
    return false;
  }

  private isWanted(gate: WindowsGate, record: WindowsRecord): boolean {
    const { channel, provider, eventId } = record;
    const id = eventId & 0xffff;
    let length = 0;
    for (let at = this.byId[id]!; at > 0; length++) {
      const kind = this.kinds[at - 1]!;
      if (kind.channel === channel && kind.provider === provider) return kind.isAdmitted;
      at = kind.next;
    }
    const isAdmitted = gate.admits(channel, provider, eventId);
    const isShort = (channel?.length ?? 0) + (provider?.length ?? 0) <= MAX_KIND_CHARACTERS;
    if (eventId === id && isShort && length < MAX_KINDS_OF_ID && this.kinds.length < MAX_KINDS) {
      this.kinds.push({ channel, provider, isAdmitted, next: this.byId[id]! });
      this.byId[id] = this.kinds.length;
    }
    return isAdmitted;
  }
}
