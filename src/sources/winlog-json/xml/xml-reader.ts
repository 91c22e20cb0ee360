/**
 * Reads the XML of Windows events: elements, attributes, texts, CDATA, comments, processing instructions, the five named
 * and the numeric characters. There is no DTD and there are no entities to define, so nothing can be expanded or fetched;
 * a document that brings a DOCTYPE is refused. Written here and not taken from a library because of that, and because it
 * must not recurse.
 *
 * @see https://www.w3.org/TR/xml/
 */

/** Elements inside elements; events have six levels. */
const MAX_DEPTH = 64;
/** Elements of one event; real ones have some dozens, a list of privileges some hundreds. */
const MAX_ELEMENTS = 20_000;
/** Attributes of one element. */
const MAX_ATTRIBUTES = 100;

/** One element. */
export interface XmlElement {
  /** Name without prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Texts of the element itself, joined. */
  readonly text: string;
}

/** What is wrong with the text, and where. */
export class XmlError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface OpenElement {
  readonly qualifiedName: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * @param text one element, with whatever XML allows before it
 * @returns the element; what stands behind it is not looked at
 * @throws XmlError when the text is no well-formed element
 */
export function parseXml(text: string): XmlElement {
  const open: OpenElement[] = [];
  let elements = 0;
  let at = 0;
  for (;;) {
    const tag = text.indexOf('<', at);
    const inside = open.at(-1);
    if (tag < 0) throw new XmlError(inside ? `<${inside.qualifiedName}> is not closed` : 'there is no element', at);
    if (inside !== undefined && tag > at) inside.text += decode(text.slice(at, tag));
    const next = text.charCodeAt(tag + 1);
    if (next === SLASH) {
      const end = endOf(text, '>', tag);
      const name = text.slice(tag + 2, end - 1).trim();
      if (inside === undefined || inside.qualifiedName !== name) {
        throw new XmlError(`</${name.slice(0, 40)}> closes nothing`, tag);
      }
      open.pop();
      const parent = open.at(-1);
      if (parent === undefined) return inside;
      parent.children.push(inside);
      at = end;
    } else if (next === BANG) {
      at = passDeclaration(text, tag, inside);
    } else if (next === QUESTION) {
      at = endOf(text, '?>', tag);
    } else {
      if (++elements > MAX_ELEMENTS) throw new XmlError(`more than ${MAX_ELEMENTS} elements`, tag);
      if (open.length >= MAX_DEPTH) throw new XmlError(`more than ${MAX_DEPTH} levels of elements`, tag);
      const start = startTag(text, tag);
      at = start.end;
      if (!start.isEmpty) {
        open.push(start.element);
      } else if (inside === undefined) {
        return start.element;
      } else {
        inside.children.push(start.element);
      }
    }
  }
}

const SLASH = 47;
const BANG = 33;
const QUESTION = 63;

/** Passes a comment or CDATA. @returns the offset behind it */
function passDeclaration(text: string, at: number, inside: OpenElement | undefined): number {
  if (text.startsWith('<!--', at)) return endOf(text, '-->', at + 4);
  if (!text.startsWith('<![CDATA[', at)) throw new XmlError('a DOCTYPE is not read', at);
  const end = endOf(text, ']]>', at);
  if (inside !== undefined) inside.text += text.slice(at + 9, end - 3);
  return end;
}

const NAME = /[^\s/>=<"']+/y;
const SPACE = /\s*/y;

function startTag(text: string, at: number): { element: OpenElement; isEmpty: boolean; end: number } {
  const qualifiedName = match(NAME, text, at + 1);
  if (qualifiedName === '') throw new XmlError('expected the name of an element', at);
  const attributes = new Map<string, string>();
  let pos = at + 1 + qualifiedName.length;
  for (;;) {
    pos += match(SPACE, text, pos).length;
    const c = text[pos];
    if (c === '>' || (c === '/' && text[pos + 1] === '>')) {
      const element = { qualifiedName, name: localName(qualifiedName), attributes, children: [], text: '' };
      return { element, isEmpty: c === '/', end: pos + (c === '/' ? 2 : 1) };
    }
    const name = match(NAME, text, pos);
    if (name === '') throw new XmlError(`<${qualifiedName.slice(0, 40)}> is not closed`, pos);
    pos += name.length;
    pos += match(SPACE, text, pos).length;
    if (text[pos] !== '=') throw new XmlError('expected = behind the name of an attribute', pos);
    pos++;
    pos += match(SPACE, text, pos).length;
    const quote = text[pos];
    if (quote !== '"' && quote !== "'") throw new XmlError('expected the value of an attribute in quotes', pos);
    const end = text.indexOf(quote, pos + 1);
    if (end < 0) throw new XmlError('the value of an attribute has no closing quote', pos);
    if (attributes.size >= MAX_ATTRIBUTES) throw new XmlError(`more than ${MAX_ATTRIBUTES} attributes`, pos);
    attributes.set(localName(name), decode(text.slice(pos + 1, end)));
    pos = end + 1;
  }
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** @returns the offset behind the mark */
function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at < 0) throw new XmlError(`expected ${mark}`, from);
  return at + mark.length;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Resolves the characters that XML itself names; any other entity stays as it stands. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return NAMED[name as string]!;
      const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
      return code > 0x10ffff ? whole : String.fromCodePoint(code);
    },
  );
}
