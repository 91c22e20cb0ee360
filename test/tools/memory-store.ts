import { Networks } from '../../src/event/networks.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';

/** @returns a whole store that is forgotten when it is closed */
export function memoryStore(): Promise<Store> {
  return openStore(':memory:', new Networks());
}
