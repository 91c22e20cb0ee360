import { formatTimestamp } from '../../../../base/time/timestamp.ts';
import type { Telling } from './wire-kind.ts';

/** @returns texts that are the same in every copy of the traffic: the tuple, the frame's sequence number, the message, the day */
export function identityOf({ link, origin, what }: Telling): readonly string[] {
  const { tcp } = link;
  return [
    what,
    link.clientIp,
    String(tcp.port(link.client)),
    link.serverIp,
    String(tcp.port(link.serverSide)),
    origin.side === link.client ? 'client' : 'server',
    String(origin.sequence),
    String(origin.index),
    String(origin.command),
    `${origin.idHigh}:${origin.idLow}`,
    formatTimestamp(origin.time).slice(0, 10),
    ...(tcp.isVlanAware ? [`vlan ${tcp.vlan ?? '-'} ${tcp.innerVlan ?? '-'}`] : []),
  ];
}
