/** A client and a server that speak SMB, and what is known of it from all events. */
import { type Fact, mergeFacts } from './fact.ts';
import { NameSet } from './name-set.ts';

/** Yes-or-no questions about a link, in the order in which they are shown. */
export const LINK_FACTS = [
  'signing_offered_client',
  'signing_offered_server',
  'signing_required_client',
  'signing_required_server',
  'signing_seen',
  'encryption_offered_client',
  'encryption_offered_server',
  'encryption_required_server',
  'encryption_seen',
  'smb1_used',
  'guest',
  'anonymous',
] as const;
/** One of {@link LINK_FACTS}. */
export type LinkFact = (typeof LINK_FACTS)[number];

/** Lists of names of a link, in the order in which they are shown. */
export const LINK_NAMES = [
  'dialects',
  'authentication',
  'users',
  'shares',
  'pipes',
  'interfaces',
  'client_names',
  'server_names',
  'sources',
] as const;
/** One of {@link LINK_NAMES}. */
export type LinkNames = (typeof LINK_NAMES)[number];

/** What became of connections, from least to most. */
export const LINK_OUTCOMES = ['unknown', 'attempted', 'refused', 'established', 'moved'] as const;
/** One of {@link LINK_OUTCOMES}. */
export type LinkOutcome = (typeof LINK_OUTCOMES)[number];

/** One link. */
export class Link {
  /** Address, or the name where no event has an address. */
  readonly client: string;
  readonly server: string;
  /** The furthest any connection got. */
  outcome: LinkOutcome = 'unknown';
  readonly ports = new Set<number>();
  readonly facts: Record<LinkFact, Fact>;
  readonly names: Record<LinkNames, NameSet>;
  clientPlace: string | undefined;
  serverPlace: string | undefined;
  /** Payload bytes, as far as sources count them. */
  bytesClient = 0;
  bytesServer = 0;
  hasBytes = false;
  events = 0;
  /** Milliseconds; NaN when no event had a time. */
  first = Number.NaN;
  last = Number.NaN;

  constructor(client: string, server: string) {
    this.client = client;
    this.server = server;
    this.facts = Object.fromEntries(LINK_FACTS.map((name) => [name, 'unknown'])) as Record<LinkFact, Fact>;
    this.names = Object.fromEntries(LINK_NAMES.map((name) => [name, new NameSet()])) as Record<LinkNames, NameSet>;
  }

  learn(name: LinkFact, fact: Fact): void {
    this.facts[name] = mergeFacts(this.facts[name], fact);
  }

  reach(outcome: LinkOutcome): void {
    if (LINK_OUTCOMES.indexOf(outcome) > LINK_OUTCOMES.indexOf(this.outcome)) this.outcome = outcome;
  }

  seeTime(time: number): void {
    if (!(time >= this.first)) this.first = time;
    if (!(time <= this.last)) this.last = time;
  }

  /** Takes over what is known of another link between the same machines. */
  absorb(other: Link): void {
    for (const name of LINK_FACTS) this.learn(name, other.facts[name]);
    for (const name of LINK_NAMES) this.names[name].addAll(other.names[name]);
    for (const port of other.ports) this.ports.add(port);
    this.reach(other.outcome);
    this.clientPlace ??= other.clientPlace;
    this.serverPlace ??= other.serverPlace;
    this.bytesClient += other.bytesClient;
    this.bytesServer += other.bytesServer;
    this.hasBytes ||= other.hasBytes;
    this.events += other.events;
    if (!Number.isNaN(other.first)) this.seeTime(other.first);
    if (!Number.isNaN(other.last)) this.seeTime(other.last);
  }
}
