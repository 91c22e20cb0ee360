import { Networks } from '../../src/event/networks.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { DEFAULT_STORE_SETTINGS } from '../../src/store/store-settings.ts';

/** @returns a whole store that is forgotten when it is closed */
export function memoryStore(): Promise<Store> {
  return openStore(':memory:', new Networks());
}

/** @returns one in which events are found only once somebody asks for it, as when very many come */
export function waitingStore(): Promise<Store> {
  const blocks = { ...DEFAULT_STORE_SETTINGS.blocks, fillMs: Number.MAX_SAFE_INTEGER };
  return openStore(':memory:', new Networks(), { ...DEFAULT_STORE_SETTINGS, blocks });
}
