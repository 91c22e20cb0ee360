/** Works on a bulk request: documents to events, events to the store, outcomes to an answer. */
import type { Document } from '../../../event/document.ts';
import type { Intake } from '../intake.ts';
import type { Sender } from '../senders.ts';
import { bulkAnswer } from './bulk-answer.ts';
import type { BulkHeader } from './bulk-body.ts';
import type { BulkReading } from './reading/bulk-reading.ts';

/** Whom a bulk request came from. */
export interface BulkOrigin {
  readonly sender: Sender;
  /** Within which identities hold that its documents choose, see `SourceSettings`. */
  readonly idScope: string | undefined;
}

/** Bulk requests of all shippers. */
export class BulkIntake {
  private readonly intake: Intake;
  private readonly reading: BulkReading;
  private sequence = 0;

  constructor(intake: Intake, reading: BulkReading) {
    this.intake = intake;
    this.reading = reading;
  }

  /**
   * @param body of the request, unpacked
   * @param index of its path, for actions that name none
   * @param origin whom it came from
   * @returns the answer, once all of it is on disk
   * @param failed told why the store could not write some of it
   * @throws EsError 400 when the body is none
   */
  async take(
    body: Buffer,
    index: string | undefined,
    origin: BulkOrigin,
    failed: (failure: Error) => void,
  ): Promise<Document> {
    const began = performance.now();
    const { sender, idScope } = origin;
    const delivery = this.intake.deliver(sender, idScope);
    const headers: BulkHeader[] = [];
    await this.reading.read({ body, index, sender: sender.name, idScope }, async (part) => {
      await this.intake.room();
      delivery.take(part.read);
      for (const header of part.headers) {
        headers.push(header.index === undefined && index !== undefined ? { ...header, index } : header);
      }
      this.intake.flush();
    });
    const { items: outcomes, failure } = await delivery.stored();
    if (failure) failed(failure);
    const first = this.sequence;
    for (const { kind } of outcomes) if (kind === 'created') this.sequence++;
    return bulkAnswer(performance.now() - began, headers, outcomes, first);
  }
}
