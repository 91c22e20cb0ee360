import type { ConvergencePart } from './convergence-part.ts';
import type { OpenFinding } from './open-finding.ts';

/** What the machine works with. */
export interface ConvergenceContext {
  readonly part: ConvergencePart;
  /** Whether events of a way are collected from the key's host around a time. */
  readonly isSighted: (key: string, way: number, time: number) => boolean;
  /** Takes a finding when it can grow no more. */
  readonly onFinding: (finding: OpenFinding) => void;
  /** Events of one key held at a time. */
  readonly maxEvents: number;
  /** Called with the number of events forgotten early. */
  readonly onLimit: (count: number) => void;
  /** Groups one event of the anchor is compared with. */
  readonly maxGroups: number;
  /** Called with the number of groups left out. */
  readonly onGroupLimit: (count: number) => void;
}
