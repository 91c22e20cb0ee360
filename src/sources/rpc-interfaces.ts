/** Names of DCE/RPC interfaces and their operations, for sensors that give UUID and number only. */
import { readContentJson } from '../base/content.ts';

interface InterfaceRow {
  readonly name: string;
  readonly uuid: string;
  readonly pipes: readonly string[];
  readonly operations: Readonly<Record<string, string>>;
}

let rowsByUuid: ReadonlyMap<string, InterfaceRow> | undefined;

function rowOf(uuid: string): InterfaceRow | undefined {
  rowsByUuid ??= new Map(
    readContentJson<{ interfaces: InterfaceRow[] }>('rpc-interfaces.json').interfaces.map((row) => [row.uuid, row]),
  );
  return rowsByUuid.get(uuid.toLowerCase());
}

/**
 * @param uuid interface UUID with hyphens, in either case
 * @returns its name as Zeek writes it, such as `svcctl`, or `unknown-<uuid>`
 */
export function rpcInterfaceName(uuid: string): string {
  return rowOf(uuid)?.name ?? `unknown-${uuid.toLowerCase()}`;
}

/**
 * @param uuid interface UUID, or undefined when the bind was not seen
 * @param opnum operation number
 * @returns the operation as Zeek writes it, such as `CreateServiceW`, or `opnum-<n>`
 */
export function rpcOperationName(uuid: string | undefined, opnum: number): string {
  const row = uuid === undefined ? undefined : rowOf(uuid);
  return row?.operations[String(opnum)] ?? `opnum-${opnum}`;
}
