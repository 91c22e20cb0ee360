/**
 * The whole record as a tree of texts: templates filled in, elements repeated for arrays, optional ones left out. It is
 * the slow way, for records whose shape the lists of a template cannot hold, and for people who want the XML.
 */
import type { AttributeNode, ElementNode, PartNode, TreeNode } from '../format/tree.ts';
import { readTree } from '../format/tree.ts';
import { TOKEN } from '../format/token-reader.ts';
import {
  MAX_NESTING,
  MAX_RECORD_CHARACTERS,
  MAX_RECORD_ELEMENTS,
  MAX_REPEATS,
  MIN_RECORD_ELEMENTS,
} from '../limits.ts';
import { arrayItems } from '../values/array-items.ts';
import { fits, valueText } from '../values/value-text.ts';
import { ARRAY, VALUE } from '../values/value-type.ts';
import type { ChunkContext } from './chunk-context.ts';
import { InstanceReader, skipHeader } from './instance-reader.ts';
import { pointerBytes } from './pointer-bytes.ts';
import type { Slots } from './slots.ts';

/** A record as a tree. */
export interface MaterialisedRecord {
  /** Elements and text; no slots. */
  readonly roots: TreeNode[];
  readonly problem: string | undefined;
}

/**
 * @param at where the body begins, in the chunk
 * @param end behind its last byte
 * @param slots scratch; entries from `base` on are overwritten
 */
export function materialise(chunk: ChunkContext, slots: Slots, at: number, end: number, base = 0): MaterialisedRecord {
  const filler = new Filler(chunk, slots);
  const roots = filler.fragment(at, end, base, 0);
  filler.charge();
  return { roots, problem: filler.problem };
}

class Filler {
  problem: string | undefined;
  private characters = MAX_RECORD_CHARACTERS;
  private elements: number;
  private readonly allowed: number;
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;

  constructor(chunk: ChunkContext, slots: Slots) {
    this.chunk = chunk;
    this.slots = slots;
    // The others of the chunk must not suffer from one that is large beyond measure.
    this.allowed = Math.min(MAX_RECORD_ELEMENTS, Math.max(MIN_RECORD_ELEMENTS, chunk.elements));
    this.elements = this.allowed;
  }

  /** Takes what was used from what the chunk may have. */
  charge(): void {
    this.chunk.elements -= this.allowed - Math.max(0, this.elements);
  }

  fragment(start: number, end: number, base: number, depth: number): TreeNode[] {
    if (depth > MAX_NESTING) return this.stop(`more than ${MAX_NESTING} fragments inside of each other`);
    // A template may name the same fragment often, and that one too: reading it is charged by its size.
    this.elements -= 1 + ((end - start) >> 3);
    if (this.elements < 0) return this.tooLarge();
    const { bytes, reader } = this.chunk;
    const at = skipHeader(bytes, start, end);
    if (at >= end) return [];
    if (bytes[at] !== TOKEN.instance) {
      reader.open(bytes, at, end, false);
      const tree = readTree(reader, bytes);
      if (tree.problem !== undefined) this.problem ??= tree.problem;
      return tree.roots;
    }
    const instance = new InstanceReader(this.chunk, this.slots);
    if (!instance.read(at, end, base)) return this.stop(instance.problem);
    const scope = { base, count: instance.count, depth, pointer: pointerBytes(this.slots, base, instance.count) };
    return instance.template!.roots.flatMap((node) => this.fill(node, scope));
  }

  private fill(node: TreeNode, scope: Scope): TreeNode[] {
    if (node.kind === 'text') return [this.text(node.text)];
    if (node.kind === 'slot') return this.slot(node.slot, scope, undefined);
    if (this.elements < 0) return [];
    const own: PartNode[] = node.children.filter((child) => child.kind !== 'element');
    if (own.length > 0 && own.length === node.children.length && own.every((part) => this.isMissing(part, scope)))
      return [];
    return this.repeats(node, scope).map((choice) => this.element(node, scope, choice));
  }

  private element(node: ElementNode, scope: Scope, choice: Choice): ElementNode {
    if (--this.elements < 0) {
      this.tooLarge();
      return { kind: 'element', name: node.name, attributes: [], children: [] };
    }
    const attributes = node.attributes.flatMap((attribute) => this.attribute(attribute, scope, choice));
    const children: TreeNode[] = [];
    for (const child of node.children) {
      if (this.elements < 0) break;
      if (child.kind === 'slot') children.push(...this.slot(child.slot, scope, choice));
      else children.push(...this.fill(child, scope));
    }
    return { kind: 'element', name: node.name, attributes, children: joinTexts(children) };
  }

  private attribute(attribute: AttributeNode, scope: Scope, choice: Choice): AttributeNode[] {
    if (--this.elements < 0) return [];
    if (attribute.parts.length > 0 && attribute.parts.every((part) => this.isMissing(part, scope))) return [];
    let text = '';
    for (const part of attribute.parts) {
      const nodes = part.kind === 'slot' ? this.slot(part.slot, scope, choice) : [this.text(part.text)];
      for (const node of nodes) if (node.kind === 'text') text += node.text;
    }
    return [{ name: attribute.name, parts: text === '' ? [] : [{ kind: 'text', text }] }];
  }

  private slot(slot: number, scope: Scope, choice: Choice): TreeNode[] {
    if (slot >= scope.count || this.characters < 0) return [];
    const index = scope.base + slot;
    const type = this.slots.type(index);
    const at = this.slots.at[index]!;
    const size = this.slots.size(index);
    if (type === VALUE.fragment) {
      // The values above belong to this level; the fragment's own stand behind them.
      return this.fragment(at, at + size, scope.base + scope.count, scope.depth + 1);
    }
    const chosen = choice?.get(slot);
    if (chosen !== undefined) return [this.text(chosen)];
    if ((type & ARRAY) !== 0) return [this.text(this.items(slot, scope).join(', '))];
    const { bytes } = this.chunk;
    const text = fits(bytes, at, size, type) ? valueText(bytes, at, size, type) : undefined;
    return text === undefined ? [] : [this.text(text)];
  }

  /** Every combination of items of the arrays that stand directly in an element; one empty choice when there is none. */
  private repeats(node: ElementNode, scope: Scope): Choice[] {
    let choices: Map<number, string>[] = [];
    const seen = new Set<number>();
    const parts = [...node.attributes.flatMap((attribute) => attribute.parts), ...node.children];
    for (const part of parts) {
      if (part.kind !== 'slot' || part.slot >= scope.count || seen.has(part.slot)) continue;
      if ((this.slots.type(scope.base + part.slot) & ARRAY) === 0) continue;
      seen.add(part.slot);
      const items = this.items(part.slot, scope);
      const before: Map<number, string>[] = choices.length === 0 ? [new Map()] : choices;
      choices = [];
      for (const choice of before) {
        for (const item of items) {
          // Each is going to be an element, if so many may still be made.
          if (choices.length > this.elements) break;
          if (choices.length >= MAX_REPEATS) {
            this.stop(`an element repeated more than ${MAX_REPEATS} times`);
            break;
          }
          choices.push(new Map(choice).set(part.slot, item));
        }
      }
    }
    return seen.size === 0 ? [undefined] : choices;
  }

  private items(slot: number, scope: Scope): string[] {
    const index = scope.base + slot;
    const { slots } = this;
    return arrayItems(this.chunk.bytes, slots.at[index]!, slots.size(index), slots.type(index), scope.pointer).items;
  }

  private isMissing(part: PartNode, scope: Scope): boolean {
    if (part.kind !== 'slot' || !part.isOptional) return false;
    return part.slot >= scope.count || this.slots.type(scope.base + part.slot) === VALUE.null;
  }

  private text(text: string): TreeNode {
    this.characters -= text.length;
    if (this.characters < 0) {
      this.stop(`more than ${MAX_RECORD_CHARACTERS} characters`);
      return { kind: 'text', text: '' };
    }
    return { kind: 'text', text };
  }

  private tooLarge(): TreeNode[] {
    const whole = this.allowed < MAX_RECORD_ELEMENTS ? ', with those of its chunk before it' : '';
    return this.stop(`more than ${this.allowed} elements${whole}`);
  }

  private stop(problem: string): TreeNode[] {
    this.problem ??= problem;
    return [];
  }
}

/** Where the values of a template stand. */
interface Scope {
  readonly base: number;
  readonly count: number;
  readonly depth: number;
  readonly pointer: number;
}

/** Items chosen for the arrays of an element. */
type Choice = ReadonlyMap<number, string> | undefined;

function joinTexts(nodes: readonly TreeNode[]): TreeNode[] {
  const joined: TreeNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = { kind: 'text', text: last.text + node.text };
    else joined.push(node);
  }
  return joined;
}
