import { Networks } from '../../src/event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../src/sources/source.ts';
import { Intake } from '../../src/server/ingest/intake.ts';
import { DEFAULT_INGEST_LIMITS, type IngestLimits } from '../../src/config/ingest-settings.ts';
import type { Store } from '../../src/store/store.ts';

/** @returns an intake into a store, with default limits where nothing else is given */
export function intakeInto(store: Store, limits: Partial<IngestLimits> = {}): Intake {
  return new Intake({
    store,
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    limits: { ...DEFAULT_INGEST_LIMITS, ...limits },
  });
}
