import { JsonTape } from '../../base/json/json-tape.ts';

/** Shared, so that a shape is learnt once: only one object is looked at at a time. */
const TAPE = new JsonTape();

/**
 * What follows from a shape is worked out when it comes again: of one that never does, it would cost ten times the object.
 *
 * @returns the tape of the object that begins at `start`; undefined when it is not plain or the first of its shape
 */
export function readKnownTape(buffer: Buffer, start: number, limit: number): JsonTape | undefined {
  return TAPE.read(buffer, start, limit) && TAPE.isOfKnownShape() ? TAPE : undefined;
}
