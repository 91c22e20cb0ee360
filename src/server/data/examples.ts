/**
 * The evidence that ships with the product, loaded into a store that holds nothing yet, so that there is something to look
 * at. What was loaded is written down, so that it can be taken out again and nothing else with it.
 */
import { join } from 'node:path';
import { SmbError } from '../../base/error.ts';
import { PACKAGE_FOLDER } from '../../base/content.ts';
import { readAll } from '../../sources/input/read-all.ts';
import { sources } from '../../sources/registry.ts';
import type { StoredAlert } from '../../store/alert-store.ts';
import type { Service } from '../service.ts';

const FOLDER = join(PACKAGE_FOLDER, 'examples', 'evidence');
const KIND = 'examples';
const ID = 'bundled';
/** Alerts read at a time. */
const PAGE = 500;

/**
 * Loads the examples when the store holds no event.
 *
 * @returns how many events were loaded; 0 when there was something already
 */
export async function loadExamples(service: Service): Promise<number> {
  const { store, networks, config } = service;
  if ((await store.events.position()) > 0) return 0;
  const batch = store.events.batch();
  const ids: string[] = [];
  await readAll([FOLDER], {
    sources: sources.all,
    networks,
    settings: config.sources,
    gate: undefined,
    sink: (event) => {
      const id = batch.add(event);
      if (id !== undefined) ids.push(id);
    },
    isStopped: () => false,
    progress: () => {},
  });
  const atMs = Date.now();
  // Written first: events that nobody knows to be examples could never be taken out again.
  await store.desk.put({ kind: KIND, id: ID, document: { events: ids }, by: 'first start', atMs });
  await store.events.append(batch);
  await store.audit.append({ atMs, by: 'first start', action: 'examples.load', details: { events: ids.length } });
  return ids.length;
}

/** @returns whether the examples are in */
export async function hasExamples({ store }: Pick<Service, 'store'>): Promise<boolean> {
  return (await store.desk.get(KIND, ID)) !== undefined;
}

/**
 * Takes the examples out, and alerts that are about nothing else.
 *
 * @param by who asks for it
 * @throws API-NOT-FOUND when they are not in
 */
export async function removeExamples(
  { store }: Pick<Service, 'store'>,
  by: string,
): Promise<{ events: number; alerts: number }> {
  const entry = await store.desk.get(KIND, ID);
  if (entry === undefined) throw new SmbError('API-NOT-FOUND', 'The examples are not in.');
  const events = entry.document['events'] as readonly string[];
  const known = new Set(events);
  const alerts: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.alerts.search({ withBuildingBlocks: true, limit: PAGE, after });
    for (const alert of page.alerts) if (isAbout(alert, known)) alerts.push(alert.id);
    after = page.next;
  } while (after !== undefined);
  await store.forget({ events, alerts });
  const atMs = Date.now();
  await store.desk.remove(KIND, ID, by, atMs);
  const counts = { events: events.length, alerts: alerts.length };
  await store.audit.append({ atMs, by, action: 'examples.remove', details: counts });
  return counts;
}

/** Whether an alert has events, all of which are known. */
function isAbout({ document }: StoredAlert, known: ReadonlySet<string>): boolean {
  const { kibana } = document as { kibana?: { alert?: { ancestors?: readonly { id?: unknown }[] } } };
  const ancestors = kibana?.alert?.ancestors ?? [];
  return ancestors.length > 0 && ancestors.every(({ id }) => typeof id === 'string' && known.has(id));
}
