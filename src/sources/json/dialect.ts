/**
 * A dialect says how one producer's JSON objects become events. The reader (reader.ts) splits the bytes into objects,
 * finds the columns a dialect asks for by byte offset and leaves everything else undecoded.
 */
import type { JsonTape } from '../../base/json/json-tape.ts';
import type { Document, FieldValue } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { DatagramFormat } from '../datagram.ts';
import type { RawRecord } from '../record.ts';
import type { EventSink, SourceContext } from '../source.ts';

/** The current JSON object, with what only JSON can tell. */
export interface JsonRecord extends RawRecord {
  /** Value of a column by its own JSON type: text, number, boolean or several of them; objects and null are absent. */
  value(column: number): FieldValue;
  /** Objects of a column that holds an object or an array of objects. */
  objects(column: number): readonly Document[];
  /** The places of its values; undefined when it is not plain. Valid as long as the record. */
  tape(): JsonTape | undefined;
  /** The whole object, parsed; keys as written. */
  parse(): Document;
  /** The same, where a key that is written several times has a list of all its values. */
  parseRepeating(): Document;
}

/** Id and index that the action line of a bulk request gives to the document behind it. */
export interface BulkTarget {
  readonly id: string | undefined;
  readonly index: string | undefined;
}

/** One producer's objects, read one after another; lives as long as one file. */
export interface DialectSession {
  /** Whether something it read may add to what later objects say; false where it is left out. */
  readonly remembers?: boolean;
  /**
   * @param line line of the object's first byte, from 1; undefined when it stands in no file
   * @param offset byte offset of the object in the unpacked file
   * @param sink takes the events of an object that holds several
   * @param target what a bulk request says of the object
   * @returns the event, or in words why the object is recognised but holds none; undefined when there is nothing more to
   * hand out or to count
   */
  event(
    record: JsonRecord,
    line: number | undefined,
    offset: number | undefined,
    sink: EventSink,
    target?: BulkTarget,
  ): EventView | string | undefined;
}

/** Line of another producer, which a collector put as text into an object of its own. */
export interface CarriedLine {
  readonly text: string;
  /** Whether the object is no event without it. */
  readonly isAll: boolean;
}

/** One producer. */
export interface JsonDialect {
  /** Id of the source, such as `zeek-json`. */
  readonly id: string;
  readonly title: string;
  readonly datasets: readonly string[];
  /**
   * Dotted paths of each column, by column number. Keys may be nested, dotted or mixed in the data. Several paths are
   * spellings of the same column; what is found under any of them joins.
   */
  readonly paths: readonly (readonly string[])[];
  /** Whether the current object is this producer's; asked for each object, so it looks at a few columns only. */
  recognise(record: RawRecord): boolean;
  /**
   * Of a lenient dialect: whether an object it recognises may be somebody else's, so that the others are asked first. Without it
   * a dialect that took the object before takes this one, too.
   */
  isShared?(record: RawRecord): boolean;
  /** The line that an object carries; read in place of the object when one of the other dialects or {@link lines} knows it. */
  carried?(record: RawRecord): CarriedLine | undefined;
  /** What carried lines may be when they are no JSON. */
  readonly lines?: readonly DatagramFormat[];
  open(context: SourceContext): DialectSession;
}
