/** Remembered answers: evidence repeats itself, and what is made of a share, a mask or a keyword is the same each time. */

/** What is remembered at most. */
export interface RememberLimits {
  /** Answers; when full, all are forgotten, which costs one question each and no bookkeeping. */
  readonly answers?: number;
  /** Characters of a text whose answer is remembered. */
  readonly characters?: number;
}

/**
 * @param answer gives the same whenever it is asked the same; nobody changes what it gives
 * @returns the same function, which remembers
 */
export function remember<Asked extends string | number, Answer>(
  answer: (asked: Asked) => Answer,
  { answers = 4_096, characters = 128 }: RememberLimits = {},
): (asked: Asked) => Answer {
  const known = new Map<Asked, Answer>();
  return (asked) => {
    const found = known.get(asked);
    if (found !== undefined || known.has(asked)) return found as Answer;
    const made = answer(asked);
    if (typeof asked === 'string' && asked.length > characters) return made;
    if (known.size >= answers) known.clear();
    known.set(asked, made);
    return made;
  };
}
