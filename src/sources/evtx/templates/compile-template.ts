/**
 * Turns the tree of a definition into a {@link Template}. The tree of a whole record goes the same way: it is a template
 * without slots, so that records of every kind are read through the same lists.
 */
import type { AttributeNode, ElementNode, PartNode, TreeNode } from '../format/tree.ts';
import { MAX_PATH_CHARACTERS } from '../limits.ts';
import { type DataName, metDataName } from '../../windows/data-name.ts';
import type { DataSection } from '../../windows/windows-record.ts';
import { SYSTEM, SYSTEM_FIELDS, SYSTEM_PLACES } from './system-field.ts';
import type { DataEntry, Template } from './template.ts';

/** @returns the lists of a definition, a nested fragment or a whole record */
export function compileTemplate(roots: readonly TreeNode[]): Template {
  const compiler = new Compiler();
  for (const root of roots) compiler.addRoot(root);
  return compiler.finish(roots);
}

class Compiler {
  private readonly systemSlots = new Int32Array(SYSTEM_FIELDS).fill(-1);
  private readonly systemTexts = new Array<string | undefined>(SYSTEM_FIELDS).fill(undefined);
  private fragmentSlot = -1;
  private readonly entries: DataEntry[] = [];
  private readonly byName = new Map<DataName, DataEntry>();
  private readonly lastByName = new Map<DataName, DataEntry>();
  private readonly spellings = new Set<string>();
  private readonly unnamed: DataEntry[] = [];
  private userDataName: string | undefined;
  private eventDataName: DataEntry | undefined;
  private isProcessingError = false;
  private isSimple = true;
  private isSystemSimple = true;
  private isComposite = false;
  private leftOut = 0;
  private nameCharacters = 0;

  addRoot(root: TreeNode): void {
    if (root.kind === 'slot') this.addFragment(root.slot);
    else if (root.kind === 'element' && root.name === 'Event') for (const child of root.children) this.addPart(child);
    else if (root.kind === 'element') this.addPart(root);
  }

  finish(roots: readonly TreeNode[]): Template {
    return {
      roots,
      systemSlots: this.systemSlots,
      systemTexts: this.systemTexts,
      fragmentSlot: this.fragmentSlot,
      entries: this.entries,
      byName: this.byName,
      unnamed: this.unnamed,
      userDataName: this.userDataName,
      eventDataName: this.eventDataName,
      isProcessingError: this.isProcessingError,
      isSimple: this.isSimple && this.isSystemSimple,
      isSystemSimple: this.isSystemSimple,
      leftOut: this.leftOut,
      nameCharacters: this.nameCharacters,
      isComposite: this.isComposite,
    };
  }

  /** A child of Event. */
  private addPart(node: TreeNode): void {
    if (node.kind === 'slot') {
      this.addFragment(node.slot);
    } else if (node.kind === 'element') {
      if (node.name === 'System') this.addSystem(node);
      else if (node.name === 'EventData') this.addEventData(node);
      else if (node.name === 'UserData') this.addUserData(node);
      else if (node.name === 'RenderingInfo') this.addRendering(node);
      else {
        this.isProcessingError ||= node.name === 'ProcessingErrorData';
        this.addChildren(node, '', 'event_data');
      }
    }
  }

  private addFragment(slot: number): void {
    if (this.fragmentSlot >= 0) this.isSimple = false;
    this.fragmentSlot = slot;
  }

  private addSystem(system: ElementNode): void {
    for (const element of elementsOf(system)) {
      this.setSystem(SYSTEM_PLACES.get(element.name), element.children);
      for (const attribute of element.attributes) {
        this.setSystem(SYSTEM_PLACES.get(`${element.name}@${attribute.name}`), attribute.parts);
      }
    }
  }

  private addRendering(rendering: ElementNode): void {
    for (const element of elementsOf(rendering)) {
      if (element.name === 'Message') this.setSystem(SYSTEM.message, element.children);
    }
  }

  private setSystem(field: number | undefined, nodes: readonly TreeNode[]): void {
    if (field === undefined || nodes.length === 0) return;
    const first = nodes[0]!;
    if (nodes.length > 1 || first.kind === 'element') this.isSystemSimple = false;
    else if (first.kind === 'slot') this.systemSlots[field] = first.slot;
    else this.systemTexts[field] = first.text;
  }

  private addEventData(eventData: ElementNode): void {
    for (const attribute of eventData.attributes) {
      if (attribute.name === 'Name') this.eventDataName = entryOf('Name', 'event_data', attribute.parts);
    }
    for (const child of eventData.children) {
      if (child.kind === 'slot') this.isSimple = false;
      else if (child.kind === 'element') this.addDatum(child);
    }
  }

  private addDatum(element: ElementNode): void {
    if (element.name !== 'Data') {
      this.addElement(element, element.name, 'event_data');
      return;
    }
    const name = element.attributes.find((attribute) => attribute.name === 'Name');
    const text = name ? constantOf(name) : '';
    if (text === undefined || element.children.some((child) => child.kind === 'element')) this.isSimple = false;
    else this.addEntry(text, 'event_data', partsOf(element.children));
  }

  private addUserData(userData: ElementNode): void {
    for (const child of userData.children) {
      if (child.kind === 'slot') {
        this.isSimple = false;
      } else if (child.kind === 'element') {
        this.userDataName ??= child.name;
        this.addAttributes(child, child.name, 'user_data');
        if (child.children.some((inner) => inner.kind === 'element')) this.addChildren(child, '', 'user_data');
        else if (child.children.length > 0) this.addEntry(child.name, 'user_data', partsOf(child.children));
      }
    }
  }

  private addChildren(element: ElementNode, prefix: string, section: DataSection): void {
    for (const child of element.children) {
      if (child.kind === 'element') this.addElement(child, prefix + child.name, section);
      // A value between elements has no name to be asked by; only the full rendering shows it.
    }
  }

  private addElement(element: ElementNode, path: string, section: DataSection): void {
    this.addAttributes(element, path, section);
    const hasElements = element.children.some((child) => child.kind === 'element');
    if (hasElements) this.addChildren(element, `${path}.`, section);
    else this.addEntry(path, section, partsOf(element.children));
  }

  private addAttributes(element: ElementNode, path: string, section: DataSection): void {
    for (const attribute of element.attributes) {
      if (!attribute.name.startsWith('xmlns')) this.addEntry(`${path}.${attribute.name}`, section, attribute.parts);
    }
  }

  private addEntry(name: string, section: DataSection, parts: readonly PartNode[]): void {
    if (name.length > MAX_PATH_CHARACTERS) {
      this.leftOut++;
      return;
    }
    this.nameCharacters += name.length;
    const number = name === '' ? -1 : metDataName(name);
    const spelling = `${section}\u0000${name}`;
    // A name without number cannot be asked for, and is shown entry by entry.
    const isFirst = number < 0 || !this.spellings.has(spelling);
    const entry = entryOf(name, section, parts, isFirst);
    this.isComposite ||= entry.parts !== undefined;
    this.entries.push(entry);
    if (name === '') this.unnamed.push(entry);
    if (number < 0) return;
    this.spellings.add(spelling);
    const last = this.lastByName.get(number);
    if (last) last.next = entry;
    else this.byName.set(number, entry);
    this.lastByName.set(number, entry);
  }
}

function entryOf(name: string, section: DataSection, parts: readonly PartNode[], isFirst = true): DataEntry {
  const single = parts.length === 1 ? parts[0]! : undefined;
  return {
    name,
    section,
    slot: single?.kind === 'slot' ? single.slot : -1,
    constant: parts.length === 0 ? '' : single?.kind === 'text' ? single.text : undefined,
    parts: parts.length > 1 ? parts : undefined,
    next: undefined,
    isFirst,
  };
}

function elementsOf(element: ElementNode): ElementNode[] {
  return element.children.filter((child) => child.kind === 'element');
}

function partsOf(nodes: readonly TreeNode[]): PartNode[] {
  return nodes.filter((node) => node.kind !== 'element');
}

/** @returns the text of an attribute, undefined when a value of the record stands in it */
function constantOf(attribute: AttributeNode): string | undefined {
  const { parts } = attribute;
  if (parts.length === 0) return '';
  const only = parts.length === 1 ? parts[0]! : undefined;
  return only?.kind === 'text' ? only.text : undefined;
}
