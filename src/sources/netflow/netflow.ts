/** Flow exports of routers, firewalls and probes: NetFlow v5 and v9, IPFIX. */
import type { DatagramFormat } from '../datagram.ts';
import { NetflowParser } from './netflow-parser.ts';

/** NetFlow and IPFIX. */
export const netflow: DatagramFormat = {
  id: 'netflow',
  ports: [2055, 4739, 9995, 9996],
  datasets: ['netflow.log'],
  open: (context) => new NetflowParser(context),
};
