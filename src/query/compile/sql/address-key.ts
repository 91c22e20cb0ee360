import { Address } from '../../../base/address/address.ts';
import { type Sql, sql } from './sql.ts';

/**
 * The 128 bits of an address in network order, IPv4 at ::ffff:0:0/96: the order of keys is the order of addresses. DuckDB
 * holds them as UHUGEINT: sixteen bytes compared at once and with bounds for each block of rows, so that blocks without an
 * address of the network are skipped. BLOB was turned down: its bounds are the first eight bytes, the same for all of IPv4.
 */
export function addressKey({ a, b, c, d }: Address): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

/** @returns the key as a parameter; drivers have no 128-bit unsigned numbers in common, digits they have */
export function addressParameter(address: Address): Sql {
  return sql`${addressKey(address).toString()}::UHUGEINT`;
}

/** @returns the address of a key */
export function addressFromKey(key: bigint): Address {
  const word = (at: bigint) => Number((key >> at) & 0xffffffffn);
  return new Address(word(96n), word(64n), word(32n), word(0n));
}
