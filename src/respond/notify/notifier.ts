import type { ChannelSettings } from '../../config/notify-settings.ts';
import type { Store } from '../../store/store.ts';
import { DeliveryError } from './channel.ts';
import { type ChannelState, readState } from './channel-state.ts';
import {
  type ChannelFigures,
  type ChannelStatus,
  ChannelWorker,
  type Clock,
  type WorkerOptions,
} from './channel-worker.ts';
import { openChannel } from './channels.ts';
import { testAlert } from './notification.ts';

/** How a channel does, with what it could not deliver. */
export interface ChannelReport extends ChannelStatus, Pick<ChannelState, 'failed' | 'discarded'> {}

/** What the channels need. */
export interface NotifierOptions extends Pick<WorkerOptions, 'publicUrl' | 'warn'> {
  readonly settings: readonly ChannelSettings[];
  readonly store: Pick<Store, 'alerts' | 'desk'>;
}

const CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    }),
};

/** Tells all channels of alerts, each at its own pace. A part of the server. */
export class Notifier {
  readonly name = 'notifications';
  private readonly options: NotifierOptions;
  private workers: readonly ChannelWorker[] = [];

  constructor(options: NotifierOptions) {
    this.options = options;
  }

  /** @throws NOTIFY-SECRET when a secret cannot be read */
  async start(): Promise<void> {
    const { settings, store, publicUrl, warn } = this.options;
    this.workers = settings.map((one) => {
      return new ChannelWorker({ channel: openChannel(one), store, clock: CLOCK, publicUrl, warn });
    });
    for (const worker of this.workers) await worker.open();
    for (const worker of this.workers) worker.start();
  }

  /** Stops at once: what is not told yet is told after the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  /** Says that alerts are new or more severe. */
  wake(): void {
    for (const worker of this.workers) worker.wake();
  }

  /** @returns how the channels do, in the order of the configuration; without a running server what is kept of them */
  async report(): Promise<ChannelReport[]> {
    const { settings, store } = this.options;
    return Promise.all(
      settings.map(async ({ name, type }) => {
        const { failed = [], discarded = 0 } = (await readState(store.desk, name)) ?? {};
        const status = this.find(name)?.status();
        const none = { name, type, waiting: 0, sent: 0, lastSentMs: undefined, problem: undefined };
        return { ...(status ?? none), failed, discarded };
      }),
    );
  }

  /** @returns what the channels have done, in the order of the configuration; nothing before the start */
  figures(): readonly ChannelFigures[] {
    return this.workers.map((worker) => worker.figures());
  }

  /** @returns why a test message was not delivered; undefined when it was */
  async test(name: string): Promise<string | undefined> {
    const { settings, publicUrl } = this.options;
    const channel = openChannel(settings.find((one) => one.name === name)!);
    const now = Date.now();
    try {
      await channel.send({ id: `test-${now}`, alerts: [testAlert(now)], publicUrl: publicUrl(), isTest: true });
      return undefined;
    } catch (error) {
      if (error instanceof DeliveryError) return error.message;
      throw error;
    }
  }

  /** @returns messages that were delivered at last; undefined when no server runs */
  async retryFailed(name: string): Promise<number | undefined> {
    return this.find(name)?.retryFailed();
  }

  private find(name: string): ChannelWorker | undefined {
    return this.workers.find((worker) => worker.status().name === name);
  }
}
