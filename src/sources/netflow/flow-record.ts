/** One flow record, whatever version it came in. Numbers that the exporter did not send are undefined. */
export class FlowRecord {
  isV6 = false;
  /** Source address in words of 32 bits; IPv4 in the first. */
  source: [number, number, number, number] = [0, 0, 0, 0];
  destination: [number, number, number, number] = [0, 0, 0, 0];
  hasAddresses = false;
  sourcePort: number | undefined;
  destinationPort: number | undefined;
  protocol: number | undefined;
  /** Cumulative TCP flags. */
  flags: number | undefined;
  octets: number | undefined;
  packets: number | undefined;
  /** The other direction, in records that hold both. */
  reverseFlags: number | undefined;
  reverseOctets: number | undefined;
  reversePackets: number | undefined;
  /** Beginning and end, milliseconds since 1970. */
  first: number | undefined;
  last: number | undefined;
  /** Milliseconds since the exporter started, where times are given so. */
  firstUptime: number | undefined;
  lastUptime: number | undefined;
  durationMs: number | undefined;
  /** When the exporter started. */
  systemStart: number | undefined;
  endReason: number | undefined;
  firewallEvent: number | undefined;
  ingress: number | undefined;
  egress: number | undefined;
  vlan: number | undefined;
  sourceMac: string | undefined;
  destinationMac: string | undefined;
  sourceNat: number | undefined;
  destinationNat: number | undefined;
  sourceNatPort: number | undefined;
  destinationNatPort: number | undefined;
  application: string | undefined;
  samplerId: number | undefined;
  /** One packet of so many was looked at; in options, or in the record itself. */
  sampling: number | undefined;
}
