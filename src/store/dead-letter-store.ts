/** What a dead letter is read again with. */
export interface LetterOrigin {
  /** Whether its content is a whole document or message; a part of one, or a place in a file, cannot be read again. */
  readonly isWhole: boolean;
  /** Index and `_id` that a bulk request gave to the document. */
  readonly index?: string | undefined;
  readonly documentId?: string | undefined;
  /** Within which identities hold that the document chooses; undefined: everywhere. */
  readonly idScope?: string | undefined;
}

/** What came in and could not be read. */
export interface DeadLetter {
  readonly id: string;
  readonly atMs: number;
  /** Which intake, such as `bulk` or `syslog udp 10.0.0.7`. */
  readonly intake: string;
  readonly reason: string;
  /** As it came, up to a limit; base64 when it is no UTF-8. */
  readonly content: string;
  readonly isBase64: boolean;
  /** Undefined for letters of earlier programs. */
  readonly origin?: LetterOrigin | undefined;
}

/** Dead letters, bounded in number and size; the oldest give way and are counted. */
export interface DeadLetterStore {
  /** Adds letters; one whose id is there already is left out. */
  add(letters: readonly DeadLetter[]): Promise<void>;
  /**
   * @returns letters, the newest first; fewer than asked for when they are large, one at least
   * @throws STORE-CURSOR when `after` is not where a page ended
   */
  list(
    limit: number,
    after?: string,
  ): Promise<{ readonly letters: readonly DeadLetter[]; readonly next: string | undefined }>;
  remove(ids: readonly string[]): Promise<number>;
  count(): Promise<{ readonly held: number; readonly discarded: number }>;
}
