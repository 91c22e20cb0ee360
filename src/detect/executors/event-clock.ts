import type { FieldValue, Scalar } from '../../event/document.ts';
import { type FieldId, fields } from '../../event/field.ts';
import type { Match, Unused } from './executor.ts';

/** Reads what puts the events of a rule in order. */
export class EventClock {
  private readonly tiebreaker: FieldId | undefined;
  private noTime = 0;

  /** @param tiebreaker name of the field that orders events of one time */
  constructor(tiebreaker = 'event.sequence') {
    this.tiebreaker = fields.find(tiebreaker)?.id;
  }

  /** @returns undefined for an event without time, which cannot be put in order and is counted */
  orderOf({ id, time, view }: Match): { time: number; tiebreaker: Scalar | undefined; id: string } | undefined {
    if (Number.isNaN(time)) {
      this.noTime++;
      return undefined;
    }
    return { time, tiebreaker: this.tiebreaker === undefined ? undefined : firstOf(view.get(this.tiebreaker)), id };
  }

  /** @returns events that could not be used, for the summary */
  unused(): readonly Unused[] {
    if (this.noTime === 0) return [];
    return [{ name: 'without time', count: this.noTime, hint: 'events without @timestamp cannot be put in order' }];
  }
}

function firstOf(value: FieldValue): Scalar | undefined {
  return typeof value === 'object' ? value[0] : value;
}
