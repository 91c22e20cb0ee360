/** ntlm.log: NTLM logons, inside SMB or inside another protocol. */
import { zeekColumn } from '../columns.ts';
import { hasSmbPort, insideSmb, readSuccess, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';

/** ntlm.log. */
export const ntlm = defineLog({
  path: 'ntlm',
  dataset: 'zeek.ntlm',
  columns: ['username', 'hostname', 'domainname', 'success', 'server_nb_computer_name', 'server_dns_computer_name'],
  identity: ['username', 'domainname', 'hostname', 'success', 'server_nb_computer_name'],
  fields: {
    'event.category': () => ['network', 'authentication'],
    'event.type': () => ['connection', 'protocol', 'start'],
    'event.outcome': readSuccess(zeekColumn('success')),
    'network.transport': () => 'tcp',
    'network.protocol': (record) => (hasSmbPort(record) ? 'smb' : 'ntlm'),
    'source.domain': readText(zeekColumn('hostname')),
    'user.name': readText(zeekColumn('username')),
    'user.domain': readText(zeekColumn('domainname')),
    'smb.flow.outcome': () => 'established',
    'smb.flow.credentials_sent': insideSmb(() => true),
    'smb.auth.mechanism': insideSmb(() => 'ntlm'),
    'smb.server.netbios_name': readText(zeekColumn('server_nb_computer_name')),
    'smb.server.dns_name': readText(zeekColumn('server_dns_computer_name')),
  },
});
