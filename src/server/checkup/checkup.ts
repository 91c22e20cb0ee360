/** What a look at a server finds: what is as it should be, what is odd, what is wrong, and what to do. */
import { countOf, formatBytes, formatSpan, listOf } from '../../base/text/figures.ts';
import { countFaulty } from '../../detect/load-detection.ts';
import { datasetsSince, isBlind, QUIET_AFTER_MS } from '../../detect/schedule/blind-rules.ts';
import { fields } from '../../event/field.ts';
import { ALL, type Predicate } from '../../query/predicate.ts';
import { silentSenders } from '../ingest/quiet-senders.ts';
import type { Service } from '../service.ts';
import { freeBytes, latestRuns, storeBytes } from '../answers/status.ts';

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly topic: string;
  readonly state: 'ok' | 'odd' | 'wrong';
  readonly says: string;
  /** What to do; when something is not as it should be. */
  readonly fix?: string | undefined;
}

/** A source of which nothing came in for so long is said to be silent. */
const SILENT_MS = 24 * 3_600_000;
/** Events from a later time than this are those of a wrong clock. */
const AHEAD_MS = 5 * 60_000;
/** Datasets looked at. */
const MAX_DATASETS = 100;
/** Names listed in a sentence. */
const LISTED = 8;

const DATASET = fields.get('event.dataset');

type Check = (service: Service, nowMs: number) => Promise<readonly Finding[]>;

/** What is looked at, in the order in which it is told. A new check is one line. */
const CHECKS: readonly Check[] = [
  checkDisk,
  checkClock,
  checkRules,
  checkRuns,
  checkBlindness,
  checkSources,
  checkDeadLetters,
  checkAside,
  checkAudit,
];

/** Looks at everything that only the server knows. */
export async function checkUp(service: Service, nowMs: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await check(service, nowMs)));
  return findings;
}

async function checkDisk({ config }: Service): Promise<readonly Finding[]> {
  const { dataFolder } = config.server;
  const [used, free] = [storeBytes(dataFolder), freeBytes(dataFolder)];
  const says = `The store takes ${formatBytes(used)}, ${formatBytes(free)} are free.`;
  if (free > Math.max(used, 1024 ** 3)) return [{ topic: 'disk', state: 'ok', says }];
  const fix = 'make room, or keep events for a shorter time; a backup and the store’s own upkeep need room as well';
  return [{ topic: 'disk', state: free < 256 * 1024 ** 2 ? 'wrong' : 'odd', says, fix }];
}

async function checkClock({ store }: Service, nowMs: number): Promise<readonly Finding[]> {
  const { events } = await store.events.search({ predicate: ALL, order: 'newest', limit: 1 });
  const ahead = (events[0]?.timeMs ?? 0) - nowMs;
  if (ahead <= AHEAD_MS) return [{ topic: 'clock', state: 'ok', says: 'No event lies in the future.' }];
  return [
    {
      topic: 'clock',
      state: 'odd',
      says: `The newest event lies ${formatSpan(ahead)} in the future.`,
      fix: 'compare the clock of this machine (timedatectl) and that of its source; logs without a zone need [sources] timezone',
    },
  ];
}

async function checkRules({ detection, schedule }: Service): Promise<readonly Finding[]> {
  const { errors, unsupported } = detection;
  const active = await schedule.active();
  const where = errors.length === 0 ? '' : ` in ${countOf(countFaulty(detection), 'file')}`;
  const says = `${countOf(active.length, 'rule')} on, ${countOf(errors.length, 'error')}${where}, ${unsupported.length} that cannot run.`;
  if (errors.length === 0) return [{ topic: 'rules', state: 'ok', says }];
  return [{ topic: 'rules', state: 'wrong', says, fix: 'smbastion rules lint names each place' }];
}

async function checkRuns(service: Service): Promise<readonly Finding[]> {
  const runs = await latestRuns(service);
  const failed = runs.filter(({ status }) => status === 'failed');
  const gaps = (await service.store.runs.gaps()).filter(({ filledMs }) => filledMs === undefined);
  const findings: Finding[] = [];
  if (failed.length > 0) {
    const says = `The latest run failed: ${shortList(failed.map(({ ruleId }) => ruleId))}.`;
    findings.push({ topic: 'runs', state: 'wrong', says, fix: 'smbastion rules runs says why' });
  }
  if (gaps.length > 0) {
    const says = `${countOf(gaps.length, 'stretch', 'stretches')} that a rule did not look at.`;
    findings.push({ topic: 'runs', state: 'odd', says, fix: 'smbastion rules backfill looks at them' });
  }
  if (findings.length > 0) return findings;
  const ran = (await service.schedule.active()).filter(({ id }) => runs.some(({ ruleId }) => ruleId === id));
  return [{ topic: 'runs', state: 'ok', says: `${countOf(ran.length, 'rule')} have run, none failed.` }];
}

async function checkBlindness({ schedule, store }: Service, nowMs: number): Promise<readonly Finding[]> {
  const delivered = await datasetsSince(store.events, nowMs - QUIET_AFTER_MS);
  const active = await schedule.active();
  const blind = active.filter((rule) => isBlind(rule, delivered));
  if (blind.length === 0) return [{ topic: 'blind rules', state: 'ok', says: 'Every rule has something to look at.' }];
  const says = `${blind.length} of ${countOf(active.length, 'rule')} had nothing to look at for a day: ${shortList(blind.map(({ id }) => id))}.`;
  const fix =
    'send what they need (smbastion rules show ID says which logs), or switch them off: smbastion rules disable ID';
  return [{ topic: 'blind rules', state: 'odd', says, fix }];
}

async function checkSources({ store, intake, config }: Service, nowMs: number): Promise<readonly Finding[]> {
  const { quietMs } = config.ingest;
  const datasets = await store.events.topValues({ predicate: ALL }, DATASET, MAX_DATASETS);
  if ((await store.events.position()) === 0) {
    const fix =
      'docs/ingest.md says how to send events; smbastion keys add NAME --scope ingest makes a key for a shipper';
    return [{ topic: 'sources', state: 'odd', says: 'Nothing has come in yet.', fix }];
  }
  const senders = await silentSenders({ intake, store, quietMs }, nowMs);
  const silentMs = Math.max(SILENT_MS, quietMs);
  const silent: string[] = [];
  for (const { value } of datasets) {
    const predicate: Predicate = { kind: 'equals', field: DATASET, value, fold: false };
    const { events } = await store.events.search({ predicate, order: 'newest', limit: 1 });
    if (events[0] && nowMs - events[0].ingestedMs > silentMs) silent.push(String(value));
  }
  const fix = 'look at the shipper: does it run, and is its key still valid?';
  const findings: Finding[] = [];
  if (senders.length > 0) {
    const says = `Nothing has come for ${formatSpan(quietMs)} (quiet_after) from ${shortList(senders)}.`;
    findings.push({ topic: 'sources', state: 'odd', says, fix });
  }
  if (silent.length > 0) {
    const says = `Nothing has come for ${formatSpan(silentMs)} of ${shortList(silent)}.`;
    findings.push({ topic: 'sources', state: 'odd', says, fix });
  }
  if (findings.length > 0) return findings;
  const says =
    datasets.length === 0
      ? 'Events have come in, none of which says its kind (event.dataset).'
      : `Events of ${datasets.length === 1 ? 'the one kind' : `all ${datasets.length} kinds`} came in within ${formatSpan(silentMs)}.`;
  return [{ topic: 'sources', state: 'ok', says }];
}

async function checkDeadLetters({ store }: Service): Promise<readonly Finding[]> {
  const { held, discarded } = await store.deadLetters.count();
  if (held + discarded === 0) return [{ topic: 'dead letters', state: 'ok', says: 'All that came in could be read.' }];
  const says = `${countOf(held, 'thing')} could not be read, ${discarded} gave way to newer ones.`;
  return [{ topic: 'dead letters', state: 'odd', says, fix: 'smbastion dead-letters list shows them' }];
}

async function checkAside({ store }: Service): Promise<readonly Finding[]> {
  const { aside } = store.events.backlog();
  if (!aside) return [];
  const { path, acknowledged, unsure } = aside;
  const says = `${countOf(acknowledged, 'stored event')} could not be read and ${countOf(unsure, 'unfinished write')} set aside.`;
  const fix = `look at ${path}, send again what is missing, then remove it and start anew`;
  return [{ topic: 'rows set aside', state: acknowledged > 0 ? 'wrong' : 'odd', says, fix }];
}

async function checkAudit({ store }: Service): Promise<readonly Finding[]> {
  const forged = await store.audit.firstForged();
  if (!forged) return [{ topic: 'audit log', state: 'ok', says: 'All entries are as they were written.' }];
  const says = `Entry ${forged.number} is not as it was written.`;
  return [{ topic: 'audit log', state: 'wrong', says, fix: 'somebody wrote to the data folder; compare a backup' }];
}

function shortList(names: readonly string[]): string {
  const more = names.length - LISTED;
  return listOf(more > 0 ? [...names.slice(0, LISTED), `${more} more`] : names);
}
