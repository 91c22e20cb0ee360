/**
 * What listeners take in: nobody waits for an answer, so it is stored in rounds, a few times a second, and not datagram by
 * datagram.
 */
import type { Delivery } from '../delivery.ts';
import type { Intake } from '../intake.ts';
import type { Sender } from '../senders.ts';

/** Longest time until what came in is on its way to the disk. */
const ROUND_MS = 250;

/** Deliveries of all senders of one listener. */
export class Rounds {
  private readonly intake: Intake;
  private readonly failed: (error: Error, bytes: number) => void;
  private deliveries = new Map<Sender, Delivery>();
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private closing: Promise<void> = Promise.resolve();

  /** @param failed told when the store could not write a round: what it held is lost unless the sender has it still */
  constructor(intake: Intake, failed: (error: Error, bytes: number) => void) {
    this.intake = intake;
    this.failed = failed;
  }

  /** @returns the sender's delivery of the current round, or undefined when the queue is full */
  take(sender: Sender, bytes: number): Delivery | undefined {
    if (this.intake.isFull) void this.close();
    if (!this.intake.reserve(bytes)) return undefined;
    this.bytes += bytes;
    let delivery = this.deliveries.get(sender);
    if (!delivery) {
      delivery = this.intake.deliver(sender, sender.name);
      this.deliveries.set(sender, delivery);
    }
    this.timer ??= setTimeout(() => void this.close(), ROUND_MS);
    return delivery;
  }

  /** Ends the current round. @returns fulfilled when it, and all before it, are stored */
  close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { deliveries, bytes } = this;
    this.deliveries = new Map();
    this.bytes = 0;
    if (deliveries.size === 0) return this.closing;
    const stored = Promise.all([...deliveries.values()].map((delivery) => delivery.stored())).then((outcomes) => {
      this.intake.release(bytes);
      const failure = outcomes.find((outcome) => outcome.failure)?.failure;
      if (failure) this.failed(failure, bytes);
    });
    this.closing = this.closing.then(() => stored);
    return this.closing;
  }
}
