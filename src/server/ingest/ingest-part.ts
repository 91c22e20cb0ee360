import { readFileSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import type { IngestSettings } from '../../config/ingest-settings.ts';
import type { ServerSettings } from '../../config/server-settings.ts';
import { SmbError } from '../../base/error.ts';
import { prepareDialects } from '../../sources/json/record-reader.ts';
import { jsonDialects } from '../../sources/registry.ts';
import type { AlertRecord } from '../../store/alert-store.ts';
import type { Store } from '../../store/store.ts';
import type { ServicePart } from '../service.ts';
import { Follower } from './follow/follower.ts';
import type { Intake } from './intake.ts';
import { FlowReceiver } from './network/flow-receiver.ts';
import { SyslogReceiver } from './network/syslog-receiver.ts';
import { SyslogServer } from './network/syslog-server.ts';
import { QuietSenders } from './quiet-senders.ts';

/** What the part works with. */
export interface IngestPartOptions {
  readonly intake: Intake;
  readonly store: Store;
  readonly settings: IngestSettings;
  /** Whose certificate syslog over TLS shows. */
  readonly tls: ServerSettings['tls'];
  /** Told of alerts about senders that have fallen silent. */
  readonly onAlert: (alert: AlertRecord) => void;
  readonly log: FastifyBaseLogger;
}

/** A way by which something comes in without being asked for an answer. */
interface Way {
  readonly name: string;
  close(): Promise<void>;
  kernelDrops?(): number | undefined;
}

/** Senders are asked this often whether they are silent. */
const QUIET_CHECK_MS = 60_000;

/** Listens on the addresses and follows the files of the configuration while the server runs. */
export class IngestPart implements ServicePart {
  readonly name = 'ingest';
  private readonly options: IngestPartOptions;
  private ways: Way[] = [];
  private quietTimer: NodeJS.Timeout | undefined;
  private checking: Promise<void> = Promise.resolve();

  constructor(options: IngestPartOptions) {
    this.options = options;
  }

  /** @throws INGEST-LISTEN when an address cannot be listened on */
  async start(): Promise<void> {
    const { intake, store, settings, log } = this.options;
    const { syslog, netflow, receiveBufferBytes: receiveBuffer } = settings;
    const dialects = prepareDialects(jsonDialects);
    const failed = (error: Error) => log.error({ err: error }, 'what came in could not be stored');
    const shared = { intake, dialects, failed, receiveBuffer, maxConnections: intake.limits.connections };
    for (const listen of syslog.udp) this.add('syslog-udp', await SyslogReceiver.open({ ...shared, listen }));
    for (const listen of syslog.tcp) this.add('syslog-tcp', await SyslogServer.open({ ...shared, listen }));
    for (const listen of syslog.tls) {
      this.add('syslog-tls', await SyslogServer.open({ ...shared, listen, tls: this.certificate() }));
    }
    for (const listen of netflow) this.add('netflow', await FlowReceiver.open({ ...shared, listen }));
    if (settings.follow.length > 0) {
      const follower = new Follower({ intake, desk: store.desk, settings, log });
      await follower.start();
      this.add('follow', follower);
    }
    const quiet = new QuietSenders({ intake, store, quietMs: settings.quietMs, onAlert: this.options.onAlert });
    this.quietTimer = setInterval(() => {
      this.checking = quiet
        .check()
        .catch((error: unknown) => log.error({ err: error }, 'silent senders could not be looked for'));
    }, QUIET_CHECK_MS);
  }

  /** @returns datagrams that the kernel dropped; undefined where it does not say */
  kernelDrops(): number | undefined {
    const drops = this.ways.flatMap((way) => way.kernelDrops?.() ?? []);
    return drops.length === 0 ? undefined : drops.reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    const { ways } = this;
    this.ways = [];
    clearInterval(this.quietTimer);
    await this.checking;
    for (const way of ways) await way.close();
    await this.options.intake.stop();
  }

  private add(name: string, way: Omit<Way, 'name'>): void {
    this.ways.push({ name, close: () => way.close(), kernelDrops: () => way.kernelDrops?.() });
    this.options.log.info(`ingest: ${name} is open`);
  }

  private certificate(): { readonly cert: string; readonly key: string } {
    const { tls } = this.options;
    if (tls === undefined) {
      throw new SmbError('INGEST-LISTEN', 'Syslog over TLS needs a certificate.', {
        fix: 'give certificate and key in [server.tls]',
      });
    }
    return { cert: readFileSync(tls.certificate, 'utf8'), key: readFileSync(tls.key, 'utf8') };
  }
}
