import { Gauge, type Registry } from 'prom-client';
import type { ChannelFigures } from '../../respond/notify/channel-worker.ts';
import type { Service } from '../service.ts';

/** Figures of each channel: name, meaning, and how it is read, where `latest` is the number of the latest news. */
const BY_CHANNEL: readonly (readonly [
  name: string,
  help: string,
  read: (figures: ChannelFigures, latest: number) => number,
])[] = [
  ['sent_total', 'Messages that were delivered', ({ sent }) => sent],
  ['failures_total', 'Tries to deliver a message that failed', ({ failures }) => failures],
  ['undelivered', 'Messages that were given up and are kept', ({ undelivered }) => undelivered],
  ['queue', 'News of alerts that the channel has not come to', ({ told }, latest) => Math.max(0, latest - told)],
  [
    'last_sent_timestamp_seconds',
    'When a message was last delivered, in seconds since 1970; NaN when none was since the start',
    ({ lastSentMs }) => (lastSentMs === undefined ? Number.NaN : lastSentMs / 1000),
  ],
];

/** Adds the figures of the channels that tell of alerts. */
export function addNotifyMetrics({ notifier, store }: Service, registry: Registry): void {
  for (const [name, help, read] of BY_CHANNEL) {
    const gauge = new Gauge({
      name: `smbastion_notify_${name}`,
      help,
      labelNames: ['channel'],
      registers: [],
      async collect() {
        this.reset();
        const channels = notifier.figures();
        const latest = channels.length > 0 ? await store.alerts.latestNews() : 0;
        for (const figures of channels) this.set({ channel: figures.name }, read(figures, latest));
      },
    });
    registry.registerMetric(gauge);
  }
}
