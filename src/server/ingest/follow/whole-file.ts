import { readInput } from '../../../sources/input/read.ts';
import { EvidenceReading, type EvidenceOutcome } from '../evidence-reading.ts';
import { FOLLOWED } from './followed-file.ts';
import type { Intake } from '../intake.ts';
import type { Sender } from '../senders.ts';

/** Reads a file of any format to its end, archives member by member. */
export function readWholeFile(
  path: string,
  sizeBytes: number,
  intake: Intake,
  sender: Sender,
): Promise<EvidenceOutcome> {
  const reading = new EvidenceReading(intake, sender, FOLLOWED);
  return reading.run((context) => readInput({ name: path, sizeBytes, problem: undefined }, context));
}
