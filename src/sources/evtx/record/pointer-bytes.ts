import { VALUE } from '../values/value-type.ts';
import type { Slots } from './slots.ts';

/** @returns bytes of a size_t in an instance: what its pointer-wide values tell, 8 when none does */
export function pointerBytes(slots: Slots, base: number, count: number): 4 | 8 {
  for (let i = base; i < base + count; i++) {
    if (slots.type(i) === VALUE.size && slots.size(i) === 4) return 4;
    if (slots.type(i) === VALUE.hex64 || (slots.type(i) === VALUE.size && slots.size(i) === 8)) return 8;
  }
  return 8;
}
