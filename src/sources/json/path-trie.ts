/**
 * Which keys a dialect asks for, as a tree of path parts. Dots inside keys count as nesting, so `"source.ip"` and
 * `{"source":{"ip":…}}` lead to the same column. Producers write their keys in the same order again and again: each
 * object remembers which key followed which, and the usual key costs one comparison of bytes instead of a look-up.
 */

/** Keys remembered for one object; a producer with more distinct keys (or an attacker) costs look-ups, not memory. */
const MAX_KEYS = 2048;

/** A part of a path: the column that ends here, if any, and what lies below. */
export class PathNode {
  /** Column whose path ends here, or -1. */
  column = -1;
  readonly children = new Map<string, PathNode>();
  /** Entries by the text of the key, as written in the data. */
  private readonly entries = new Map<string, KeyEntry>();
  /** Entry that usually comes first in this object. */
  first: KeyEntry | undefined;

  get hasChildren(): boolean {
    return this.children.size > 0;
  }

  /** @returns the entry of a key that was met before, as it is written */
  knownEntry(written: string): KeyEntry | undefined {
    return this.entries.get(written);
  }

  /**
   * Entry of a key met for the first time.
   *
   * @param written key as it is written, which is not always valid UTF-8
   * @param key key text, escapes resolved
   * @param raw bytes of the key as written, without quotes; kept
   */
  entryOf(written: string, key: string, raw: Buffer): KeyEntry {
    const entry = new KeyEntry(Buffer.concat([raw, QUOTE]), this.resolve(key));
    if (this.entries.size < MAX_KEYS) this.entries.set(written, entry);
    return entry;
  }

  /** Walks down the parts of a key; `id.orig_h` is two parts. */
  private resolve(key: string): PathNode | undefined {
    return key.split('.').reduce<PathNode | undefined>(below, this);
  }
}

function below(node: PathNode | undefined, part: string): PathNode | undefined {
  return node?.children.get(part);
}

const QUOTE = Buffer.from('"');

/** A key as it stands in the data, with the key that usually follows it. */
export class KeyEntry {
  /** Bytes of the key and its closing quote. */
  readonly bytes: Buffer;
  readonly length: number;
  /** Column to record, or -1. */
  readonly column: number;
  /** Node to descend into, when some path goes on below this key. */
  readonly below: PathNode | undefined;
  next: KeyEntry | undefined;
  /** The one that followed before that: producers take turns. */
  other: KeyEntry | undefined;

  constructor(bytes: Buffer, node: PathNode | undefined) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.column = node?.column ?? -1;
    this.below = node?.hasChildren ? node : undefined;
    this.next = undefined;
    this.other = undefined;
  }
}

/**
 * @param paths dotted paths of each column, by column number
 * @returns the root of the tree
 */
export function buildPathTrie(paths: readonly (readonly string[])[]): PathNode {
  const root = new PathNode();
  for (const [column, spellings] of paths.entries()) {
    for (const path of spellings) {
      let node = root;
      for (const part of path.split('.')) {
        let child = node.children.get(part);
        if (!child) {
          child = new PathNode();
          node.children.set(part, child);
        }
        node = child;
      }
      if (node.column >= 0 && node.column !== column) throw new Error(`two columns are read from ${path}`);
      node.column = column;
    }
  }
  return root;
}
