import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readingReason } from '../base/system-error.ts';
import { SmbError, SmbErrors } from '../base/error.ts';
import type { Cidr } from '../base/address/cidr.ts';
import type { SourceText } from '../base/place.ts';
import { didYouMean } from '../base/suggest.ts';
import { parseToml } from '../base/toml/parse-toml.ts';
import { placeOfToml } from '../base/toml/toml-node.ts';
import { type Located, type TableRead, TomlReader } from '../base/toml/toml-reader.ts';
import type { SourceSettings } from '../sources/source.ts';
import { type Config, type ConfigWarning, DEFAULT_CONFIG, type Placed, type RuleSettings } from './config.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import { withHiddenUrls } from './hidden-url.ts';
import type { IngestSettings } from './ingest-settings.ts';
import { toNotifySettings } from './notify-settings.ts';
import type { ServerSettings } from './server-settings.ts';

/** Name looked for in the working folder when no file is given. */
const CONFIG_FILE_NAME = 'smbastion.toml';

/** What the configuration is checked against beside its own table. */
export interface ConfigChecks {
  /** Names of the engine's limits; without them names are not checked. */
  readonly limits?: readonly string[];
}

/**
 * Loads the configuration: the file given, else `smbastion.toml` of the working folder if there is one, else the defaults.
 *
 * @param path value of `--config`
 * @throws CONFIG-READ when the file cannot be read; TOML-SYNTAX, CONFIG-KEY or CONFIG-VALUE, all of the file together
 */
export function loadConfig(path?: string, checks: ConfigChecks = {}): Config {
  if (path === undefined && !existsSync(CONFIG_FILE_NAME)) return DEFAULT_CONFIG;
  const file = path ?? CONFIG_FILE_NAME;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SmbError('CONFIG-READ', `The configuration "${file}" cannot be read: ${readingReason(cause)}.`);
  }
  return parseConfig({ file, text }, checks);
}

/**
 * Reads a configuration; paths in it are relative to the file's folder.
 *
 * @throws TOML-SYNTAX, CONFIG-KEY or CONFIG-VALUE, all of the file together
 */
export function parseConfig(source: SourceText, checks: ConfigChecks = {}): Config {
  try {
    return readConfig(source, checks);
  } catch (error) {
    throw withHiddenUrls(error);
  }
}

function readConfig(source: SourceText, checks: ConfigChecks): Config {
  const file = parseToml(source);
  const reader = new TomlReader(file, { key: 'CONFIG-KEY', value: 'CONFIG-VALUE', missing: 'CONFIG-VALUE' });
  const { values } = reader.table(file.root, CONFIG_KEYS);
  const folder = dirname(resolve(source.file));
  const inFolder = (paths: readonly string[] | undefined) => (paths ?? []).map((path) => resolve(folder, path));
  const networks = values.networks?.values;
  const warnings: ConfigWarning[] = [];
  const ranges = (nets: readonly Located<Cidr>[] | undefined) => {
    for (const { value, node } of nets ?? []) {
      if (!value.hasHostBits) continue;
      const message = `This network has bits set behind its prefix; it is read as starting at ${value.low.text}.`;
      warnings.push({ code: 'CONFIG-HOST-BITS', message, place: placeOfToml(file, node) });
    }
    return (nets ?? []).map(({ value }) => value);
  };
  const limits = toLimits(values.limits, reader, checks.limits);
  const config: Config = {
    file: source.file,
    internal: ranges(networks?.internal),
    defaultInternal: networks?.default_internal ?? true,
    roles: new Map([...(values.roles ?? [])].map(([role, { value }]) => [role, ranges(value)])),
    sources: toSourceSettings(values.sources?.values, limits),
    rules: toRuleSettings(values.rules, reader, inFolder),
    sigma: {
      placeholders: new Map(
        [...(values.sigma?.values.placeholders ?? [])].map(([name, { value }]) => [
          name,
          value.map((one) => one.value),
        ]),
      ),
      timezone: values.sigma?.values.timezone,
    },
    exceptionFiles: inFolder(values.exceptions?.values.files),
    listFiles: inFolder(values.lists?.values.files),
    server: toServerSettings(values.server?.values, (path) => resolve(folder, path)),
    ingest: toIngestSettings(values.ingest?.values, inFolder),
    notify: toNotifySettings(values.notify, reader, (path) => resolve(folder, path)),
    limits,
    warnings,
  };
  if (reader.errors.length > 0) throw new SmbErrors(reader.errors);
  return config;
}

type ConfigValues = TableRead<typeof CONFIG_KEYS>['values'];

function toSourceSettings(
  values: NonNullable<ConfigValues['sources']>['values'] | undefined,
  limits: Readonly<Record<string, number>>,
): SourceSettings {
  return {
    timezone: values?.timezone,
    maxRecordBytes: values?.max_record ?? DEFAULT_CONFIG.sources.maxRecordBytes,
    insideZones: (values?.inside_zones ?? []).map((zone) => zone.toLowerCase()),
    outsideZones: (values?.outside_zones ?? []).map((zone) => zone.toLowerCase()),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

function toIngestSettings(
  values: NonNullable<ConfigValues['ingest']>['values'] | undefined,
  inFolder: (paths: readonly string[] | undefined) => readonly string[],
): IngestSettings {
  const { ingest } = DEFAULT_CONFIG;
  if (!values) return ingest;
  const { limits } = ingest;
  const syslog = values.syslog?.values;
  return {
    limits: {
      ...limits,
      queueBytes: values.queue ?? limits.queueBytes,
      writeEvents: values.write_events ?? limits.writeEvents,
      requestBytes: values.max_request ?? limits.requestBytes,
      documentBytes: values.max_document ?? limits.documentBytes,
      documentNames: values.max_names ?? limits.documentNames,
      connections: values.max_connections ?? limits.connections,
      readers: values.readers ?? limits.readers,
    },
    syslog: { udp: valuesOf(syslog?.udp), tcp: valuesOf(syslog?.tcp), tls: valuesOf(syslog?.tls) },
    netflow: valuesOf(values.netflow),
    receiveBufferBytes: values.receive_buffer ?? ingest.receiveBufferBytes,
    follow: inFolder(values.follow),
    followEveryMs: values.follow_every ?? ingest.followEveryMs,
    quietMs: values.quiet_after ?? ingest.quietMs,
  };
}

function valuesOf<T>(located: readonly Located<T>[] | undefined): readonly T[] {
  return (located ?? []).map(({ value }) => value);
}

function toServerSettings(
  values: NonNullable<ConfigValues['server']>['values'] | undefined,
  inFolder: (path: string) => string,
): ServerSettings {
  const { server } = DEFAULT_CONFIG;
  if (!values) return server;
  const tls = values.tls?.values;
  return {
    dataFolder: values.data === undefined ? server.dataFolder : inFolder(values.data),
    listen: values.listen ?? server.listen,
    publicUrl: values.public_url,
    tls:
      tls?.certificate !== undefined && tls.key !== undefined
        ? { certificate: inFolder(tls.certificate), key: inFolder(tls.key) }
        : undefined,
    isBehindProxy: values.behind_proxy ?? server.isBehindProxy,
    maxBodyBytes: values.max_body ?? server.maxBodyBytes,
    sessionMs: values.session ?? server.sessionMs,
    queryMs: values.query_time ?? server.queryMs,
    keepMs: values.keep ?? server.keepMs,
    keepAlertsMs: values.keep_alerts ?? server.keepAlertsMs,
    maxStoreBytes: values.max_store ?? server.maxStoreBytes,
    storeMemoryBytes: values.store_memory ?? server.storeMemoryBytes,
    storeDelayMs: values.store_delay ?? server.storeDelayMs,
    stopMs: values.stop_time ?? server.stopMs,
  };
}

function toRuleSettings(
  read: ConfigValues['rules'],
  reader: TomlReader,
  inFolder: (paths: readonly string[] | undefined) => readonly string[],
): RuleSettings {
  if (!read) return DEFAULT_CONFIG.rules;
  const { folders, enable, disable, parameters, override } = read.values;
  const placed = <T>({ value, node }: Located<T>): Placed<T> => ({ value, place: placeOfToml(reader.file, node) });
  const enabled = new Set(enable?.map(({ value }) => value));
  for (const { value, node } of disable ?? []) {
    if (enabled.has(value))
      reader.fail('value', `"${value}" stands in enable and in disable.`, node, 'keep one of them');
  }
  return {
    folders: inFolder(folders),
    enable: (enable ?? []).map(placed),
    disable: (disable ?? []).map(placed),
    parameters: new Map(
      [...(parameters ?? [])].map(([id, { value, key }]) => [
        id,
        {
          place: placeOfToml(reader.file, key),
          values: new Map(
            [...value].map(([name, one]) => [name, { ...placed(one), key: placeOfToml(reader.file, one.key) }]),
          ),
        },
      ]),
    ),
    overrides: new Map(
      [...(override ?? [])].map(([id, { value, key }]) => {
        const { severity, risk_score: riskScore } = value.values;
        return [id, { severity, riskScore, place: placeOfToml(reader.file, key) }];
      }),
    ),
  };
}

function toLimits(
  read: ConfigValues['limits'],
  reader: TomlReader,
  known: readonly string[] | undefined,
): Readonly<Record<string, number>> {
  const limits: Record<string, number> = {};
  for (const [name, { value, key }] of read ?? []) {
    if (known?.includes(name) === false) {
      const near = didYouMean(name, known);
      reader.fail('key', `There is no limit "${name}".${near}`, key, near ? undefined : `known: ${known.join(', ')}`);
    } else {
      limits[name] = value;
    }
  }
  return limits;
}
