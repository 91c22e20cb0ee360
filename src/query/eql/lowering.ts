import { SmbError } from '../../base/error.ts';
import { placeOf, type SourceSpan, type SourceText } from '../../base/place.ts';
import { type Field, fields } from '../../event/field.ts';
import { nestedAbove, resolveName } from '../field-names.ts';
import { clipMessage, type Remarks } from '../remarks.ts';
import type { EqlFieldName } from './ast.ts';

/** What lowering of one query works with: where errors and remarks go, and what names stand for. */
export class EqlLowering {
  readonly source: SourceText;
  readonly remarks: Remarks;
  /** Milliseconds that `now` stands for. */
  readonly now: number;
  private readonly absentNames = new Set<string>();

  constructor(source: SourceText, remarks: Remarks, now: number) {
    this.source = source;
    this.remarks = remarks;
    this.now = now;
  }

  /** @throws EQL-TYPE always */
  fail(message: string, { start, end }: SourceSpan, fix?: string): never {
    const place = placeOf(this.source, start, end);
    throw new SmbError('EQL-TYPE', clipMessage(message), { place, fix: fix && clipMessage(fix) });
  }

  /** The source text of a node, for messages. */
  written({ start, end }: SourceSpan): string {
    const text = this.source.text.slice(start, end).replaceAll(/\s+/g, ' ');
    return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
  }

  /**
   * @returns the field, or undefined for an optional name outside the catalogue
   * @throws EQL-TYPE for other unknown names and for fields without single values
   */
  field(node: EqlFieldName): Field | undefined {
    const { name, isOptional } = node;
    const field = fields.find(name);
    if (field?.type === 'object' || (!field && resolveName(name).kind === 'group')) {
      this.fail(`${name} is a group of fields and has no value of its own`, node, `write ${name}.… for one of them`);
    }
    if (!field) return isOptional ? this.absent(node) : this.fail(...this.unknown(node));
    const above = field.type === 'nested' ? field : nestedAbove(field);
    if (above) this.fail(`${name} belongs to a list of objects, which EQL cannot ask`, node, 'write the query in KQL');
    if (field.type === 'text') {
      this.fail(
        `${name} is text that is searched by words, which EQL cannot do`,
        node,
        `write it in KQL: ${name}:word`,
      );
    }
    return field;
  }

  /** Says so once for each name: looking for the nearest name walks over the whole catalogue. */
  private absent(node: EqlFieldName): undefined {
    if (this.absentNames.has(node.name)) return undefined;
    this.absentNames.add(node.name);
    if (this.remarks.isFull) {
      this.remarks.countOnly();
    } else {
      const message = `there is no field ${node.name}, so it is always absent.${fields.suggestion(node.name)}`;
      this.remarks.add('EQL-UNKNOWN-FIELD', message, node);
    }
    return undefined;
  }

  private unknown(node: EqlFieldName): [message: string, span: SourceSpan, fix: string] {
    const message = `there is no field ${node.name}.${fields.suggestion(node.name)}`;
    return [message, node, `write ?${node.name} for a field that need not exist`];
  }
}
