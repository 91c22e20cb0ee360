/** A template definition, compiled once into lists that say where each value of a record stands. */
import type { PartNode, TreeNode } from '../format/tree.ts';
import type { DataName } from '../../windows/data-name.ts';
import type { DataSection } from '../../windows/windows-record.ts';

/** One value of EventData or UserData. */
export interface DataEntry {
  /** As written; empty for a Data element without name. */
  readonly name: string;
  readonly section: DataSection;
  /** Slot of the value, or -1 when it is made of parts or constant. */
  readonly slot: number;
  readonly constant: string | undefined;
  /** Several parts that make one text; undefined for the usual single one. */
  readonly parts: readonly PartNode[] | undefined;
  /** Next entry of the same name, whatever its spelling and section. */
  next: DataEntry | undefined;
  /** False for a later entry of the same section and spelling. */
  readonly isFirst: boolean;
}

/** Where the values of a fragment stand. */
export interface Template {
  /** The tree itself, for the full rendering. */
  readonly roots: readonly TreeNode[];
  /** Slots of the System values, -1 where there is none. */
  readonly systemSlots: Int32Array;
  /** System values that stand in the template itself. */
  readonly systemTexts: readonly (string | undefined)[];
  /** Slot of the fragment that holds EventData or UserData, or -1. */
  readonly fragmentSlot: number;
  readonly entries: readonly DataEntry[];
  readonly byName: ReadonlyMap<DataName, DataEntry>;
  /** Data elements without name, in order. */
  readonly unnamed: readonly DataEntry[];
  readonly userDataName: string | undefined;
  /** EventData@Name: its slot or text. */
  readonly eventDataName: DataEntry | undefined;
  /** The event's own provider could not render it. */
  readonly isProcessingError: boolean;
  /** False when the lists cannot say everything; the tree of each record is read then. */
  readonly isSimple: boolean;
  /** Whether at least the values of System are slots or constants. */
  readonly isSystemSimple: boolean;
  /** Values whose path is too long to be a name; only the full rendering shows them. */
  readonly leftOut: number;
  /** Characters of all names, for the estimate of its size. */
  readonly nameCharacters: number;
  /** Some value is made of several parts; an array among them needs the tree too. */
  readonly isComposite: boolean;
}
