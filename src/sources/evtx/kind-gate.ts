import { WindowsGate } from '../windows/windows-gate.ts';
import { windowsKind } from '../windows/windows-mapping.ts';
import type { WindowsRecord } from '../windows/windows-record.ts';
import type { EventGate } from '../source.ts';
import { MAX_KIND_CHARACTERS, MAX_KINDS, MAX_KINDS_OF_ID } from './limits.ts';

/** What was answered for a channel and provider, with the next pair of the same event id. */
interface Kind {
  readonly channel: string | undefined;
  readonly provider: string | undefined;
  readonly eventId: number;
  readonly isAdmitted: boolean;
  readonly dataset: string;
  readonly next: number;
}

/**
 * Asks the gate of a scan once for each channel, provider and event id; for every other record of the kind the answer
 * is one step into a table by event id and two comparisons of texts.
 */
export class KindGate {
  private readonly gate: EventGate;
  private readonly kinds: Kinds;

  constructor(gate: EventGate) {
    this.gate = gate;
    this.kinds = kindsOf(gate);
  }

  /** @returns false when nobody wants the record; it is counted then */
  admits(record: WindowsRecord): boolean {
    const kind = this.kinds.of(record);
    if (!kind.isAdmitted) this.gate.pass(kind.dataset, record.time);
    return kind.isAdmitted;
  }
}

/** Kinds and what a gate answered. */
class Kinds {
  private readonly gate: WindowsGate;
  /** Event id to 1 + index of its first kind. */
  private readonly byId = new Int32Array(65_536);
  private readonly kinds: Kind[] = [];

  constructor(gate: WindowsGate) {
    this.gate = gate;
  }

  of({ channel, provider, eventId }: WindowsRecord): Kind {
    const id = eventId & 0xffff;
    let length = 0;
    for (let at = this.byId[id]!; at > 0; length++) {
      const kind = this.kinds[at - 1]!;
      // An id of more than 16 bits shares the place of another.
      if (kind.channel === channel && kind.provider === provider && kind.eventId === eventId) return kind;
      at = kind.next;
    }
    const kind: Kind = {
      channel,
      provider,
      eventId,
      isAdmitted: this.gate.admits(channel, provider, eventId),
      dataset: windowsKind(channel, provider, eventId).dataset,
      next: this.byId[id]!,
    };
    const isShort = (channel?.length ?? 0) + (provider?.length ?? 0) <= MAX_KIND_CHARACTERS;
    if (isShort && length < MAX_KINDS_OF_ID && this.kinds.length < MAX_KINDS) {
      this.kinds.push(kind);
      this.byId[id] = this.kinds.length;
    }
    return kind;
  }
}

/** By who answers: the readers of all files, and of all parts of a large one, ask the same. */
const known = new WeakMap<EventGate['admits'], Kinds>();

function kindsOf(gate: EventGate): Kinds {
  let kinds = known.get(gate.admits);
  if (!kinds) known.set(gate.admits, (kinds = new Kinds(new WindowsGate(gate))));
  return kinds;
}
