import type { EventGate } from '../source.ts';
import type { WindowsRecord } from './windows-record.ts';

/** Asks the gate of a scan once for every kind of Windows event: channel, provider and event id. */
export class WindowsGate {
  private readonly gate: EventGate | undefined;

  /** @param gate absent when every event is wanted */
  constructor(gate: EventGate | undefined) {
    this.gate = gate;
  }

  /** @returns false when no event of this kind can be wanted */
  admits(_channel: string | undefined, _provider: string | undefined, _eventId: number): boolean {
    return true;
  }

  /** Counts a record that was recognised and not decoded. */
  pass(record: WindowsRecord): void {
    this.gate?.pass('winlog.winlog', record.time);
  }
}
