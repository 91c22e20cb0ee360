/** quic.log: QUIC handshakes. SMB over QUIC shows itself by ALPN `smb` on UDP 443. */
import { zeekColumn } from '../columns.ts';
import { readLower, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';

/** quic.log. */
export const quic = defineLog({
  path: 'quic',
  dataset: 'zeek.quic',
  columns: ['client_protocol', 'server_name'],
  identity: ['client_protocol', 'server_name', 'version'],
  fields: {
    'event.type': () => ['connection', 'protocol', 'start'],
    'network.transport': () => 'udp',
    'network.protocol': () => 'quic',
    'tls.next_protocol': readLower(zeekColumn('client_protocol')),
    'tls.client.server_name': readText(zeekColumn('server_name')),
  },
});
