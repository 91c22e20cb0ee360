import { fieldId } from '../field.ts';
import type { EventView } from '../view.ts';

const CHANNEL = fieldId('winlog.channel');
const EVENT_ID = fieldId('winlog.event_id');

/** @returns whether a Windows host says this of itself; some exporters leave the channel out, some the id */
export function isWindowsEvent(view: EventView): boolean {
  return view.get(CHANNEL) !== undefined || view.get(EVENT_ID) !== undefined;
}
