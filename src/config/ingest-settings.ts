/** What `[ingest]` of the configuration says: what comes in, by which ways, and how much of it. */
import { type ListenAddress, parseListenAddress } from './server-settings.ts';

/** Limits of what comes in; each says when it is reached. */
export interface IngestLimits {
  /** Bytes of requests and datagrams that were taken in and are not stored yet; beyond, senders are told to wait. */
  readonly queueBytes: number;
  /** Events of one write to the store. More make it slower to answer, fewer make it slower to store. */
  readonly writeEvents: number;
  /** Bytes of one request, packed and unpacked. */
  readonly requestBytes: number;
  /** Bytes of one document or message. */
  readonly documentBytes: number;
  /**
   * Names in one document, on all its levels. Real events have some hundreds; each costs about 10 µs to read, as much as a hundred
   * bytes of an ordinary event.
   */
  readonly documentNames: number;
  /** Times that a request may grow when it is unpacked. */
  readonly unpackRatio: number;
  /** Senders that are counted by name; further ones are counted together. */
  readonly senders: number;
  /** Senders whose reading state (joined sessions, order of keys) is kept at the same time. */
  readonly openReaders: number;
  /** Threads that read what shippers send; undefined: one for each core, four at most. */
  readonly readers: number | undefined;
  /** Connections of syslog at the same time. */
  readonly connections: number;
}

/** What one machine of two cores and 4 GiB bears. */
export const DEFAULT_INGEST_LIMITS: IngestLimits = {
  queueBytes: 256 * 1024 * 1024,
  writeEvents: 20_000,
  requestBytes: 100 * 1024 * 1024,
  documentBytes: 1024 * 1024,
  documentNames: 4_096,
  unpackRatio: 200,
  senders: 10_000,
  openReaders: 256,
  readers: undefined,
  connections: 1_000,
};

/** Where syslog is received. */
export interface SyslogSettings {
  readonly udp: readonly ListenAddress[];
  readonly tcp: readonly ListenAddress[];
  /** With the certificate of `[server.tls]`. */
  readonly tls: readonly ListenAddress[];
}

/** Settings of what comes in, with defaults put in. */
export interface IngestSettings {
  readonly limits: IngestLimits;
  readonly syslog: SyslogSettings;
  /** Where NetFlow and IPFIX are received, over UDP. */
  readonly netflow: readonly ListenAddress[];
  /** Bytes that the kernel is asked to hold for each address of datagrams. */
  readonly receiveBufferBytes: number;
  /** Files and folders that are followed; absolute. */
  readonly follow: readonly string[];
  /** Time between two looks at them. */
  readonly followEveryMs: number;
  /** A sender that sends nothing for so long has fallen silent. */
  readonly quietMs: number;
}

/** Without a configuration: shippers can send, and nothing else listens. */
export const DEFAULT_INGEST_SETTINGS: IngestSettings = {
  limits: DEFAULT_INGEST_LIMITS,
  syslog: { udp: [], tcp: [], tls: [] },
  netflow: [],
  receiveBufferBytes: 8 * 1024 * 1024,
  follow: [],
  followEveryMs: 1_000,
  quietMs: 24 * 3_600_000,
};

/** @returns an address whose port is said; undefined for a text that is none */
export function parseIntakeAddress(text: string): ListenAddress | undefined {
  return /:\d+$/.test(text) ? parseListenAddress(text) : undefined;
}
