import { BATCH_CHARS, MAX_WAITING } from './protocol.ts';

/** Gathers events that are forwarded, and tells when to wait because too many batches are not yet taken. */
export class EventBatches {
  private readonly send: (records: readonly string[]) => void;
  private records: string[] = [];
  private chars = 0;
  private waiting = 0;
  private onRoom: (() => void) | undefined;

  /** @param send takes a batch; {@link took} is called when it is dealt with */
  constructor(send: (records: readonly string[]) => void) {
    this.send = send;
  }

  add(record: string): void {
    this.records.push(record);
    this.chars += record.length;
    if (this.chars >= BATCH_CHARS) this.flush();
  }

  flush(): void {
    if (this.records.length === 0) return;
    const { records } = this;
    this.records = [];
    this.chars = 0;
    this.waiting++;
    this.send(records);
  }

  /** A batch is dealt with. */
  took(): void {
    this.waiting--;
    if (this.waiting >= MAX_WAITING) return;
    this.onRoom?.();
    this.onRoom = undefined;
  }

  /** @returns what to wait for before more is read; undefined when nothing is in the way */
  whenReady(): Promise<void> | undefined {
    if (this.waiting < MAX_WAITING) return undefined;
    return new Promise((resolve) => {
      this.onRoom = resolve;
    });
  }
}
