import type { ElementNode, TreeNode } from '../format/tree.ts';
import type { EvtxRecord } from './evtx-record.ts';

/**
 * @param record the current record
 * @returns the XML that Event Viewer shows, on one line; empty when the body cannot be read at all
 */
export function toXml(record: EvtxRecord): string {
  const { root } = record.tree();
  return root ? elementXml(root) : '';
}

/** @returns an element of a filled-in tree as XML */
export function elementXml(element: ElementNode): string {
  const name = element.name === '' ? '_' : element.name;
  let xml = `<${name}`;
  for (const attribute of element.attributes) {
    const value = attribute.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    xml += ` ${attribute.name === '' ? '_' : attribute.name}="${escapeXml(value).replaceAll('"', '&quot;')}"`;
  }
  if (element.children.length === 0) return `${xml}/>`;
  return `${xml}>${element.children.map(nodeXml).join('')}</${name}>`;
}

function nodeXml(node: TreeNode): string {
  if (node.kind === 'element') return elementXml(node);
  return node.kind === 'text' ? escapeXml(node.text) : '';
}

/** Characters that XML 1.0 has no way to write become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .toWellFormed()
    .replace(ILLEGAL, '\ufffd');
}

/** C0 controls other than tab and line ends, and the two non-characters. */
const ILLEGAL = new RegExp('[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]', 'g');
