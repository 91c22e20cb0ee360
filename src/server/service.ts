/**
 * Everything the server works with, opened in order and closed in reverse. A command that finds no running server opens the
 * same, without the parts that work on their own.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { SmbError } from '../base/error.ts';
import { systemReason } from '../base/system-error.ts';
import { type Config, configToNetworks } from '../config/config.ts';
import { type Detection, loadDetection } from '../detect/load-detection.ts';
import type { Networks } from '../event/networks.ts';
import { jsonDialects, sources } from '../sources/registry.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { EventBus } from './event-bus.ts';

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

/** What routes and parts work with. */
export class Service {
  readonly config: Config;
  readonly log: FastifyBaseLogger;
  readonly networks: Networks;
  readonly detection: Detection;
  readonly store: Store;
  readonly events = new EventBus();
  readonly startedMs = Date.now();
  /** Lets in whoever may read the data folder; made anew at each start. */
  readonly localKey = randomBytes(32).toString('base64url');
  private readonly parts: readonly ServicePart[];
  private state: 'opened' | 'ready' | 'stopping' = 'opened';

  private constructor({ config, log }: ServiceOptions, detection: Detection, networks: Networks, store: Store) {
    this.config = config;
    this.log = log;
    this.detection = detection;
    this.networks = networks;
    this.store = store;
    // Started from top to bottom, stopped from bottom to top.
    this.parts = [];
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
    const networks = configToNetworks(config);
    try {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new SmbError('STORE-OPEN', `The data folder ${dataFolder} cannot be made: ${systemReason(cause)}.`);
    }
    return new Service(options, detection, networks, await openStore(join(dataFolder, 'store.duckdb'), networks));
  }

  /** Whether the parts work and nobody asked them to stop. */
  get isReady(): boolean {
    return this.state === 'ready';
  }

  get isStopping(): boolean {
    return this.state === 'stopping';
  }

  /** Starts the parts that work on their own. */
  async start(): Promise<void> {
    for (const part of this.parts) await part.start();
    this.state = 'ready';
  }

  /** Stops what was started and closes the data folder. */
  async stop(): Promise<void> {
    const wasStarted = this.state === 'ready';
    this.state = 'stopping';
    if (wasStarted) {
      for (const part of [...this.parts].reverse()) {
        await part
          .stop()
          .catch((error: unknown) => this.log.error({ err: error }, `${part.name} did not stop cleanly`));
      }
    }
    await this.store.close();
  }
}
