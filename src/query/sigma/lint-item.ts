/** Remarks on entries that are valid and hardly mean what their writer wanted. */
import type { YamlScalar } from '../../base/yaml/yaml-node.ts';
import type { GlobPart } from '../../base/glob.ts';
import type { SigmaItem, SigmaTest } from './detection.ts';
import type { SigmaReading } from './sigma-reading.ts';

/** Share fields hold `\\*\ADMIN$` or `\\server\share`, never the bare name. */
const SHARE_FIELDS: ReadonlySet<string> = new Set(['sharename', 'share_name']);

/**
 * @param nodes the values as written, in the order of the item's
 * @param modifiers of the entry
 */
export function lintItem(
  reading: SigmaReading,
  item: SigmaItem,
  nodes: readonly YamlScalar[],
  modifiers: readonly string[],
): void {
  const isPlain = !modifiers.some((name) => ['re', 'cidr', 'fieldref', 'base64', 'base64offset'].includes(name));
  nodes.forEach((node) => {
    if (node.value === null && nodes.length > 1) {
      const message = 'null in a list is not valid Sigma; it is taken as one more alternative: the field is absent';
      reading.warn('SIGMA-NULL-IN-LIST', message, node);
    }
    if (typeof node.value === 'number' && /^0[xo]/.test(node.written)) {
      const message = `without quotes this is the number ${node.value}; put it between quotes for the text ${node.written}`;
      reading.warn('LINT-SIGMA-NUMBER', message, node);
    }
    if (typeof node.value !== 'string' || !isPlain) return;
    if (node.value === '' && modifiers.length === 0) {
      const message =
        'an empty value of a Windows event is read as none, so this hardly ever matches; null means absent';
      reading.warn('LINT-SIGMA-EMPTY', message, node);
    }
    lintLiteralStar(reading, node);
    if (!modifiers.includes('contains') && !modifiers.includes('endswith')) lintSingleBackslash(reading, node);
  });
  if (SHARE_FIELDS.has(item.field?.toLowerCase() ?? '')) lintShareName(reading, item);
}

/** `C:\Temp\*`: the backslash in front makes an ordinary star of it, where a folder's content was meant. */
function lintLiteralStar(reading: SigmaReading, node: YamlScalar): void {
  const text = String(node.value);
  for (const match of text.matchAll(/\\[\\*?]/g)) {
    if (match[0] !== '\\*' || match.index === 0 || text[match.index - 1] === '\\') continue;
    const message =
      'the backslash before * makes it an ordinary star; write \\\\* for a backslash and anything behind it';
    reading.warn('LINT-SIGMA-STAR', message, node);
    return;
  }
}

/** `\\srv\share` at the start of a value is one backslash, and no path of a share begins so. */
function lintSingleBackslash(reading: SigmaReading, node: YamlScalar): void {
  if (!/^\\\\[A-Za-z0-9]/.test(String(node.value))) return;
  const message = 'two backslashes mean one here; write \\\\\\\\ for the two that a share or device path begins with';
  reading.warn('LINT-SIGMA-BACKSLASH', message, node);
}

function lintShareName(reading: SigmaReading, item: SigmaItem): void {
  for (const value of item.values) {
    const name = value.tests.map(wholeText).find((text) => text !== undefined && !text.includes('\\'));
    if (name === undefined || name === '') continue;
    const message = `${item.field} is the whole path, such as \\\\*\\${name}, so this never matches; write ${item.field}|endswith: '\\${name}'`;
    reading.warn('LINT-SIGMA-SHARE', message, value);
  }
}

function wholeText(test: SigmaTest): string | undefined {
  if (test.kind !== 'pattern' || test.parts.length !== 1) return undefined;
  const [only] = test.parts as readonly [GlobPart];
  return only.kind === 'text' ? only.text : undefined;
}
