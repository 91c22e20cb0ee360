/** Records of evtx_dump, and of Chainsaw, which wraps them in the rule that matched. */
import { type Document, isDocument } from '../../event/document.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { ColumnRecord } from './column-record.ts';
import { EVTX_COLUMNS } from './columns.ts';
import type { DataValues } from './data-values.ts';

/** An event log record as JSON: `Event.System`, `Event.EventData`, `Event.UserData`. */
export class EvtxDumpRecord extends ColumnRecord {
  constructor(json: JsonRecord) {
    super(json, EVTX_COLUMNS);
  }

  override get message(): string | undefined {
    const info = this.event()['RenderingInfo'];
    const message = isDocument(info) ? info['Message'] : undefined;
    return typeof message === 'string' ? message : undefined;
  }

  override get userDataName(): string | undefined {
    return this.userData()?.[0];
  }

  protected override parseObject(): Document {
    return this.json.parseRepeating();
  }

  protected override fill(values: DataValues): void {
    const data = this.event()['EventData'];
    if (data !== undefined && data !== null) values.addAll(unnumbered(data), 'event_data');
    const user = this.userData();
    if (user !== undefined) values.addAll(unnumbered(user[1]), 'user_data');
  }

  private event(): Document {
    const object = this.object();
    for (const place of [object, inner(inner(object, 'document'), 'data'), inner(object, '_source')]) {
      const event = place?.['Event'];
      if (isDocument(event)) return event;
    }
    return {};
  }

  /** Name and content of the element below UserData. */
  private userData(): readonly [string, unknown] | undefined {
    const data = this.event()['UserData'];
    if (!isDocument(data)) return undefined;
    return Object.entries(data).find(([key]) => key !== '#attributes' && !key.endsWith('_attributes'));
  }
}

function inner(object: Document | undefined, key: string): Document | undefined {
  const value = object?.[key];
  return isDocument(value) ? value : undefined;
}

/** Before it wrote keys several times, evtx_dump kept the last value of a name under it and the others under `Name_1` .. */
function unnumbered(data: unknown): unknown {
  if (!isDocument(data)) return data;
  const names = Object.keys(data).filter((name) => Object.hasOwn(data, `${name}_1`));
  if (names.length === 0) return data;
  const all = new Map(Object.entries(data));
  for (const name of names) {
    const values: unknown[] = [];
    for (let n = 1; all.delete(`${name}_${n}`); n++) values.push(data[`${name}_${n}`]);
    all.set(name, [...values, data[name]].flat());
  }
  return Object.fromEntries(all);
}
