/**
 * Names of an event's values by their order, for exports that leave the names out: content/windows/property-order.json.
 * The templates of an event differ by version, and versions by how many values they have.
 */
import { readContentJson } from '../../base/content.ts';

/** How a value is written where an export turns it into a number, a list or a bare GUID; `text` for all others. */
export type PropertyType = 'text' | 'x32' | 'x64' | 'guid' | 'binary';

/** One value of a template. */
export interface Property {
  readonly name: string;
  readonly type: PropertyType;
}

/** The values of one version of an event. */
export interface PropertyOrder {
  readonly properties: readonly Property[];
  /** Element below UserData that holds them; undefined when they stand in EventData. */
  readonly userData: string | undefined;
}

/** Orders as written: `@PART` stands for a part, `NAME:TYPE` for a value. */
type Orders = readonly string[] | { readonly userData: string; readonly orders: readonly string[] };

/** The file. */
export interface OrderFile {
  readonly parts: Readonly<Record<string, string>>;
  /** By provider, then by event ids with blanks between them. */
  readonly events: Readonly<Record<string, Readonly<Record<string, Orders>>>>;
}

let known: ReadonlyMap<string, readonly PropertyOrder[]> | undefined;

/** @returns the order of an event with so many values, undefined when no version of it is known to have as many */
export function propertyOrder(provider: string | undefined, eventId: number, count: number): PropertyOrder | undefined {
  known ??= ordersOf(readContentJson<OrderFile>('windows/property-order.json'));
  const orders = known.get(keyOf(provider ?? '', String(eventId)));
  return orders?.find(({ properties }) => properties.length === count);
}

/** @throws Error for a part that is not there */
export function ordersOf({ parts, events }: OrderFile): ReadonlyMap<string, readonly PropertyOrder[]> {
  const byEvent = new Map<string, PropertyOrder[]>();
  for (const [provider, entries] of Object.entries(events)) {
    for (const [ids, entry] of Object.entries(entries)) {
      const { userData, orders } = 'orders' in entry ? entry : { userData: undefined, orders: entry };
      const read = orders.map((order) => ({ userData, properties: propertiesOf(order, parts) }));
      for (const id of ids.split(' ')) byEvent.set(keyOf(provider, id), read);
    }
  }
  return byEvent;
}

function propertiesOf(order: string, parts: OrderFile['parts']): Property[] {
  return order.split(' ').flatMap((word) => {
    if (!word.startsWith('@')) {
      const [name, type = 'text'] = word.split(':') as [string, PropertyType?];
      return [{ name, type }];
    }
    const part = parts[word.slice(1)];
    if (part === undefined) throw new Error(`no part is called ${word}`);
    return propertiesOf(part, parts);
  });
}

function keyOf(provider: string, eventId: string): string {
  return `${provider.toLowerCase()} ${eventId}`;
}
