import { Gauge, type Registry } from 'prom-client';
import type { Intake } from './intake.ts';
import type { Sender } from './senders.ts';

/** Counters of senders, summed by the way they come by: names of senders would be too many names of figures. */
const BY_WAY: readonly (readonly [name: string, help: string, read: (sender: Sender) => number])[] = [
  ['events', 'Events that came in, known ones among them', (sender) => sender.events],
  ['duplicates', 'Events that were known', (sender) => sender.duplicates],
  ['bytes', 'Bytes that came in', (sender) => sender.bytes],
  ['unreadable', 'What went to the dead letters', (sender) => sender.unreadable],
  ['dropped', 'Datagrams dropped because the queue was full', (sender) => sender.dropped],
];

/** Adds the figures of what comes in. */
export function addIngestMetrics(intake: Intake, kernelDrops: () => number | undefined, registry: Registry): void {
  for (const [name, help, read] of BY_WAY) {
    const gauge = new Gauge({
      name: `smbastion_ingest_${name}_total`,
      help,
      labelNames: ['intake'],
      registers: [],
      collect() {
        this.reset();
        for (const sender of intake.senders.list()) this.inc({ intake: sender.intake }, read(sender));
      },
    });
    registry.registerMetric(gauge);
  }
  const single = (name: string, help: string, read: () => number | undefined) => {
    const gauge = new Gauge({
      name: `smbastion_ingest_${name}`,
      help,
      registers: [],
      collect() {
        this.set(read() ?? Number.NaN);
      },
    });
    registry.registerMetric(gauge);
  };
  single('queue_bytes', 'Bytes taken in and not stored yet', () => intake.figures().heldBytes);
  single('queue_events', 'Events taken in and not stored yet', () => intake.figures().heldEvents);
  single('refused_total', 'Requests and datagrams that met a full queue', () => intake.figures().refused);
  single('failed_writes_total', 'Writes to the store that failed', () => intake.figures().failedWrites);
  single('write_seconds', 'How long the latest write to the store took', () => intake.figures().writeMs / 1000);
  single('kernel_dropped', 'Datagrams that the kernel dropped; NaN where it does not say', kernelDrops);
}
