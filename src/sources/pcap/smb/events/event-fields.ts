import { type Document, type FieldValue, setPath } from '../../../../event/document.ts';

/** Names that this part of the program uses, cut at their dots. */
const paths = new Map<string, readonly string[]>();

/** An event in the making: nothing stands in it for what is not known. */
export class EventFields {
  readonly document: Document = {};

  /** @param name dotted */
  put(name: string, value: FieldValue): void {
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return;
    let path = paths.get(name);
    if (path === undefined) {
      path = name.split('.');
      paths.set(name, path);
    }
    setPath(this.document, path, value);
  }
}
