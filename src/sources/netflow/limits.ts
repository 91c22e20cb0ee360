/** Limits of flow exports; each is far above what exporters do. Reaching one is said. */
export const NETFLOW_LIMITS = {
  /** Exporters and their domains. */
  domains: 1024,
  /** Templates of one domain. */
  templates: 4096,
  /** Fields of one template. */
  fields: 1024,
  /** Data that waits for its template: of one domain, and in all. */
  waitingBytes: 1024 * 1024,
  waitingTotalBytes: 16 * 1024 * 1024,
  /** How long it waits. */
  waitingMs: 300_000,
  /** Samplers of one domain. */
  samplers: 64,
  /** Flows of which the other half may come. */
  flows: 65_536,
} as const;

/** Two halves of a connection, or two parts of a long one, are no further apart; so long also a half waits for the other. */
export const HALVES_MS = 120_000;
