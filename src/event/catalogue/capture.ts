import type { FieldRow } from '../field.ts';

/** What packets tell of a connection beside what every network source gives. */
export const CAPTURE_FIELDS: readonly FieldRow[] = [
  [
    'smb.flow.end',
    'keyword',
    'Why the connection ended: fin, reset, idle, replaced (by a new one), evicted, capture-end',
  ],
  [
    'smb.flow.client_by',
    'keyword',
    'How the client was told: protocol, handshake, port, guess (sent the first packet)',
  ],
  ['smb.flow.tries', 'long', 'SYNs that the client sent'],
  ['smb.flow.tcp_flags.client', 'keyword', 'TCP flags the client sent: syn, ack, psh, fin, rst'],
  ['smb.flow.tcp_flags.server', 'keyword', 'TCP flags the server sent'],
  ['smb.flow.missing.client', 'long', 'Payload bytes of the client that were not recorded'],
  ['smb.flow.missing.server', 'long', 'Payload bytes of the server that were not recorded'],
  ['smb.flow.from_middle', 'boolean', 'The recording began after the handshake'],
  ['smb.flow.one_sided', 'boolean', 'Packets of one direction only were recorded'],
  ['smb.flow.multipath', 'boolean', 'Multipath TCP: the payload seen is only a part'],
  ['smb.tunnel.kind', 'keyword', 'Tunnel the packets came through: gre, erspan, vxlan, geneve, ipip'],
  ['smb.tunnel.id', 'keyword', 'Network, key or session that the tunnel tells apart'],
  ['smb.tunnel.source.ip', 'ip', 'Source address outside of the tunnel'],
  ['smb.tunnel.destination.ip', 'ip', 'Destination address outside of the tunnel'],
  ['smb.quic.sni', 'keyword', 'Server name that the client of SMB over QUIC asked for'],
  ['smb.quic.version', 'keyword', 'Version of QUIC: 1 or 2'],
  ['smb.quic.answered', 'boolean', 'The server of SMB over QUIC answered'],
  ['smb.truncated', 'boolean', 'Packets were cut by the snap length of the recording'],
];
