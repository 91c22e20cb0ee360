/**
 * Everything the server works with, opened in order and closed in reverse. A command that finds no running server opens the
 * same, without the parts that work on their own.
 */
import type { FastifyBaseLogger } from 'fastify';
import { SmbError } from '../base/error.ts';
import { type Config, configToNetworks } from '../config/config.ts';
import { ExceptionBook } from '../detect/exceptions/exception-book.ts';
import { type Detection, loadDetection } from '../detect/load-detection.ts';
import type { Schedule } from '../detect/schedule/schedule.ts';
import type { Networks } from '../event/networks.ts';
import { Notifier } from '../respond/notify/notifier.ts';
import { jsonDialects, sources } from '../sources/registry.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { DEFAULT_STORE_SETTINGS } from '../store/store-settings.ts';
import { Accounts } from './access/accounts.ts';
import { ApiKeys } from './access/api-keys.ts';
import { newSecret } from './access/secret.ts';
import { Sessions } from './access/sessions.ts';
import { SignIn } from './access/sign-in.ts';
import { readEndpoint } from './data/endpoint.ts';
import { bytesBeside, makeDataFolder, storeFile } from './data/data-folder.ts';
import { EventBus } from './news/event-bus.ts';
import { NewsStream } from './news/news-stream.ts';
import { newSchedule } from './new-schedule.ts';
import { StoreCare } from './data/store-care.ts';
import { IngestPart } from './ingest/ingest-part.ts';
import { Intake } from './ingest/intake.ts';

/** A part that works on its own while the server runs, such as the schedule or a receiver. */
export interface ServicePart {
  /** As the log names it. */
  readonly name: string;
  start(): Promise<void>;
  /** Ends its work; what it has taken on is finished or written down. */
  stop(): Promise<void>;
}

/** What a service is opened with. */
export interface ServiceOptions {
  readonly config: Config;
  readonly log: FastifyBaseLogger;
}

/** What is there before the service is. */
interface Opened {
  readonly detection: Detection;
  readonly networks: Networks;
  readonly store: Store;
  readonly exceptions: ExceptionBook;
  readonly accounts: Accounts;
  readonly keys: ApiKeys;
}

/** What routes and parts work with. */
export class Service {
  readonly config: Config;
  readonly log: FastifyBaseLogger;
  readonly networks: Networks;
  readonly detection: Detection;
  readonly store: Store;
  /** What is silenced, by files and by people. */
  readonly exceptions: ExceptionBook;
  /** Tells people and programs of alerts. */
  readonly notifier: Notifier;
  readonly accounts: Accounts;
  readonly keys: ApiKeys;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly intake: Intake;
  readonly ingest: IngestPart;
  readonly events = new EventBus();
  readonly schedule: Schedule;
  readonly startedMs = Date.now();
  readonly news = new NewsStream(this.events, String(this.startedMs));
  /** Lets in whoever may read the data folder; made anew at each start. */
  readonly localKey = newSecret();
  private readonly parts: readonly ServicePart[];
  /** Those that were started, if only to fail, the latest first: what one began must not go on over a closed store. */
  private readonly started: ServicePart[] = [];
  private listeningUrl: string | undefined;
  private state: 'opened' | 'ready' | 'stopping' | 'closed' = 'opened';

  private constructor({ config, log }: ServiceOptions, opened: Opened) {
    this.config = config;
    this.log = log;
    this.detection = opened.detection;
    this.networks = opened.networks;
    this.store = opened.store;
    this.exceptions = opened.exceptions;
    this.accounts = opened.accounts;
    this.keys = opened.keys;
    this.sessions = new Sessions(config.server.sessionMs);
    this.accounts.onChange = (name) => this.sessions.endAll(name);
    this.sessions.onEnd = () => this.news.endForbidden();
    this.keys.onRemove = () => this.news.endForbidden();
    this.signIn = new SignIn(this);
    this.schedule = newSchedule(this);
    this.intake = new Intake({
      store: opened.store,
      networks: opened.networks,
      settings: config.sources,
      limits: config.ingest.limits,
    });
    this.ingest = new IngestPart({
      intake: this.intake,
      store: opened.store,
      settings: config.ingest,
      tls: config.server.tls,
      onAlert: (alert) => this.events.emit('alert', { alert, isNew: true }),
      log,
    });
    this.notifier = new Notifier({
      settings: config.notify,
      store: opened.store,
      publicUrl: () => config.server.publicUrl,
      warn: (facts, message) => log.warn(facts, message),
    });
    this.events.on('alert', () => this.notifier.wake());
    // Started from the first to the last, stopped from the last to the first.
    this.parts = [this.notifier, new StoreCare(this), this.schedule, this.ingest];
  }

  /**
   * Opens the data folder, which is made when it is not there.
   *
   * @throws STORE-OPEN when it cannot be opened, or somebody else has it open
   */
  static async open(options: ServiceOptions): Promise<Service> {
    const { config } = options;
    const { dataFolder } = config.server;
    const knownDatasets = [...sources.all, ...jsonDialects].flatMap(({ datasets }) => datasets);
    const detection = loadDetection(config, { knownDatasets, now: Date.now() });
    for (const { code, message, place, fix } of detection.errors) {
      const at = place && `${place.file}:${place.line}:${place.column}`;
      options.log.warn({ code, place: at, fix }, `what is wrong here is left out: ${message}`);
    }
    const networks = configToNetworks(config);
    for (const remark of makeDataFolder(dataFolder)) options.log.warn(remark);
    const { changes, rows } = bytesBeside(dataFolder);
    const beganMs = performance.now();
    // What is left can take half a minute, in which there is no port that could be asked.
    if (changes + rows > 0) {
      const sizes = { changesBytes: changes, rowsBytes: rows };
      options.log.warn(
        sizes,
        'the store was not closed: what was left beside it is taken in; until then nothing answers',
      );
    }
    const store = await openStore(storeFile(dataFolder), networks, {
      ...DEFAULT_STORE_SETTINGS,
      memoryMb: Math.floor(config.server.storeMemoryBytes / 1e6),
      blocks: { ...DEFAULT_STORE_SETTINGS.blocks, fillMs: config.server.storeDelayMs },
    }).catch((error: unknown) => {
      throw inUseError(dataFolder, error) ?? error;
    });
    if (changes + rows > 0) {
      options.log.warn({ tookMs: Math.round(performance.now() - beganMs) }, 'the store is open, with what was left');
    }
    const { aside } = store.events.backlog();
    if (aside) options.log.warn(aside, 'rows that could not be read, or were not written whole, are set aside');
    try {
      const [exceptions, accounts, keys] = await Promise.all([
        ExceptionBook.open(store.desk, detection),
        Accounts.open(store),
        ApiKeys.open(store),
      ]);
      return new Service(options, { detection, networks, store, exceptions, accounts, keys });
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Where people reach the server: as configured, else where it listens. */
  get publicUrl(): string {
    return this.config.server.publicUrl ?? this.listeningUrl ?? '';
  }

  /** Tells where the server listens. */
  listensOn(url: string): void {
    this.listeningUrl = url;
  }

  /** Whether the parts work and nobody asked them to stop. */
  get isReady(): boolean {
    return this.state === 'ready';
  }

  get isStopping(): boolean {
    return this.state === 'stopping' || this.state === 'closed';
  }

  /** Whether the data folder is let go of: whatever is asked then is answered wrongly. */
  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Starts the parts that work on their own. */
  async start(): Promise<void> {
    for (const part of this.parts) {
      this.started.unshift(part);
      await part.start();
    }
    this.state = 'ready';
  }

  /** Stops what was started and closes the data folder. */
  async stop(): Promise<void> {
    this.state = 'stopping';
    for (const part of this.started) {
      await part.stop().catch((error: unknown) => this.log.error({ err: error }, `${part.name} did not stop cleanly`));
    }
    this.state = 'closed';
    await this.store.close();
  }
}

/** @returns the error for a data folder that somebody else has open; undefined when something else is wrong */
function inUseError(dataFolder: string, error: unknown): SmbError | undefined {
  // DuckDB locks its file as long as a process has it open; the lock ends with the process, however it ends.
  if (!(error instanceof SmbError) || !/\block\b/i.test(error.message)) return undefined;
  const endpoint = readEndpoint(dataFolder);
  const who = endpoint
    ? `a server has it open (process ${endpoint.pid}, ${endpoint.url})`
    : 'another program has it open';
  return new SmbError('STORE-OPEN', `The data folder ${dataFolder} is in use: ${who}.`, {
    fix: 'stop that one, or give this one a data folder of its own: [server] data, or --data',
  });
}
