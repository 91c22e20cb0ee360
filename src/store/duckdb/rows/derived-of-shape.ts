/**
 * Which derived fields an event can have, by the names of the values it holds. Events of one kind hold the same names, so the
 * answer is kept: asking each of some forty derivations would cost as much as all the rest of a row.
 */
import { derivableOf } from '../../../event/derive/derivable.ts';
import type { FieldId } from '../../../event/field.ts';

/** Names in the tree of shapes; documents of invented names must not fill the memory. */
const MAX_STEPS = 50_000;

/** The names met so far, in the order of the document. */
interface Step {
  readonly next: Map<string, Step>;
  derived: readonly FieldId[] | undefined;
}

/** Remembers what shapes can have. */
export class DerivedOfShape {
  private readonly root: Step = { next: new Map(), derived: undefined };
  private steps = 0;

  /** @returns numbers of the derived fields that an event with values of these names can have; others it has not */
  of(names: readonly string[]): readonly FieldId[] {
    let step: Step | undefined = this.root;
    for (const name of names) {
      step = step.next.get(name) ?? this.add(step, name);
      if (!step) return derivableOf(names);
    }
    step.derived ??= derivableOf(names);
    return step.derived;
  }

  private add(step: Step, name: string): Step | undefined {
    if (this.steps === MAX_STEPS) return undefined;
    this.steps++;
    const made: Step = { next: new Map(), derived: undefined };
    step.next.set(name, made);
    return made;
  }
}
