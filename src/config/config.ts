/** What `smbastion.toml` says, checked and with defaults put in. */
import { resolve } from 'node:path';
import type { Place } from '../base/place.ts';
import type { AddressRange } from '../base/address/cidr.ts';
import { Networks, type NetworkSettings } from '../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS, type SourceSettings } from '../sources/source.ts';
import type { Severity } from '../event/severity.ts';
import { DEFAULT_INGEST_SETTINGS, type IngestSettings } from './ingest-settings.ts';
import type { ChannelSettings } from './notify-settings.ts';
import { DEFAULT_LISTEN, type ServerSettings } from './server-settings.ts';

/** A value of the file with its place, for errors that only show once rules are loaded. */
export interface Placed<T> {
  readonly value: T;
  readonly place: Place;
}

/** Severity and risk score a rule is given instead of its own. */
export interface RuleOverride {
  readonly severity: Severity | undefined;
  readonly riskScore: number | undefined;
  readonly place: Place;
}

/** Values for the parameters of one rule; `place` and `key` are those of the names. */
export interface ParameterValues {
  readonly place: Place;
  readonly values: ReadonlyMap<string, Placed<string | number | boolean> & { readonly key: Place }>;
}

/** What the configuration says about rules. */
export interface RuleSettings {
  /** Absolute. */
  readonly folders: readonly string[];
  readonly enable: readonly Placed<string>[];
  readonly disable: readonly Placed<string>[];
  /** Parameter values by rule id and parameter name. */
  readonly parameters: ReadonlyMap<string, ParameterValues>;
  /** By rule id. */
  readonly overrides: ReadonlyMap<string, RuleOverride>;
}

/** What Sigma rules need to know of the site. */
export interface SigmaSettings {
  /** Values by the name that stands between percent signs. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  /** IANA name; undefined is UTC. */
  readonly timezone: string | undefined;
}

/** A configuration; {@link DEFAULT_CONFIG} where there is no file. */
export interface Config {
  /** File it was read from, as the user named it; undefined for the defaults. */
  readonly file: string | undefined;
  readonly internal: readonly AddressRange[];
  readonly defaultInternal: boolean;
  readonly roles: ReadonlyMap<string, readonly AddressRange[]>;
  readonly sources: SourceSettings;
  readonly rules: RuleSettings;
  readonly sigma: SigmaSettings;
  /** Absolute. */
  readonly exceptionFiles: readonly string[];
  /** Absolute. */
  readonly listFiles: readonly string[];
  readonly server: ServerSettings;
  readonly ingest: IngestSettings;
  /** Whom the server tells of alerts. */
  readonly notify: readonly ChannelSettings[];
  /** Limits that differ from the engine's defaults. */
  readonly limits: Readonly<Record<string, number>>;
  /** Remarks about values that work but are odd. */
  readonly warnings: readonly ConfigWarning[];
}

/** A remark about the configuration. */
export interface ConfigWarning {
  readonly code: string;
  readonly message: string;
  readonly place: Place | undefined;
}

/** Without a file: private addresses are inside, nothing has a role, every rule runs as it was written. */
export const DEFAULT_CONFIG: Config = {
  file: undefined,
  internal: [],
  defaultInternal: true,
  roles: new Map(),
  sources: DEFAULT_SOURCE_SETTINGS,
  rules: { folders: [], enable: [], disable: [], parameters: new Map(), overrides: new Map() },
  sigma: { placeholders: new Map(), timezone: undefined },
  exceptionFiles: [],
  listFiles: [],
  server: {
    dataFolder: resolve('smbastion-data'),
    listen: DEFAULT_LISTEN,
    publicUrl: undefined,
    tls: undefined,
    isBehindProxy: false,
    maxBodyBytes: 4 * 1024 ** 2,
    sessionMs: 12 * 3_600_000,
    queryMs: 30_000,
    // A quarter of a year: longer than most intruders stay unnoticed. The size is about 250 million events.
    keepMs: 90 * 86_400_000,
    // Long enough to compare with the years before, and to show an auditor.
    keepAlertsMs: 1_095 * 86_400_000,
    maxStoreBytes: 100 * 1024 ** 3,
    storeMemoryBytes: 2 * 1024 ** 3,
    storeDelayMs: 30_000,
    stopMs: 20_000,
  },
  ingest: DEFAULT_INGEST_SETTINGS,
  notify: [],
  limits: {},
  warnings: [],
};

/** @returns what a configuration says of places and roles of addresses, as plain data */
export function configToNetworkSettings(config: Config): NetworkSettings {
  return { inside: config.internal, useDefaultInside: config.defaultInternal, roles: config.roles };
}

/** @returns the places and roles of addresses that a configuration describes */
export function configToNetworks(config: Config): Networks {
  return new Networks(configToNetworkSettings(config));
}
