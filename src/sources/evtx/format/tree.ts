/** XML as a tree: of a template definition (with places for values), or of a whole record (text only). */
import { MAX_DEPTH, MAX_TOKENS } from '../limits.ts';
import { decodeUtf16 } from '../../../base/bytes/utf16.ts';
import { TOKEN, type TokenReader } from './token-reader.ts';

/** Text that stands in the tree. */
export interface TextNode {
  readonly kind: 'text';
  text: string;
}

/** Place of a value of the record. */
export interface SlotNode {
  readonly kind: 'slot';
  readonly slot: number;
  /** Without a value, the element or attribute around it does not exist. */
  readonly isOptional: boolean;
}

/** Content of an attribute. */
export type PartNode = TextNode | SlotNode;

/** An attribute with its value in parts. */
export interface AttributeNode {
  readonly name: string;
  readonly parts: PartNode[];
}

/** An element. A name that could not be read is empty. */
export interface ElementNode {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: AttributeNode[];
  readonly children: TreeNode[];
}

/** Anything inside an element. */
export type TreeNode = ElementNode | PartNode;

/** A tree as far as it could be read. */
export interface Tree {
  readonly roots: TreeNode[];
  /** What was wrong; undefined when all could be read. */
  readonly problem: string | undefined;
  /** Offset of a name that could not be read, or -1. */
  readonly badName: number;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads a fragment of elements, of a definition or of a record without template.
 *
 * @param reader opened at the fragment; a fragment header there is skipped
 * @param until name of a child of the root to stop behind
 */
export function readTree(reader: TokenReader, bytes: Buffer, until?: string): Tree {
  const roots: TreeNode[] = [];
  const open: ElementNode[] = [];
  let parts: PartNode[] | undefined;
  let badName = -1;
  const nameOf = (): string => {
    const name = reader.name();
    if (name === undefined && badName < 0) badName = reader.nameOffset;
    return name ?? '';
  };
  const add = (node: PartNode): void => {
    const into: TreeNode[] = parts ?? open.at(-1)?.children ?? roots;
    const last = into.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') last.text += node.text;
    else into.push(node);
  };
  const stop = (problem: string | undefined): Tree => ({ roots, problem: problem || undefined, badName });

  for (let tokens = 0; reader.next(); tokens++) {
    if (tokens >= MAX_TOKENS) return stop(`more than ${MAX_TOKENS} tokens`);
    switch (reader.token) {
      case TOKEN.end:
        return stop(open.length > 0 ? 'an element is not closed' : undefined);
      case TOKEN.openElement: {
        if (parts || open.length >= MAX_DEPTH) return stop(parts ? 'an element in a start tag' : 'too many levels');
        const element: ElementNode = { kind: 'element', name: nameOf(), attributes: [], children: [] };
        (open.at(-1)?.children ?? roots).push(element);
        open.push(element);
        // Values are the element's own until its first attribute; `closeStart` ends the start tag.
        break;
      }
      case TOKEN.attribute: {
        const element = open.at(-1);
        if (!element) return stop('an attribute outside of an element');
        parts = [];
        element.attributes.push({ name: nameOf(), parts });
        break;
      }
      case TOKEN.closeStart:
        parts = undefined;
        break;
      case TOKEN.closeEmpty:
      case TOKEN.endElement:
        parts = undefined;
        {
          const closed = open.pop();
          if (!closed) return stop('an end without an element');
          if (until !== undefined && open.length === 1 && closed.name === until) return stop(undefined);
        }
        break;
      case TOKEN.value:
      case TOKEN.cdata:
        add({ kind: 'text', text: decodeUtf16(bytes, reader.textAt, reader.textUnits) });
        break;
      case TOKEN.character:
        add({ kind: 'text', text: String.fromCharCode(reader.unit) });
        break;
      case TOKEN.entity: {
        const name = nameOf();
        add({ kind: 'text', text: Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : `&${name};` });
        break;
      }
      case TOKEN.substitution:
      case TOKEN.optional:
        add({ kind: 'slot', slot: reader.slot, isOptional: reader.token === TOKEN.optional });
        break;
      case TOKEN.instance:
        return stop('a template instance inside of a fragment');
      case TOKEN.header:
        if (tokens > 0) return stop('a second fragment header');
        break;
      default:
        // Instructions carry nothing of the event.
        break;
    }
  }
  if (reader.problem !== '') return stop(reader.problem);
  return stop(open.length > 0 ? 'the fragment ends inside of an element' : undefined);
}
