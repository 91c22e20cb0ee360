/** Remarks about queries that parse, but hardly mean what their writer thought. */
import type { SourceSpan, SourceText } from '../../base/place.ts';
import { fields } from '../../event/field.ts';
import type { KqlIs, KqlNode } from './ast.ts';
import type { Remarks } from '../remarks.ts';

const EDGE_KEYWORD = /^(and|or|not)(?=[ \t\r\n\u00a0]|$)|[ \t\r\n\u00a0](and|or|not)$/i;
const FOREIGN_OPERATOR = /(?:^|\s)(&&|\|\|)(?:\s|$)/;
const EQUALS_SIGN = /^!?\s*([\w@.-]+)\s*(==|!=|=)/;
const KQL_SPELLING: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or' };

/** Adds remarks about keywords and operators that were read as text, and escapes that are no backslashes. */
export function lintKql(source: SourceText, node: KqlNode, remarks: Remarks): void {
  switch (node.kind) {
    case 'and':
    case 'or':
      for (const part of node.parts) lintKql(source, part, remarks);
      return;
    case 'not':
      lintKql(source, node.part, remarks);
      return;
    case 'nested':
      lintKql(source, node.query, remarks);
      return;
    case 'is':
      lintIs(source, node, remarks);
      return;
    default:
      return;
  }
}

function lintIs(source: SourceText, node: KqlIs, remarks: Remarks): void {
  const raw = source.text.slice(node.value.start, node.value.end);
  if (node.quoted) {
    lintEscape(raw, node.value, remarks);
    return;
  }
  const edge = EDGE_KEYWORD.exec(raw);
  const keyword = edge?.[1] ?? edge?.[2];
  if (keyword) {
    const message = `"${keyword}" is part of the text here; a keyword needs something on both sides, and \\${keyword} or quotes say that text is meant`;
    remarks.add('KQL-BARE-KEYWORD', message, node.value);
  }
  const foreign = FOREIGN_OPERATOR.exec(raw)?.[1];
  if (foreign)
    remarks.add('KQL-OPERATOR', `"${foreign}" is part of the text here; write ${KQL_SPELLING[foreign]}`, node.value);
  if (node.field !== null) return;
  const equals = EQUALS_SIGN.exec(raw);
  if (equals && fields.find(equals[1]!)) {
    const spelling = equals[2] === '!=' ? `not ${equals[1]}:value` : `${equals[1]}:value`;
    remarks.add('KQL-OPERATOR', `"${equals[2]}" is part of the text here; write ${spelling}`, node.value);
  }
}

function lintEscape(raw: string, span: SourceSpan, remarks: Remarks): void {
  const escape = /(?:^|[^\\])(?:\\\\)*\\([trn])/.exec(raw)?.[1];
  if (!escape) return;
  const meaning = escape === 't' ? 'a tab' : escape === 'n' ? 'a line feed' : 'a carriage return';
  remarks.add('KQL-ESCAPE', `\\${escape} in quotes is ${meaning}; write \\\\${escape} for a backslash`, span);
}
