/**
 * The steps of one object as it stands, and the same object with its names in order. Beats and Elastic Agent write the keys of each
 * document in another order (they are maps of Go), so that no two have the same steps; in order, all of a kind have.
 */
import { JSON_KIND, type JsonName, type JsonShape, type JsonShapes, MAX_PLACES } from './json-shape.ts';

/** Values, objects and arrays, and the ends of those. */
const MAX_STEPS = 3 * MAX_PLACES;

/** Objects of more names are sorted by the library. */
const FEW = 24;

/** Where the values of an object stand and how they are written, by place; see `json-tape.ts`. */
export class Places {
  readonly starts = new Int32Array(2 * MAX_PLACES);
  readonly ends = new Int32Array(2 * MAX_PLACES);
  readonly canonical = new Uint8Array(MAX_PLACES);
  readonly escaped = new Uint8Array(MAX_PLACES);
}

/** See the head of this file. */
export class JsonSteps {
  private readonly names: JsonName[] = [];
  private readonly kinds = new Uint8Array(MAX_STEPS);
  /** Place of each value; of an object or array, the step that ends it. */
  private readonly places = new Int32Array(MAX_STEPS);
  private readonly closes = new Int32Array(MAX_STEPS);
  /** Steps of the objects and arrays that are open. */
  private readonly open: number[] = [];
  private count = 0;
  private readonly order = new Int32Array(MAX_STEPS);
  private ordered = 0;
  private shapes: JsonShapes | undefined;
  private shape: JsonShape | undefined;
  private leaves = 0;
  private containers = 0;

  clear(): void {
    this.count = 0;
    this.open.length = 0;
  }

  /** @param place of the value; of an end it is not looked at */
  add(name: JsonName, kind: number, place: number): void {
    const at = this.count++;
    this.names[at] = name;
    this.kinds[at] = kind;
    this.places[at] = place;
    if (kind === JSON_KIND.end) {
      const opened = this.open.pop();
      if (opened !== undefined) this.closes[opened] = at;
    } else if (kind === JSON_KIND.object || kind === JSON_KIND.array) this.open.push(at);
  }

  /** @returns the shape of the object as it stands, made if need be */
  asWritten(shapes: JsonShapes): JsonShape {
    let shape = shapes.first;
    for (let i = 0; i < this.count; i++) shape = shapes.after(shape, this.names[i]!, this.kinds[i]!);
    return shape;
  }

  /**
   * Puts the names of each object in order.
   *
   * @param from places as the object stands
   * @param to gains them in order
   * @returns the shape of the object in order, made if need be
   */
  inOrder(shapes: JsonShapes, from: Places, to: Places): JsonShape {
    this.shapes = shapes;
    this.shape = shapes.first;
    this.leaves = 0;
    this.containers = MAX_PLACES + 1;
    this.ordered = 0;
    to.starts[MAX_PLACES] = from.starts[MAX_PLACES]!;
    to.ends[MAX_PLACES] = from.ends[MAX_PLACES]!;
    // The last step ends the object itself.
    this.members(0, this.count - 1, from, to);
    return shapes.after(this.shape, shapes.top, JSON_KIND.end);
  }

  private members(first: number, end: number, from: Places, to: Places): void {
    const { order, names } = this;
    const begin = this.ordered;
    let stop = begin;
    for (let i = first; i < end; i = this.behind(i)) order[stop++] = i;
    if (stop - begin > FEW) order.subarray(begin, stop).sort((x, y) => names[x]!.id - names[y]!.id || x - y);
    else {
      for (let i = begin + 1; i < stop; i++) {
        const step = order[i]!;
        const { id } = names[step]!;
        let at = i;
        for (; at > begin && names[order[at - 1]!]!.id > id; at--) order[at] = order[at - 1]!;
        order[at] = step;
      }
    }
    this.ordered = stop;
    for (let i = begin; i < stop; i++) this.put(order[i]!, from, to);
    this.ordered = begin;
  }

  private put(step: number, from: Places, to: Places): void {
    const name = this.names[step]!;
    const kind = this.kinds[step]!;
    const place = this.places[step]!;
    this.follow(name, kind);
    const isObject = kind === JSON_KIND.object;
    if (!isObject && kind !== JSON_KIND.array) {
      const leaf = this.leaves++;
      to.starts[leaf] = from.starts[place]!;
      to.ends[leaf] = from.ends[place]!;
      to.canonical[leaf] = from.canonical[place]!;
      to.escaped[leaf] = from.escaped[place]!;
      return;
    }
    const own = this.containers++;
    to.starts[own] = from.starts[place]!;
    to.ends[own] = from.ends[place]!;
    const close = this.closes[step]!;
    if (isObject) this.members(step + 1, close, from, to);
    else for (let i = step + 1; i < close; i = this.behind(i)) this.put(i, from, to);
    this.follow(name, JSON_KIND.end);
  }

  private behind(step: number): number {
    const kind = this.kinds[step]!;
    return kind === JSON_KIND.object || kind === JSON_KIND.array ? this.closes[step]! + 1 : step + 1;
  }

  private follow(name: JsonName, kind: number): void {
    const { usual } = this.shape!;
    const isUsual = usual !== undefined && usual.name === name && usual.kind === kind;
    this.shape = isUsual ? usual : this.shapes!.after(this.shape!, name, kind);
  }
}
