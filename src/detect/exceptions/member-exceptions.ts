/**
 * Exceptions of sequences and correlations. They are tested on what the events make together: which of them hold for an
 * event is noted when it is read, and asked when all members are known. So the exception of one host silences what that host
 * is part of, and leaves alone what others begin and end around it.
 */
import type { EventView } from '../../event/view.ts';

/** A member of a completed match, as exceptions see it. */
export interface ExceptedMember {
  /** Name of its leg. */
  readonly leg: string;
  /** Number of its leg, from 1. */
  readonly step: number;
  /** Time of the event, milliseconds. */
  readonly time: number;
  /** Exceptions that hold for the event. */
  readonly silencers: readonly string[];
}

/** The exceptions of one rule over what its events make together. */
export interface MemberExceptions {
  /** @returns ids of the exceptions that hold for one event, in their order */
  holdFor(view: EventView): readonly string[];
  /** @returns id of the first exception that silences a completed match, and counts the hit */
  silencing(members: readonly ExceptedMember[]): string | undefined;
}

/**
 * @param step number or name of a leg; `any` or `all` members
 * @returns whether an exception that holds for some members silences the match
 */
export function isSilenced(id: string, step: string | number, members: readonly ExceptedMember[]): boolean {
  const holds = ({ silencers }: ExceptedMember) => silencers.includes(id);
  if (step === 'any') return members.some(holds);
  if (step === 'all') return members.length > 0 && members.every(holds);
  return members.some((member) => (member.step === step || member.leg === step) && holds(member));
}
