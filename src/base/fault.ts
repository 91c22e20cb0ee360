/**
 * Faults: damage in the input, kept as data. A fault never stops the rest of the work; it is counted, located and shown
 * at the end. What the user can act on (a bad rule, no access) is an SmbError instead.
 */

/** One damaged place in the input. */
export interface Fault {
  /** Stable code such as `json.syntax`; the part before the dot names the reader. */
  readonly code: string;
  /** File as the user named it, or `-` for standard input. */
  readonly file: string;
  /** Line, counted from 1, when the format has lines. */
  readonly line?: number | undefined;
  /** Offset in bytes from the start of the (unpacked) file. */
  readonly offset?: number | undefined;
  /** What was being read, what stood there and what was expected, in one sentence. */
  readonly message: string;
  /** What could not be read, where it is text; only for a log that {@link FaultLog.keepsText}. */
  readonly text?: FaultText | undefined;
  /** True when all was read, on an assumption that the reader should know: a zone that the log does not state. */
  readonly isAssumption?: boolean;
}

/** Text that could not be read. */
export interface FaultText {
  /** A copy. */
  readonly bytes: Buffer;
  /** Whether it can be read without what stands around it. */
  readonly isWhole: boolean;
}

/** Faults of one code in one file: how many, and the first few whole. */
export interface FaultGroup {
  readonly code: string;
  readonly file: string;
  count: number;
  readonly samples: Fault[];
}

/** @returns whether the group tells of an assumption: everything was read all the same */
export function isAssumption(group: FaultGroup): boolean {
  return group.samples[0]?.isAssumption === true;
}

/** Samples kept for each (code, file): enough to see a pattern, few enough that a broken 5 GB file costs nothing. */
const SAMPLES_PER_GROUP = 5;

/** Counts faults and keeps the first few of each kind, so that memory does not grow with the damage. */
export class FaultLog {
  /** Whether faults bring what could not be read with them. */
  readonly keepsText: boolean = false;
  private readonly groups = new Map<string, FaultGroup>();
  private lastKey = '';
  private lastGroup: FaultGroup | undefined;

  /** Faults that mean "some of this input was not read"; assumptions are not among them. */
  get count(): number {
    let total = 0;
    for (const group of this.groups.values()) if (!isAssumption(group)) total += group.count;
    return total;
  }

  add(fault: Fault): void {
    const key = `${fault.code}\u0000${fault.file}`;
    let group = key === this.lastKey ? this.lastGroup : this.groups.get(key);
    if (!group) {
      group = { code: fault.code, file: fault.file, count: 0, samples: [] };
      this.groups.set(key, group);
    }
    this.lastKey = key;
    this.lastGroup = group;
    group.count++;
    if (group.samples.length < SAMPLES_PER_GROUP) group.samples.push(fault);
  }

  /** Takes over what another log gathered of one kind in one file. */
  addGroup(group: FaultGroup): void {
    for (const sample of group.samples) this.add(sample);
    const known = this.groups.get(`${group.code}\u0000${group.file}`);
    if (known) known.count += group.count - group.samples.length;
  }

  /** @returns the groups in the order in which their first fault was met. */
  list(): readonly FaultGroup[] {
    return [...this.groups.values()];
  }
}

/**
 * @param fault one fault
 * @returns `file:line: message` or `file@offset: message`
 */
export function formatFault(fault: Fault): string {
  const place = fault.line !== undefined ? `:${fault.line}` : fault.offset !== undefined ? `@${fault.offset}` : '';
  return `${fault.file}${place}: ${fault.message}`;
}
