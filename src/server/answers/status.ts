/** How the server does, gathered for the API, the page and the figures. */
import { statfsSync } from 'node:fs';
import type { Static } from 'typebox';
import { PRODUCT } from '../../base/product.ts';
import { countFaulty } from '../../detect/load-detection.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import { ALL } from '../../query/predicate.ts';
import type { RuleRun } from '../../store/run-store.ts';
import type { StatusAnswer } from '../contract/status.ts';
import { bytesBeside, bytesOf, storeFile } from '../data/data-folder.ts';
import { hasExamples } from '../data/examples.ts';
import { lastSent, silentSenders } from '../ingest/quiet-senders.ts';
import type { Service } from '../service.ts';

/** Runs that are looked at to find the latest of each rule. */
const RUNS_READ = 2_000;
/** Senders that are named; /api/v1/intake names all. */
const MAX_SENDERS = 100;

/**
 * @param asker whoever asks, as the audit log names them
 * @returns the answer of `/api/v1/status`
 */
export async function gatherStatus(service: Service, asker: string): Promise<Static<typeof StatusAnswer>> {
  const { store, detection, config } = service;
  const [events, newest, counts, letters, runs, active, examples] = await Promise.all([
    store.events.count({ predicate: ALL }),
    store.events.search({ predicate: ALL, order: 'newest', limit: 1 }),
    store.alerts.counts(),
    store.deadLetters.count(),
    latestRuns(service),
    service.schedule.active(),
    hasExamples(service),
  ]);
  const backlog = store.events.backlog();
  const open = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { state, severity, count } of counts) if (state === 'open') open[severity] += count;
  return {
    asker,
    version: PRODUCT.version,
    startedMs: service.startedMs,
    dataFolder: config.server.dataFolder,
    isServing: service.isReady,
    rules: { active: active.length, all: detection.rules.length, faulty: countFaulty(detection) },
    hasExamples: examples,
    openAlerts: open,
    runs: {
      rules: active.filter(({ id }) => runs.some(({ ruleId }) => ruleId === id)).length,
      failed: runs.filter(({ status }) => status === 'failed').length,
      partial: runs.filter(({ status }) => status === 'partial').length,
      latestMs: runs[0]?.endedMs,
    },
    intake: {
      events,
      waiting: backlog.events,
      waitsBecause: backlog.failure,
      newestEventMs: newest.events[0]?.timeMs,
      deadLetters: letters.held,
      senders: await latestSenders(service),
      deadLettersDiscarded: letters.discarded,
    },
    store: { bytes: storeBytes(config.server.dataFolder), freeBytes: freeBytes(config.server.dataFolder) },
  };
}

/** @returns the latest run of each rule, the latest first */
export async function latestRuns({ store }: Service): Promise<readonly RuleRun[]> {
  const byRule = new Map<string, RuleRun>();
  for (const run of await store.runs.latest(undefined, RUNS_READ)) {
    if (!byRule.has(run.ruleId)) byRule.set(run.ruleId, run);
  }
  return [...byRule.values()];
}

/** @returns bytes that the store takes on disk, with rows on their way into it */
export function storeBytes(dataFolder: string): number {
  const { changes, rows } = bytesBeside(dataFolder);
  return bytesOf(storeFile(dataFolder)) + changes + rows;
}

/** @returns bytes that are left on the disk of the data folder */
export function freeBytes(dataFolder: string): number {
  const { bavail, bsize } = statfsSync(dataFolder);
  return bavail * bsize;
}

/** Senders since the start and those of earlier runs that are expected still, those that sent last first. */
async function latestSenders({ intake, store, config }: Service) {
  const { quietMs } = config.ingest;
  const [remembered, silent] = await Promise.all([
    lastSent({ intake, store }),
    silentSenders({ intake, store, quietMs }, intake.now()),
  ]);
  const present = intake.senders.list().map(({ name, events, unreadable, dropped, lastMs }) => {
    return { name, events, unreadable, dropped, lastMs, isSilent: silent.includes(name) };
  });
  const names = new Set(present.map(({ name }) => name));
  const earlier = [...remembered].flatMap(([name, lastMs]) => {
    return names.has(name)
      ? []
      : [{ name, events: 0, unreadable: 0, dropped: 0, lastMs, isSilent: silent.includes(name) }];
  });
  return [...present, ...earlier].sort((a, b) => b.lastMs - a.lastMs).slice(0, MAX_SENDERS);
}
