/** What `[server]` of the configuration says: where the server keeps its data, where it listens, what it bears. */

/** An address and port to listen on. */
export interface ListenAddress {
  /** Name or address; an IPv6 address without brackets. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Certificate and key of the server, as files in PEM. Absolute. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Settings of the server, with defaults put in. */
export interface ServerSettings {
  /** Absolute folder of everything that is kept. */
  readonly dataFolder: string;
  readonly listen: ListenAddress;
  /** Where people reach it, when that is not where it listens; without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly tls: TlsFiles | undefined;
  /** A proxy before it does TLS and says who asks. */
  readonly isBehindProxy: boolean;
  /** Bytes of a request's body, unpacked; receivers of events have a limit of their own. */
  readonly maxBodyBytes: number;
  /** How long a session lasts after signing in. */
  readonly sessionMs: number;
  /** How long a search of events may take. */
  readonly queryMs: number;
  /** How long events are kept after they came in. */
  readonly keepMs: number;
  /** How long closed alerts are kept after anything happened to them; never shorter than their events. */
  readonly keepAlertsMs: number;
  /** Bytes of the store beyond which the oldest events are removed. */
  readonly maxStoreBytes: number;
  /** Bytes of memory that the store may use. */
  readonly storeMemoryBytes: number;
  /** How much later events may be found when very many come. */
  readonly storeDelayMs: number;
  /** How long stopping may take before requests and runs are left behind. */
  readonly stopMs: number;
}

/** Where nothing else is said: on this machine only. */
export const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 8445 };

/**
 * @param text `host:port`, `[ipv6]:port`, or either part alone
 * @returns undefined when it is none of them
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+))?(?::(\d{1,5}))?$/.exec(text);
  if (!match || text === '') return undefined;
  const [, host, port] = match;
  // A number alone is a port: no host is called 8445.
  if (port === undefined && /^\d+$/.test(host!)) return parseListenAddress(`:${host!}`);
  const number = port === undefined ? DEFAULT_LISTEN.port : Number(port);
  if (number > 65_535) return undefined;
  return { host: host?.replace(/^\[|\]$/g, '') ?? DEFAULT_LISTEN.host, port: number };
}

/** @returns `host:port`, with brackets around an IPv6 address */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
