import type { ReadItems } from '../../item-reading.ts';
import type { BulkHeader } from '../bulk-body.ts';

/** A bulk request that is to be read. */
export interface BulkRequest {
  /** Unpacked; it may be gone afterwards. */
  readonly body: Buffer;
  /** Index of the path, for actions that name none. */
  readonly index: string | undefined;
  /** Name of the sender: what its earlier requests told is known when the next is read. */
  readonly sender: string;
  /** Within which identities hold that its documents choose, see `SourceSettings`. */
  readonly idScope: string | undefined;
}

/** Some items of a request. */
export interface BulkPart {
  /** Action of each item. */
  readonly headers: readonly BulkHeader[];
  readonly read: ReadItems;
}

/** Reads bulk requests, in this thread or in others. */
export interface BulkReading {
  /**
   * @param take takes the parts in order; while two are not taken, nothing more of the request is read
   * @returns fulfilled when all parts are taken: whether later requests of the sender have to be read where this one was, since
   * it may add to what they say
   * @throws EsError 400 when the body is none, before any part is given; 503 when it is closed
   */
  read(request: BulkRequest, take: (part: BulkPart) => Promise<void>): Promise<boolean>;
  /** Fulfilled when what was asked for is read. */
  close(): Promise<void>;
}
