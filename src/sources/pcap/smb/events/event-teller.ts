import type { SmbLimits } from '../limits.ts';
import type { SmbOptions } from '../options.ts';
import { EventMerger } from './event-merger.ts';
import { HeldEvent } from './held-event.ts';
import { WireEvent } from './wire-event.ts';
import type { Telling, WireKind } from './wire-kind.ts';

/** Hands events to the sink of a capture, those that nobody wants excepted. */
export class EventTeller {
  private readonly options: SmbOptions;
  private readonly event: WireEvent;
  private readonly held: HeldEvent;
  private readonly merger: EventMerger;

  constructor(options: SmbOptions, limits: SmbLimits) {
    this.options = options;
    this.event = new WireEvent(options);
    this.held = new HeldEvent(options);
    this.merger = new EventMerger(limits, ({ document, identity }) => {
      this.held.show(document, identity);
      options.sink(this.held);
    });
  }

  /** Tells of an event at once. */
  tell<T extends Telling>(kind: WireKind<T>, telling: T): void {
    if (!this.options.wants(kind, telling.time)) return;
    this.event.point(kind, telling);
    this.options.sink(this.event);
  }

  /**
   * Tells of an event that may repeat itself, once its window is over.
   *
   * @param key what makes it the same for this client and server
   */
  tellMerged<T extends Telling>(key: string, kind: WireKind<T>, telling: T): void {
    const { merger, event } = this;
    const { link, origin } = telling;
    const whole = `${link.clientIp} ${link.serverIp} ${key}`;
    if (merger.repeats(whole, origin.time)) return;
    if (!this.options.wants(kind, telling.time)) return merger.hold(whole, origin.time, undefined);
    event.point(kind, telling);
    merger.hold(whole, origin.time, { document: event.own(), identity: event.identity() });
  }

  /** Gives out what waits for repeats. */
  flush(): void {
    this.merger.flush();
  }
}
