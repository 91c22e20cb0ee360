/**
 * The way of everything that comes in to the store. Requests and listeners hand over events while their bytes are at hand; what
 * several of them bring while the store is writing goes into its next write together, so that many small requests cost as little
 * as one large. A sender gets its answer when its events are on disk.
 */
import { BufferPool } from '../../base/bytes/buffer-pool.ts';
import type { Networks } from '../../event/networks.ts';
import type { SourceSettings } from '../../sources/source.ts';
import type { Store } from '../../store/store.ts';
import { Delivery } from './delivery.ts';
import type { IngestLimits } from '../../config/ingest-settings.ts';
import { type Sender, Senders } from './senders.ts';
import { WriteGroup } from './write-group.ts';

/** Bytes of bodies that were read and wait for the next ones. */
const FREE_BODY_BYTES = 32 * 1024 * 1024;

/** What an intake works with. */
export interface IntakeOptions {
  readonly store: Pick<Store, 'events' | 'deadLetters'>;
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly limits: IngestLimits;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Figures of an intake since it was made. */
export interface IntakeFigures {
  /** Bytes taken in and not stored yet. */
  readonly heldBytes: number;
  /** Events that wait for the next write or are being written. */
  readonly heldEvents: number;
  /** How long the write that is going on, or else the last one, has taken. */
  readonly writeMs: number;
  readonly writes: number;
  readonly failedWrites: number;
  /** Requests and datagrams that were refused because the queue was full. */
  readonly refused: number;
}

/** See the head of this file. */
export class Intake {
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly limits: IngestLimits;
  readonly senders: Senders;
  readonly now: () => number;
  readonly store: IntakeOptions['store'];
  /** What bodies of requests are put together in. */
  readonly bodies = new BufferPool(FREE_BODY_BYTES);
  private open: WriteGroup | undefined;
  private writing: WriteGroup | undefined;
  private writer: Promise<void> = Promise.resolve();
  private heldBytes = 0;
  private refused = 0;
  private writes = 0;
  private failedWrites = 0;
  private writeBegan = 0;
  private lastWriteMs = 0;
  private stopping = false;

  constructor({ store, networks, settings, limits, now = Date.now }: IntakeOptions) {
    this.store = store;
    this.networks = networks;
    this.settings = {
      ...settings,
      maxRecordBytes: Math.min(settings.maxRecordBytes, limits.documentBytes),
      maxRecordNames: limits.documentNames,
    };
    this.limits = limits;
    this.now = now;
    this.senders = new Senders(limits.senders);
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /**
   * @param own bytes that whoever asks holds already
   * @returns whether the queue has room for bytes
   */
  hasRoom(bytes: number, own = 0): boolean {
    // Alone, even what is larger than the queue is let in: otherwise it could never be.
    return this.heldBytes <= own || this.heldBytes + bytes <= this.limits.queueBytes;
  }

  /**
   * Takes room for bytes that are about to come, until {@link Intake.release}.
   *
   * @param own bytes that whoever asks holds already
   * @returns false when the queue is full; the sender has to come again later
   */
  reserve(bytes: number, own = 0): boolean {
    if (this.stopping || !this.hasRoom(bytes, own)) {
      this.refused++;
      return false;
    }
    this.heldBytes += bytes;
    return true;
  }

  /** Gives back what was reserved. */
  release(bytes: number): void {
    this.heldBytes -= bytes;
  }

  /**
   * @param idScope within which identities hold that documents choose, see `SourceSettings`
   * @returns a new delivery: what one request, or a listener in a while, brings
   */
  deliver(sender: Sender, idScope: string | undefined): Delivery {
    return new Delivery(this, sender, idScope);
  }

  /** The group that events go to at this moment; the first of them says when they came in. */
  get group(): WriteGroup {
    return (this.open ??= new WriteGroup(this.store, this.now()));
  }

  /** Whether so much waits that those who bring more have to let the store write first. */
  get isFull(): boolean {
    return this.openSize >= this.limits.writeEvents;
  }

  /** Fulfilled when less waits: the store has to write before more is brought. */
  async room(): Promise<void> {
    while (this.isFull) {
      const { open } = this;
      this.flush();
      // While a write is going on the group stays open and full: it is written next.
      if (this.open === open) await this.writer;
    }
  }

  /** Writes what waits; of a group without events nothing is written, and whoever waits for it is told so. */
  flush(): void {
    const group = this.open;
    if (this.writing !== undefined || group === undefined) return;
    this.open = undefined;
    this.writing = group;
    this.writeBegan = performance.now();
    this.writer = group.write().then((isWritten) => {
      this.writing = undefined;
      if (!group.isEmpty) this.count(isWritten);
      // Whoever asked while this one was written waits for the next.
      this.flush();
    });
  }

  private count(isWritten: boolean): void {
    this.lastWriteMs = performance.now() - this.writeBegan;
    this.writes++;
    if (!isWritten) this.failedWrites++;
  }

  private get openSize(): number {
    return this.open?.size ?? 0;
  }

  figures(): IntakeFigures {
    return {
      heldBytes: this.heldBytes,
      heldEvents: this.openSize + (this.writing?.size ?? 0),
      writeMs: this.writing ? performance.now() - this.writeBegan : this.lastWriteMs,
      writes: this.writes,
      failedWrites: this.failedWrites,
      refused: this.refused,
    };
  }

  /** Takes nothing more and writes what was taken. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.flush();
    while (this.writing !== undefined) await this.writer;
  }
}
