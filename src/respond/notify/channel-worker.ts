/**
 * Tells one channel of alerts. What is told follows from the news that runs write with their alerts, and from how far the
 * channel has come in them: so nothing is told twice or forgotten by a restart, and while a receiver is away nothing but the
 * distance grows. A process that is killed between sending and noting it sends that message again, with the same id.
 */
import { stableId } from '../../base/hash.ts';
import { SEVERITIES } from '../../event/severity.ts';
import type { AlertNews } from '../../store/alert-store.ts';
import type { Store } from '../../store/store.ts';
import { type Channel, DeliveryError } from './channel.ts';
import { type ChannelState, readState, withFailed, writeState } from './channel-state.ts';
import { type NotifiedAlert, type Notification, toNotifiedAlert } from './notification.ts';
import { MessageRate } from './rate.ts';

/** Time as a channel sees it; tests have their own. */
export interface Clock {
  now(): number;
  /** Waits; less long when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What a channel needs. */
export interface WorkerOptions {
  readonly channel: Channel;
  readonly store: Pick<Store, 'alerts' | 'desk'>;
  readonly clock: Clock;
  readonly publicUrl: () => string | undefined;
  /** Is told of what went wrong; no secrets are in it. */
  readonly warn: (facts: { readonly channel: string; readonly reason: string }, message: string) => void;
}

/** How a channel does. */
export interface ChannelStatus {
  readonly name: string;
  readonly type: string;
  /** Alerts that wait: held back, or because the receiver does not take them. */
  readonly waiting: number;
  /** Since the start of the server. */
  readonly sent: number;
  readonly lastSentMs: number | undefined;
  /** Why the last try failed; undefined when it did not. */
  readonly problem: string | undefined;
}

/** What a channel has done since the start of the server, and where it stands, in numbers. */
export interface ChannelFigures {
  readonly name: string;
  /** Messages that were delivered. */
  readonly sent: number;
  /** Tries that failed. */
  readonly failures: number;
  /** Messages that were given up and are kept. */
  readonly undelivered: number;
  /** Number of the last news that was told or need not be. */
  readonly told: number;
  readonly lastSentMs: number | undefined;
}

/** News looked at together: also the alerts of one digest at most. */
const BATCH = 1_000;
/** A digest comes no sooner behind the one before. */
const DIGEST_MS = 60_000;
/** Looks for news even when nobody said that there are some. */
const LOOK_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 300_000;

interface Waiting {
  readonly news: AlertNews;
  readonly alert: NotifiedAlert;
}

/** See above. */
export class ChannelWorker {
  private readonly options: WorkerOptions;
  private readonly rate: MessageRate;
  private state: ChannelState = { told: 0, failed: [], discarded: 0 };
  private lastDigestMs = Number.NEGATIVE_INFINITY;
  private waiting = 0;
  /** Whether there are too many for one message each. */
  private isHolding = false;
  private sent = 0;
  private failures = 0;
  private lastSentMs: number | undefined;
  private problem: string | undefined;
  private readonly stopping = new AbortController();
  private woken = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.options = options;
    this.rate = new MessageRate(options.channel.settings.perMinute, options.clock.now());
  }

  /** Reads how far the channel has come; a new one begins with what comes from now on. */
  async open(): Promise<void> {
    const { store, channel } = this.options;
    const state = await readState(store.desk, channel.settings.name);
    this.state = state ?? { told: await store.alerts.latestNews(), failed: [], discarded: 0 };
    if (!state) await this.keep();
  }

  /** Works until it is stopped. */
  start(): void {
    this.running = this.work();
  }

  /** Says that there are news. */
  wake(): void {
    this.woken.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.woken.abort();
    await this.running;
  }

  status(): ChannelStatus {
    const { name, type } = this.options.channel.settings;
    const { waiting, sent, lastSentMs, problem } = this;
    return { name, type, waiting, sent, lastSentMs, problem };
  }

  figures(): ChannelFigures {
    const { name } = this.options.channel.settings;
    const { sent, failures, lastSentMs, state } = this;
    return { name, sent, failures, undelivered: state.failed.length, told: state.told, lastSentMs };
  }

  private async work(): Promise<void> {
    const { channel, clock, warn } = this.options;
    while (!this.stopping.signal.aborted) {
      this.woken = new AbortController();
      let pauseMs: number;
      try {
        pauseMs = await this.step();
      } catch (error) {
        // The store may be busy or closing: nothing is lost, the news are still there.
        warn({ channel: channel.settings.name, reason: String(error) }, 'alerts could not be told');
        pauseMs = LOOK_MS;
      }
      const { signal } = this.stopping;
      // What is held back waits for its time: in a storm there are news all the while.
      if (pauseMs > 0)
        await clock.sleep(pauseMs, this.isHolding ? signal : AbortSignal.any([signal, this.woken.signal]));
    }
  }

  /** Tells the next of the news. @returns milliseconds until there may be more to do */
  async step(): Promise<number> {
    this.isHolding = false;
    const news = await this.options.store.alerts.news(this.state.told, BATCH);
    const last = news.at(-1);
    if (!last) return this.rest();
    const waiting = await this.wanted(news);
    this.waiting = waiting.length;
    const [first] = waiting;
    if (!first) {
      await this.advance(last.number);
      return 0;
    }
    const now = this.options.clock.now();
    const free = this.rate.free(now);
    if (waiting.length <= free) return this.tell([first], first.news.number);
    const digestMs = this.lastDigestMs + DIGEST_MS - now;
    if (free === 0 || digestMs > 0) {
      this.isHolding = true;
      return Math.max(1_000, digestMs);
    }
    this.lastDigestMs = now;
    return this.tell(waiting, last.number);
  }

  private rest(): number {
    this.waiting = 0;
    return LOOK_MS;
  }

  /** @returns alerts that this channel is told of, each once as it is now, in the order of the news */
  private async wanted(news: readonly AlertNews[]): Promise<Waiting[]> {
    const latest = new Map(news.map((one) => [one.alertId, one]));
    const ids = [...latest.keys()];
    const { alerts } = await this.options.store.alerts.search({ ids, limit: ids.length });
    const least = SEVERITIES.indexOf(this.options.channel.settings.minSeverity);
    return alerts
      .filter(({ severity, state }) => SEVERITIES.indexOf(severity) >= least && state !== 'closed')
      .map((alert) => {
        const last = latest.get(alert.id)!;
        const isNew = news.some((one) => one.alertId === alert.id && one.isNew);
        return { news: last, alert: toNotifiedAlert(alert, isNew) };
      })
      .sort((x, y) => x.news.number - y.news.number);
  }

  /** Sends until the receiver has it or it is given up; then the channel has come so far. */
  private async tell(waiting: readonly Waiting[], told: number): Promise<number> {
    const { channel, clock, publicUrl, warn } = this.options;
    const { name, giveUpMs } = channel.settings;
    const alerts = waiting.map(({ alert }) => alert);
    const id = stableId([name, ...waiting.map(({ news }) => String(news.number))]);
    const notification: Notification = { id, alerts, publicUrl: publicUrl(), isTest: false };
    this.rate.take();
    const firstMs = clock.now();
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(LAST_RETRY_MS, retryMs * 2)) {
      const failure = await this.try(notification);
      if (!failure) break;
      if (this.stopping.signal.aborted) return 0;
      warn({ channel: name, reason: failure.message }, 'a message was not delivered');
      if (failure.isFinal || clock.now() - firstMs >= giveUpMs) {
        const alertIds = alerts.map((alert) => alert.id);
        this.state = withFailed(this.state, { id, atMs: clock.now(), reason: failure.message, alertIds });
        break;
      }
      await clock.sleep(retryMs, this.stopping.signal);
      if (this.stopping.signal.aborted) return 0;
    }
    this.waiting -= waiting.length;
    await this.advance(told);
    return 0;
  }

  /** @returns why it failed */
  private async try(notification: Notification): Promise<DeliveryError | undefined> {
    try {
      await this.options.channel.send(notification);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      this.failures++;
      this.problem = error.message;
      return error;
    }
    this.problem = undefined;
    this.sent++;
    this.lastSentMs = this.options.clock.now();
    return undefined;
  }

  private async advance(told: number): Promise<void> {
    this.state = { ...this.state, told };
    await this.keep();
  }

  private keep(): Promise<void> {
    const { channel, store, clock } = this.options;
    return writeState(store.desk, channel.settings.name, this.state, clock.now());
  }

  /**
   * Tries once more what was given up.
   *
   * @returns how many messages were delivered; the others are kept on
   */
  async retryFailed(): Promise<number> {
    let delivered = 0;
    for (const message of this.state.failed) {
      const { alertIds: ids } = message;
      const { alerts } = await this.options.store.alerts.search({ ids, limit: ids.length });
      const notified = alerts.map((alert) => toNotifiedAlert(alert, true));
      const { publicUrl } = this.options;
      const failure =
        notified.length === 0
          ? undefined
          : await this.try({ id: message.id, alerts: notified, publicUrl: publicUrl(), isTest: false });
      if (failure) continue;
      delivered++;
      this.state = { ...this.state, failed: this.state.failed.filter(({ id }) => id !== message.id) };
      await this.keep();
    }
    return delivered;
  }
}
