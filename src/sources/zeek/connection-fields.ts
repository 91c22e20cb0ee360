/** What every Zeek log says about its connection, and what those that are spoken inside SMB have in common. */
import { addressOf } from '../../base/address/address.ts';
import type { EventView } from '../../event/view.ts';
import { zeekColumn } from './columns.ts';
import type { ZeekRead, ZeekRecord } from './zeek-record.ts';

const TS = zeekColumn('ts');
const UID = zeekColumn('uid');
const SYSTEM = zeekColumn('_system_name');
const WRITTEN = zeekColumn('_write_ts');
const ORIG_IP = zeekColumn('id.orig_h');
const RESP_IP = zeekColumn('id.resp_h');
const ORIG_PORT = zeekColumn('id.orig_p');
const RESP_PORT = zeekColumn('id.resp_p');

/** Columns that {@link CONNECTION_FIELDS} and {@link identityText} read. */
export const CONNECTION_COLUMNS: readonly string[] = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'];

/** @returns address in RFC 5952 form of a column, or undefined when its text is none */
export function readAddress(column: number): ZeekRead {
  return (record) => {
    const text = record.text(column);
    return text === undefined ? undefined : addressOf(text)?.text;
  };
}

/** A host as written, kept when it cannot be read as an address. */
function readUnreadableAddress(column: number): ZeekRead {
  return (record) => {
    const text = record.text(column);
    return text === undefined || addressOf(text) ? undefined : text;
  };
}

/** Fields of every Zeek log. */
export const CONNECTION_FIELDS: Readonly<Record<string, ZeekRead>> = {
  '@timestamp': (record) => record.time(TS),
  'event.kind': () => 'event',
  'event.module': () => 'zeek',
  'event.category': () => ['network'],
  'event.created': (record) => (record.has(WRITTEN) ? record.time(WRITTEN) : undefined),
  'source.ip': readAddress(ORIG_IP),
  'source.address': readUnreadableAddress(ORIG_IP),
  'source.port': (record) => record.port(ORIG_PORT),
  'destination.ip': readAddress(RESP_IP),
  'destination.address': readUnreadableAddress(RESP_IP),
  'destination.port': (record) => record.port(RESP_PORT),
  'observer.name': (record) => record.text(SYSTEM),
  'zeek.session_id': (record) => record.text(UID),
};

/** Fields of the logs that only a finished handshake and recognised SMB can give. */
export const SMB_FIELDS: Readonly<Record<string, ZeekRead>> = {
  'network.transport': () => 'tcp',
  'network.protocol': () => 'smb',
  'smb.flow.outcome': () => 'established',
};

/** @returns whether one side of the connection has an SMB port */
export function hasSmbPort(record: ZeekRecord): boolean {
  return isSmbPort(record.port(RESP_PORT)) || isSmbPort(record.port(ORIG_PORT));
}

function isSmbPort(port: number | undefined): boolean {
  return port === 445 || port === 139;
}

/** The read, only for lines inside an SMB connection. */
export function insideSmb(read: ZeekRead): ZeekRead {
  return (record, view) => (hasSmbPort(record) ? read(record, view) : undefined);
}

/** `success` as event.outcome; Zeek leaves it unset when it did not see the answer. */
export function readSuccess(column: number): ZeekRead {
  return (record) => {
    const success = record.boolean(column);
    return success === undefined ? 'unknown' : success ? 'success' : 'failure';
  };
}

/** Interval of a column in nanoseconds, as event.duration wants it. */
export function readNanoseconds(column: number): ZeekRead {
  return (record) => {
    const micros = record.interval(column);
    return micros === undefined ? undefined : micros * 1000;
  };
}

/** Text of a column. */
export function readText(column: number): ZeekRead {
  return (record) => record.text(column);
}

/** Text of a column in lower case. */
export function readLower(column: number): ZeekRead {
  return (record) => record.text(column)?.toLowerCase();
}

/** First value of several reads. */
export function firstOf(...reads: readonly ZeekRead[]): ZeekRead {
  return (record: ZeekRecord, view: EventView) => {
    for (const read of reads) {
      const value = read(record, view);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}
