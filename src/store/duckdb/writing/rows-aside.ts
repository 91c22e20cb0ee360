/**
 * What stood among rows and cannot go into the tables, kept beside the database as lines of JSON until a person has looked at it:
 * rows that the database cannot read, and what the end of a file held that was not written whole.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { AsideEvents } from '../../event-store.ts';

/** Something that is set aside. */
export interface AsideRows {
  /** File and place, for people. */
  readonly from: string;
  readonly reason: string;
  /** Whether a sender was told that it is stored; false where nothing can tell. */
  readonly isAcknowledged: boolean;
  readonly bytes: Buffer;
}

/** See the head of this file. */
export class RowsAside {
  readonly path: string;
  private acknowledged = 0;
  private unsure = 0;

  private constructor(path: string) {
    this.path = path;
  }

  /** @param folder of rows on their way; what is set aside stands beside it */
  static async open(folder: string): Promise<RowsAside> {
    const aside = new RowsAside(`${folder}-aside.ndjson`);
    try {
      for await (const line of createInterface({ input: createReadStream(aside.path) })) {
        aside.count(!line.startsWith(UNSURE));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return aside;
  }

  /** @returns what is kept; undefined when it is nothing */
  get held(): AsideEvents | undefined {
    const { path, acknowledged, unsure } = this;
    return acknowledged + unsure > 0 ? { path, acknowledged, unsure } : undefined;
  }

  /** It is on disk when the promise is fulfilled. @throws Error when it cannot be written */
  async keep({ from, reason, isAcknowledged, bytes }: AsideRows): Promise<void> {
    const text = bytes.toString('utf8');
    const isText = Buffer.from(text).equals(bytes);
    const content = isText ? { text } : { base64: bytes.toString('base64') };
    const handle = await open(this.path, 'a', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ isAcknowledged, from, reason, ...content })}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    this.count(isAcknowledged);
  }

  private count(isAcknowledged: boolean): void {
    if (isAcknowledged) this.acknowledged++;
    else this.unsure++;
  }
}

/** How the line of something begins of which nothing tells whether it was acknowledged. */
const UNSURE = '{"isAcknowledged":false';
