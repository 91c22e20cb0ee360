/** Works on a bulk request: documents to events, events to the store, outcomes to an answer. */
import type { Document } from '../../../event/document.ts';
import type { PreparedDialect } from '../../../sources/json/record-reader.ts';
import { DocumentReader } from '../document-reader.ts';
import type { ItemOutcome } from '../delivery.ts';
import type { Intake } from '../intake.ts';
import { ReaderCache } from '../reader-cache.ts';
import type { Sender } from '../senders.ts';
import { Turns } from '../turns.ts';
import { bulkAnswer } from './bulk-answer.ts';
import { type BulkItem, readBulkBody } from './bulk-body.ts';

/** Items of one request before others have their turn; what Beats send is fewer. */
const TURN_ITEMS = 4_096;

/** Bulk requests of all shippers. */
export class BulkIntake {
  private readonly intake: Intake;
  private readonly dialects: readonly PreparedDialect[];
  private readonly readers: ReaderCache<DocumentReader>;
  private readonly turns = new Turns();
  private sequence = 0;

  constructor(intake: Intake, dialects: readonly PreparedDialect[]) {
    this.intake = intake;
    this.dialects = dialects;
    this.readers = new ReaderCache(intake.limits.openReaders);
  }

  /**
   * @param body of the request, unpacked
   * @param index of its path, for actions that name none
   * @returns the answer, once all of it is on disk
   * @param failed told why the store could not write some of it
   * @throws EsError 400 when the body is none
   */
  async take(
    body: Buffer,
    index: string | undefined,
    sender: Sender,
    failed: (failure: Error) => void,
  ): Promise<Document> {
    const began = performance.now();
    const items = readBulkBody(body);
    const delivery = this.intake.deliver(sender);
    const { networks, settings } = this.intake;
    const reader = this.readers.get(
      sender,
      () => new DocumentReader(this.dialects, { file: sender.name, networks, settings }),
    );
    await this.turns.take();
    try {
      for (const [number, item] of items.entries()) {
        if (number > 0 && number % TURN_ITEMS === 0) await this.turns.pass();
        const { start, end } = item;
        delivery.item(
          end - start,
          () => this.refusal(item) ?? reader.read(body, start, end, delivery, targetOf(item, index)),
          () => body.subarray(start, end),
        );
        await delivery.pause();
      }
    } finally {
      this.turns.end();
    }
    const { items: outcomes, failure } = await delivery.stored();
    if (failure) failed(failure);
    const first = this.sequence;
    for (const { kind } of outcomes) if (kind === 'created') this.sequence++;
    const headers = items.map(({ header }) => (header.index === undefined && index ? { ...header, index } : header));
    return bulkAnswer(performance.now() - began, headers, outcomes, first);
  }

  private refusal({ header, start, end }: BulkItem): ItemOutcome | undefined {
    const { documentBytes } = this.intake.limits;
    if (header.action === 'delete' || header.action === 'update') {
      return { kind: 'refused', reason: `events are kept as they came: there is no ${header.action}` };
    }
    return end - start > documentBytes
      ? {
          kind: 'unreadable',
          reason: `a document of ${end - start} bytes is longer than the limit of ${documentBytes}`,
        }
      : undefined;
  }
}

function targetOf({ header }: BulkItem, index: string | undefined) {
  return header.index === undefined && index !== undefined ? { id: header.id, index } : header;
}
