/**
 * Shapes of JSON objects: which names hold which kinds of values, in which order. Producers write the same few shapes again and
 * again, so whatever follows from names and kinds is worked out once for a shape and kept with it. A shape is the end of a path
 * through a tree of steps; the step that came last is tried first, so that a known shape costs one comparison a value. Objects of
 * producers that change the order from one to the next have the shape with the names in order (`json-steps.ts`).
 */

/** What a step says of a value; `end` closes an object or array. */
export const JSON_KIND = { object: 0, array: 1, text: 2, number: 3, true: 4, false: 5, null: 6, end: 7 } as const;

/** A name of values, and the names below it. Elements of an array have the array's name. */
export class JsonName {
  readonly id: number;
  readonly parent: JsonName | undefined;
  /** Names above it and its own. */
  readonly path: readonly string[];
  /** The key with its closing quote, as it stands in the bytes. */
  readonly bytes: Uint8Array;
  readonly below = new Map<string, JsonName>();
  /** The name that came behind it the last time, and the first one below it. */
  follower: JsonName | undefined;
  first: JsonName | undefined;

  constructor(id: number, parent: JsonName | undefined, path: readonly string[]) {
    this.id = id;
    this.parent = parent;
    this.path = path;
    this.bytes = Buffer.from(`${path.at(-1) ?? ''}"`);
  }
}

/** A step: a value of a name and kind, behind those before it. */
export class JsonShape {
  readonly before: JsonShape | undefined;
  readonly name: JsonName;
  readonly kind: number;
  /** The step that came behind it the last time. */
  usual: JsonShape | undefined;
  /** The first few steps that came behind it, one leading to the next: producers take turns. */
  firstWay: JsonShape | undefined;
  nextWay: JsonShape | undefined;
  /** How many steps came behind it. */
  ways = 0;
  /** Steps behind it beyond those few, by name and kind. */
  moreWays: Map<number, JsonShape> | undefined;
  /** Whether it was the shape of an object before. */
  wasMet = false;
  /** Whether an object was found to be of it step by step. */
  isFollowed = false;

  constructor(before: JsonShape | undefined, name: JsonName, kind: number) {
    this.before = before;
    this.name = name;
    this.kind = kind;
  }
}

/** A value of a shape, with the values in it. */
export interface ShapeNode {
  readonly name: JsonName;
  readonly kind: number;
  /** Whether it stands in an array. */
  readonly isElement: boolean;
  /** Its number among the values that are neither object nor array; -1 for those. */
  readonly leaf: number;
  /** Number of its span on the tape. */
  readonly place: number;
  readonly children: readonly ShapeNode[];
}

/** Values of one object that are neither object nor array, and objects and arrays in it, each at most as many. */
export const MAX_PLACES = 4096;

/** Names and steps that are kept; documents of invented names must not fill the memory. */
const MAX_NAMES = 20_000;
const MAX_STEPS = 100_000;
/** Steps behind a step that are tried in turn: more kinds of objects than that hardly come in one stream. */
const MAX_WAYS = 8;

/** The names and shapes met so far. */
export class JsonShapes {
  readonly top = new JsonName(0, undefined, []);
  readonly first = new JsonShape(undefined, this.top, JSON_KIND.object);
  private names = 0;
  private steps = 0;

  /** Whether it takes no more; then it is best replaced by a new one, for which those who keep something by shape work it out anew. */
  get isFull(): boolean {
    return this.names >= MAX_NAMES || this.steps >= MAX_STEPS;
  }

  /** @param key of an object at `parent`, without escapes and dots */
  name(parent: JsonName, key: string): JsonName {
    const known = parent.below.get(key);
    if (known) return known;
    const made = new JsonName(++this.names, parent, [...parent.path, key]);
    parent.below.set(key, made);
    return made;
  }

  /** @returns the step behind another, if it came there before */
  known(shape: JsonShape, name: JsonName, kind: number): JsonShape | undefined {
    for (let way = shape.firstWay; way; way = way.nextWay) {
      if (way.name === name && way.kind === kind) return (shape.usual = way);
    }
    const known = shape.moreWays?.get(codeOf(name, kind));
    if (known) shape.usual = known;
    return known;
  }

  /** @returns the step behind another, made if need be */
  after(shape: JsonShape, name: JsonName, kind: number): JsonShape {
    const known = this.known(shape, name, kind);
    if (known) return known;
    const made = new JsonShape(shape, name, kind);
    this.steps++;
    shape.usual = made;
    if (shape.ways++ >= MAX_WAYS) (shape.moreWays ??= new Map()).set(codeOf(name, kind), made);
    else {
      made.nextWay = shape.firstWay;
      shape.firstWay = made;
    }
    return made;
  }
}

function codeOf({ id }: JsonName, kind: number): number {
  return id * 8 + kind;
}

/** @returns the object that a shape is, or undefined when one of its objects has a name twice */
export function shapeTree(shape: JsonShape): ShapeNode | undefined {
  const steps: JsonShape[] = [];
  for (let at: JsonShape | undefined = shape; at; at = at.before) steps.push(at);
  steps.reverse();
  let next = 0;
  let leaves = 0;
  // Spans of objects and arrays stand behind those of all other values.
  let containers = MAX_PLACES;
  let isRepeating = false;
  const read = (isElement: boolean): ShapeNode => {
    const { name, kind } = steps[next++]!;
    const isArray = kind === JSON_KIND.array;
    if (kind !== JSON_KIND.object && !isArray) {
      const leaf = leaves++;
      return { name, kind, isElement, leaf, place: leaf, children: [] };
    }
    const place = containers++;
    const children: ShapeNode[] = [];
    while (steps[next]!.kind !== JSON_KIND.end) children.push(read(isArray));
    next++;
    if (!isArray && new Set(children.map((child) => child.name)).size < children.length) isRepeating = true;
    return { name, kind, isElement, leaf: -1, place, children };
  };
  const tree = read(false);
  return isRepeating ? undefined : tree;
}

/** A value of a shape that is neither object, array nor null. */
export interface ShapeLeaf {
  /** Its number among the values that are neither object nor array. */
  readonly leaf: number;
  readonly kind: number;
  /** Whether no array stands above it, or none but the one whose element it is. */
  readonly isDirect: boolean;
}

/** @returns the values that are neither object, array nor null, by dotted name, in the order of the object */
export function leavesOf(tree: ShapeNode): Map<string, ShapeLeaf[]> {
  const found = new Map<string, ShapeLeaf[]>();
  const add = (node: ShapeNode, isDirect: boolean): void => {
    for (const child of node.children) {
      if (child.leaf < 0) add(child, isDirect && !(child.isElement && child.kind === JSON_KIND.object));
      else if (child.kind !== JSON_KIND.null) {
        const name = child.name.path.join('.');
        const known = found.get(name);
        const { leaf, kind } = child;
        if (known) known.push({ leaf, kind, isDirect });
        else found.set(name, [{ leaf, kind, isDirect }]);
      }
    }
  };
  add(tree, true);
  return found;
}

/** @returns what stands at a path below objects, or undefined */
export function nodeAt(tree: ShapeNode, path: readonly string[]): ShapeNode | undefined {
  let at: ShapeNode | undefined = tree;
  for (const key of path) {
    if (at.kind !== JSON_KIND.object) return undefined;
    at = at.children.find(({ name }) => name.path.at(-1) === key);
    if (!at) return undefined;
  }
  return at;
}
