/** Looks after the store while the server runs: old events and closed alerts go, and the log and the audit say which and why. */
import type { Service, ServicePart } from '../service.ts';

/** Between two looks. A look that finds nothing to do costs milliseconds. */
const EVERY_MS = 10 * 60_000;
/** From the start to the first look: a limit that was lowered is kept soon, and what else starts comes first. */
const FIRST_MS = 60_000;
/** To the next look when the store is still larger than it may be: somebody was in the way. */
const AGAIN_MS = 60_000;

/** See {@link ServicePart}. */
export class StoreCare implements ServicePart {
  readonly name = 'store care';
  private readonly service: Pick<Service, 'store' | 'config' | 'log'>;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(service: Pick<Service, 'store' | 'config' | 'log'>) {
    this.service = service;
  }

  async start(): Promise<void> {
    this.lookIn(FIRST_MS);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private lookIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.looking = this.look().then((isDone) => {
        if (!this.isStopped) this.lookIn(isDone ? EVERY_MS : AGAIN_MS);
      });
    }, ms).unref();
  }

  /** Removes what the configuration does not keep. @returns whether the store is not larger than it may be */
  async look(nowMs = Date.now()): Promise<boolean> {
    const isDone = await this.removeEvents(nowMs);
    await this.removeAlerts(nowMs);
    return isDone;
  }

  private async removeEvents(nowMs: number): Promise<boolean> {
    const { store, config, log } = this.service;
    const { keepMs, maxStoreBytes: maxBytes } = config.server;
    try {
      const { byAge, bySize, bytes } = await store.maintenance.retain({ keepMs, maxBytes }, nowMs);
      const isDone = bytes <= maxBytes;
      if (byAge + bySize === 0) return isDone;
      const details = { byAge, bySize, bytes, keepMs, maxBytes };
      await store.audit.append({ atMs: nowMs, by: 'smbastion', action: 'store.retain', details });
      log.info(details, 'old events were removed from the store');
      return isDone;
    } catch (error) {
      // Tried again at the next look; a store that cannot be written says so to everybody else, too.
      log.error({ err: error }, 'old events could not be removed from the store');
      return false;
    }
  }

  private async removeAlerts(nowMs: number): Promise<void> {
    const { store, config, log } = this.service;
    const { keepMs, keepAlertsMs } = config.server;
    // As long as its events are there a rule might find an alert again, and nobody would know that it was closed.
    const keptMs = Math.max(keepMs, keepAlertsMs);
    try {
      const removed = await store.alerts.removeClosed(nowMs - keptMs, (alerts) => {
        return { atMs: nowMs, by: 'smbastion', action: 'alert.retain', details: { alerts, keptMs } };
      });
      if (removed > 0) log.info({ alerts: removed, keptMs }, 'closed alerts were removed from the store');
    } catch (error) {
      log.error({ err: error }, 'closed alerts could not be removed from the store');
    }
  }
}
