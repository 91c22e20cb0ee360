/** What is known of a yes-or-no question over many events. Unknown is a value of its own and never counts as safe. */
export const FACTS = ['unknown', 'no', 'partly', 'yes'] as const;
/** One of {@link FACTS}; `partly` is yes in some events and no in others. */
export type Fact = (typeof FACTS)[number];

/** @returns what is known when both are true of the same link */
export function mergeFacts(one: Fact, other: Fact): Fact {
  if (one === other || other === 'unknown') return one;
  return one === 'unknown' ? other : 'partly';
}

/** Words that fields use for how much of something was seen. */
const SEEN: Readonly<Record<string, Fact>> = { all: 'yes', partly: 'partly', none: 'no' };

/** @returns the fact a field states: a boolean, or all, partly, none */
export function toFact(value: unknown): Fact {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' && Object.hasOwn(SEEN, value) ? SEEN[value]! : 'unknown';
}
