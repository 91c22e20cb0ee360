/** Figures of the server, in the form of Prometheus. What the store knows is asked when somebody looks. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { PRODUCT } from '../../base/product.ts';
import { countFaulty } from '../../detect/load-detection.ts';
import { ALL } from '../../query/predicate.ts';
import type { App } from '../http/app-types.ts';
import { addIngestMetrics } from '../ingest/ingest-metrics.ts';
import { addNotifyMetrics } from './notify-metrics.ts';
import type { Service } from '../service.ts';
import { freeBytes, storeBytes } from '../answers/status.ts';

/** Seconds, from a look-up to a search over months. */
const SECONDS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30];

/** @returns the registry of a server, fed from now on */
export function collectMetrics(app: App, service: Service): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'smbastion_' });
  const build = new Gauge({
    name: 'smbastion_build_info',
    help: 'Version that runs',
    labelNames: ['version'],
    registers,
  });
  build.set({ version: PRODUCT.version }, 1);
  addRequests(app, registers);
  addDetection(service, registers);
  addStore(service, registry);
  addNotifyMetrics(service, registry);
  addIngestMetrics(service.intake, () => service.ingest.kernelDrops(), registry);
  return registry;
}

function addRequests(app: App, registers: Registry[]): void {
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Histogram({
    name: 'smbastion_http_request_seconds',
    help: 'How long requests took, by route',
    labelNames,
    buckets: SECONDS,
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    // Paths that lead nowhere are made up by others: they must not become names of figures.
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

function addDetection({ events, detection, schedule }: Service, registers: Registry[]): void {
  const rules = new Gauge({
    name: 'smbastion_rules',
    help: 'Rules by what becomes of them',
    labelNames: ['state'],
    registers: [],
    async collect() {
      const active = (await schedule.active()).length;
      this.set({ state: 'active' }, active);
      this.set({ state: 'off' }, detection.rules.length - active);
      this.set({ state: 'faulty' }, countFaulty(detection));
    },
  });
  for (const registry of registers) registry.registerMetric(rules);
  const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const runs = counter('smbastion_rule_runs_total', 'Runs of rules', ['status']);
  const read = counter('smbastion_rule_candidates_total', 'Events that rules read from the store');
  const overflow = counter('smbastion_rule_overflow_total', 'Alerts beyond max_signals');
  const excepted = counter('smbastion_rule_excepted_total', 'Alerts that exceptions silenced');
  const alerts = counter('smbastion_alerts_told_total', 'Alerts that are new or became more severe', [
    'severity',
    'kind',
  ]);
  const seconds = new Histogram({
    name: 'smbastion_rule_run_seconds',
    help: 'How long runs of rules took',
    buckets: SECONDS,
    registers,
  });
  events.on('run', ({ status, candidates, startedMs, endedMs, ...run }) => {
    runs.inc({ status });
    read.inc(candidates);
    overflow.inc(run.overflow);
    excepted.inc(run.excepted);
    seconds.observe((endedMs - startedMs) / 1000);
  });
  events.on('alert', ({ alert, isNew }) => alerts.inc({ severity: alert.severity, kind: isNew ? 'new' : 'raised' }));
}

function addStore({ store, config, news }: Service, registry: Registry): void {
  const { dataFolder } = config.server;
  const gauge = (name: string, help: string, read: () => number | Promise<number>) => {
    const collected = new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        this.set(await read());
      },
    });
    registry.registerMetric(collected);
  };
  const alerts = new Gauge({
    name: 'smbastion_alerts',
    help: 'Alerts that are kept, by state and severity',
    labelNames: ['state', 'severity'],
    registers: [],
    async collect() {
      this.reset();
      for (const { state, severity, count } of await store.alerts.counts()) this.set({ state, severity }, count);
    },
  });
  registry.registerMetric(alerts);
  gauge('smbastion_stream_listeners', 'Who listens to /api/v1/stream', () => news.size);
  gauge('smbastion_events', 'Events that are stored', () => store.events.count({ predicate: ALL }));
  gauge(
    'smbastion_events_waiting',
    'Events that were acknowledged and are not found yet',
    () => store.events.backlog().events,
  );
  gauge('smbastion_events_aside', 'Stored events that could not be read and are kept in a file', () => {
    return store.events.backlog().aside?.acknowledged ?? 0;
  });
  gauge(
    'smbastion_dead_letters',
    'What could not be read and is kept',
    async () => (await store.deadLetters.count()).held,
  );
  gauge('smbastion_store_bytes', 'Size of the store on disk', () => storeBytes(dataFolder));
  gauge('smbastion_disk_free_bytes', 'Room left on the disk of the data folder', () => freeBytes(dataFolder));
}
