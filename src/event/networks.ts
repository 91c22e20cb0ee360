/**
 * Where an address stands: inside, outside, special or loopback. The special ranges are IANA's, shipped as data with
 * their date; what is inside is the configuration's word and stands above them.
 */
import { Address, addressFromV4, addressOf } from '../base/address/address.ts';
import { AddressSet } from '../base/address/address-set.ts';
import { type AddressRange, parseCidr } from '../base/address/cidr.ts';
import { readContentJson } from '../base/content.ts';

/** Place of an address. `special` is listed by IANA and not globally reachable: never an Internet finding. */
export type AddressPlace = 'inside' | 'outside' | 'special' | 'loopback';

/** Inside unless the configuration says otherwise: what cannot be a host of the Internet but can be one of ours. */
const DEFAULT_INSIDE: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
];

interface RegistryRow {
  readonly cidr: string;
  readonly name: string;
  readonly place: 'special' | 'outside' | 'loopback' | 'embedded';
  readonly how?: 'last32' | 'bits16to47' | 'last32inverted';
}

interface RegistryEntry {
  readonly range: AddressRange;
  readonly prefix: number;
  readonly row: RegistryRow;
}

/** What a site says about its own addresses. */
export interface NetworkSettings {
  /** Blocks that are ours; added to the defaults, or instead of them. */
  readonly inside?: readonly AddressRange[];
  readonly useDefaultInside?: boolean;
  /** Blocks of each role, such as workstation, server, management, domain_controller. */
  readonly roles?: ReadonlyMap<string, readonly AddressRange[]>;
}

/** Answers questions about places and roles; answers are remembered for the last 65,536 addresses. */
export class Networks {
  private readonly inside: AddressSet;
  private readonly roleSets: readonly (readonly [string, AddressSet])[];
  private readonly places = new Map<string, AddressPlace | undefined>();
  private readonly roles = new Map<string, readonly string[]>();
  /** True when the site named an IPv6 block of its own. */
  readonly knowsOwnIpv6: boolean;

  constructor(settings: NetworkSettings = {}) {
    const own = settings.inside ?? [];
    const defaults = settings.useDefaultInside === false ? [] : DEFAULT_INSIDE.map((text) => parseCidr(text)!);
    this.inside = new AddressSet([...own, ...defaults]);
    this.roleSets = [...(settings.roles ?? [])].map(([name, ranges]) => [name, new AddressSet(ranges)] as const);
    this.knowsOwnIpv6 = own.some((range) => !range.low.isV4);
  }

  /** @returns the place of an address given as text, or undefined when the text is no address */
  placeOf(text: string): AddressPlace | undefined {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const address = addressOf(text);
    const place = address && this.placeOfAddress(address);
    if (this.places.size >= CACHE_SIZE) this.places.clear();
    this.places.set(text, place);
    return place;
  }

  /** @returns the roles of an address, in the order of the configuration; empty when it has none */
  rolesOf(text: string): readonly string[] {
    if (this.roleSets.length === 0) return NO_ROLES;
    let roles = this.roles.get(text);
    if (roles === undefined) {
      const address = addressOf(text);
      roles = address ? this.roleSets.filter(([, set]) => set.has(address)).map(([name]) => name) : NO_ROLES;
      if (this.roles.size >= CACHE_SIZE) this.roles.clear();
      this.roles.set(text, roles);
    }
    return roles;
  }

  private placeOfAddress(address: Address): AddressPlace {
    if (this.inside.has(address)) return 'inside';
    const entry = registry().find(({ range }) => range.low.compare(address) <= 0 && range.high.compare(address) >= 0);
    if (!entry) return 'outside';
    if (entry.row.place !== 'embedded') return entry.row.place;
    return this.placeOfAddress(embeddedV4(address, entry.row.how ?? 'last32'));
  }
}

const CACHE_SIZE = 65_536;
const NO_ROLES: readonly string[] = [];

/** IANA's rows, longest prefix first: about fifty, so a scan on a cache miss is cheap enough. */
let registryRows: readonly RegistryEntry[] | undefined;
function registry(): readonly RegistryEntry[] {
  registryRows ??= readContentJson<{ ranges: RegistryRow[] }>('iana-special-purpose.json')
    .ranges.map((row) => {
      const range = parseCidr(row.cidr)!;
      return { range, prefix: range.prefix, row };
    })
    .sort((x, y) => y.prefix - x.prefix);
  return registryRows;
}

function embeddedV4(address: Address, how: NonNullable<RegistryRow['how']>): Address {
  switch (how) {
    case 'last32':
      return addressFromV4(address.d);
    case 'last32inverted':
      return addressFromV4(~address.d >>> 0);
    case 'bits16to47':
      return addressFromV4(((address.a << 16) | (address.b >>> 16)) >>> 0);
  }
}
