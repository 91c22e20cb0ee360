/**
 * kerberos.log: tickets asked for, and tickets shown. On an SMB connection a line may hold nothing but ids: that is the
 * ticket inside the logon.
 */
import { splitAccount } from '../../../event/normalise/share.ts';
import { zeekColumn } from '../columns.ts';
import { hasSmbPort, insideSmb, readSuccess, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';
import type { ZeekRead } from '../zeek-record.ts';

const CLIENT = zeekColumn('client');
const ERROR = zeekColumn('error_msg');
const REQUEST = zeekColumn('request_type');

/** `name/REALM`; a line with a realm alone begins with the slash. */
const account = (part: 'name' | 'domain'): ZeekRead => {
  return (record) => {
    const text = record.text(CLIENT);
    if (text === undefined) return undefined;
    if (text.startsWith('/')) return part === 'domain' ? text.slice(1) || undefined : undefined;
    return splitAccount(text)[part];
  };
};

/** kerberos.log. */
export const kerberos = defineLog({
  path: 'kerberos',
  dataset: 'zeek.kerberos',
  columns: ['client', 'success', 'service'],
  identity: ['request_type', 'client', 'service', 'success', 'error_msg', 'till'],
  fields: {
    'event.category': () => ['network', 'authentication'],
    'event.type': () => ['connection', 'protocol', 'start'],
    'event.action': readText(REQUEST),
    'event.outcome': readSuccess(zeekColumn('success')),
    'event.reason': readText(ERROR),
    'network.transport': insideSmb(() => 'tcp'),
    'network.protocol': (record) => (hasSmbPort(record) ? 'smb' : 'kerberos'),
    'user.name': account('name'),
    'user.domain': account('domain'),
    'smb.flow.outcome': insideSmb(() => 'established'),
    'smb.flow.credentials_sent': insideSmb(() => true),
    'smb.auth.mechanism': insideSmb(() => 'kerberos'),
    'smb.auth.spn': readText(zeekColumn('service')),
  },
});
