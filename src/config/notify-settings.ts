/** What `[notify.*]` of the configuration says: whom the server tells of alerts. */
import type { TomlNode } from '../base/toml/toml-node.ts';
import type { TableRead, TomlReader } from '../base/toml/toml-reader.ts';
import type { Severity } from '../event/severity.ts';
import type { CONFIG_KEYS } from './config-keys.ts';

/** Where a secret is read when the server starts; it stands in no configuration. */
export type SecretSource = { readonly file: string } | { readonly env: string };

/** What every channel has. */
interface ChannelBase {
  readonly name: string;
  readonly minSeverity: Severity;
  /** Messages a minute. */
  readonly perMinute: number;
  readonly giveUpMs: number;
}

/** A URL that gets JSON with a signature; it may be a secret itself. */
export interface WebhookSettings extends ChannelBase {
  readonly type: 'webhook';
  readonly url: string | SecretSource;
  readonly secret: SecretSource;
}

/** A mail server. */
export interface MailSettings extends ChannelBase {
  readonly type: 'mail';
  readonly host: string;
  readonly port: number;
  readonly transport: 'starttls' | 'tls' | 'plain';
  readonly caFile: string | undefined;
  readonly signIn: { readonly user: string; readonly password: SecretSource } | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** A receiver of syslog that gets CEF. */
export interface SyslogSettings extends ChannelBase {
  readonly type: 'syslog';
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly caFile: string | undefined;
}

/** A channel. */
export type ChannelSettings = WebhookSettings | MailSettings | SyslogSettings;

type NotifyRead = NonNullable<TableRead<typeof CONFIG_KEYS>['values']['notify']>;
type ChannelRead = NotifyRead extends ReadonlyMap<string, { readonly value: infer V }> ? V : never;

/** Keys of one type that the others do not take. */
const KEYS_OF = {
  webhook: ['url', 'url_file', 'url_env', 'secret_file', 'secret_env'],
  mail: ['host', 'port', 'transport', 'ca_file', 'user', 'secret_file', 'secret_env', 'from', 'to'],
  syslog: ['host', 'port', 'transport', 'ca_file'],
} as const;
const OWN_KEYS = [...new Set(Object.values(KEYS_OF).flat())];

const PER_MINUTE = { webhook: 30, mail: 6, syslog: 600 } as const;
const MAIL_PORTS = { starttls: 587, tls: 465, plain: 25 } as const;
const GIVE_UP_MS = 86_400_000;

/**
 * @param read the tables by name
 * @param reader collects what is wrong
 * @param inFolder makes paths absolute
 */
export function toNotifySettings(
  read: NotifyRead | undefined,
  reader: TomlReader,
  inFolder: (path: string) => string,
): readonly ChannelSettings[] {
  return [...(read ?? [])].flatMap(([name, { value, key }]) => {
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
      reader.fail('value', `"${name}" is no name of a channel.`, key, 'small letters, digits and hyphens');
    }
    return new ChannelReader(name, value, reader, inFolder).channel() ?? [];
  });
}

class ChannelReader {
  private readonly name: string;
  private readonly read: ChannelRead;
  private readonly reader: TomlReader;
  private readonly inFolder: (path: string) => string;

  constructor(name: string, read: ChannelRead, reader: TomlReader, inFolder: (path: string) => string) {
    this.name = name;
    this.read = read;
    this.reader = reader;
    this.inFolder = inFolder;
  }

  channel(): ChannelSettings | undefined {
    const { type } = this.read.values;
    if (type === undefined) return undefined;
    this.refuseOthers(type);
    if (type === 'webhook') return this.webhook();
    return type === 'mail' ? this.mail() : this.syslog();
  }

  private refuseOthers(type: keyof typeof KEYS_OF): void {
    const taken: readonly string[] = KEYS_OF[type];
    const nodes = this.read.nodes as Readonly<Record<string, TomlNode | undefined>>;
    for (const key of OWN_KEYS) {
      const node = nodes[key];
      if (node && !taken.includes(key))
        this.reader.fail('key', `A channel of type "${type}" takes no key "${key}".`, node);
    }
  }

  private base(type: keyof typeof PER_MINUTE): ChannelBase {
    const { min_severity: minSeverity = 'medium', rate, give_up: giveUpMs = GIVE_UP_MS } = this.read.values;
    return { name: this.name, minSeverity, perMinute: rate ?? PER_MINUTE[type], giveUpMs };
  }

  private webhook(): WebhookSettings | undefined {
    const url = this.url();
    const secret = this.secret('signs what is sent, so that the receiver can tell it from what others send');
    return url === undefined || !secret ? undefined : { ...this.base('webhook'), type: 'webhook', url, secret };
  }

  private url(): WebhookSettings['url'] | undefined {
    const { url, url_file: file, url_env: env } = this.read.values;
    const nodes = this.read.nodes;
    const given = [nodes.url, nodes.url_file, nodes.url_env].filter((node) => node !== undefined);
    if (given.length !== 1) {
      const message = `[notify.${this.name}] needs one of "url", "url_file" and "url_env".`;
      this.reader.fail(
        'missing',
        message,
        given[1] ?? this.read.node,
        'a URL that lets whoever knows it send is a secret',
      );
      return undefined;
    }
    if (file !== undefined) return { file: this.inFolder(file) };
    return env === undefined ? url : { env };
  }

  private mail(): MailSettings | undefined {
    const {
      transport = 'starttls',
      port,
      ca_file: caFile,
      user,
      secret_file: file,
      secret_env: env,
    } = this.read.values;
    if (transport === 'udp' || transport === 'tcp') return this.wrongTransport('mail', '"starttls", "tls" or "plain"');
    const [host, from, to] = [this.needed('host'), this.needed('from'), this.needed('to')];
    const password = user === undefined ? undefined : this.secret('is the password of user');
    if (user === undefined && (file ?? env) !== undefined) this.needed('user');
    if (!host || !from || !to || (user !== undefined && !password)) return undefined;
    const signIn = user !== undefined && password ? { user, password } : undefined;
    const ca = caFile === undefined ? undefined : this.inFolder(caFile);
    const base = this.base('mail');
    return {
      ...base,
      type: 'mail',
      host,
      port: port ?? MAIL_PORTS[transport],
      transport,
      caFile: ca,
      signIn,
      from,
      to,
    };
  }

  private syslog(): SyslogSettings | undefined {
    const { transport = 'udp', port, ca_file: caFile } = this.read.values;
    if (transport === 'starttls' || transport === 'plain')
      return this.wrongTransport('syslog', '"udp", "tcp" or "tls"');
    const host = this.needed('host');
    const ca = caFile === undefined ? undefined : this.inFolder(caFile);
    const usual = transport === 'tls' ? 6514 : 514;
    return host === undefined
      ? undefined
      : { ...this.base('syslog'), type: 'syslog', host, port: port ?? usual, transport, caFile: ca };
  }

  private needed<K extends keyof ChannelRead['values']>(key: K): ChannelRead['values'][K] {
    const value = this.read.values[key];
    const nodes = this.read.nodes as Readonly<Record<string, TomlNode | undefined>>;
    if (value === undefined && nodes[key] === undefined) {
      this.reader.fail('missing', `[notify.${this.name}] needs the key "${key}".`, this.read.node);
    }
    return value;
  }

  private secret(what: string): SecretSource | undefined {
    const { secret_file: file, secret_env: env } = this.read.values;
    if ((file === undefined) === (env === undefined)) {
      const message = `[notify.${this.name}] needs either "secret_file" or "secret_env": it ${what}.`;
      this.reader.fail('missing', message, this.read.node);
      return undefined;
    }
    return file === undefined ? { env: env! } : { file: this.inFolder(file) };
  }

  private wrongTransport(type: string, known: string): undefined {
    const message = `A channel of type "${type}" takes ${known} as transport.`;
    this.reader.fail('value', message, this.read.nodes.transport ?? this.read.node);
  }
}
