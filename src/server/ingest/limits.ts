/** Limits of what comes in, each with a name; the configuration can change them. */

/** See {@link DEFAULT_INGEST_LIMITS}. */
export interface IngestLimits {
  /** Bytes of requests and datagrams that were taken in and are not stored yet; beyond, senders are told to wait. */
  readonly queueBytes: number;
  /** Events of one write to the store. More make it slower to answer, fewer make it slower to store. */
  readonly writeEvents: number;
  /** Bytes of one request, packed and unpacked. */
  readonly requestBytes: number;
  /** Bytes of one document or message. */
  readonly documentBytes: number;
  /** Times that a request may grow when it is unpacked. */
  readonly unpackRatio: number;
  /** Bytes kept of what cannot be read. */
  readonly deadLetterBytes: number;
  /** Senders that are counted by name; further ones are counted together. */
  readonly senders: number;
  /** Senders whose reading state (joined sessions, order of keys) is kept at the same time. */
  readonly openReaders: number;
}

/** What one machine of two cores and 4 GiB bears. */
export const DEFAULT_INGEST_LIMITS: IngestLimits = {
  queueBytes: 256 * 1024 * 1024,
  writeEvents: 20_000,
  requestBytes: 100 * 1024 * 1024,
  documentBytes: 1024 * 1024,
  unpackRatio: 200,
  deadLetterBytes: 64 * 1024,
  senders: 10_000,
  openReaders: 64,
};
