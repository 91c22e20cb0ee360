/** The files of content/windows: what each Windows event becomes, as data. */
import { readContentJson } from '../../base/content.ts';
import type { Scalar } from '../../event/document.ts';
import type { CodeTable } from './values/codes.ts';

/**
 * Where a field's value comes from. A text is a reader and its arguments (`address IpAddress`, see readers.ts); anything
 * else is the value itself. Null takes away what a part or the base gave.
 */
export type FieldSource = string | number | boolean | readonly Scalar[] | null;

/** Fields by name. */
export type FieldSources = Readonly<Record<string, FieldSource>>;

/** One event id, or several written with blanks between them. */
export interface EventEntry {
  /** What the event is, for people. */
  readonly title: string;
  readonly action?: string;
  readonly category?: readonly string[];
  readonly type?: readonly string[];
  /** Names of groups of fields in the file's `parts`. */
  readonly parts?: readonly string[];
  readonly fields?: FieldSources;
}

/** One file: a provider, or a family of its events. */
export interface MappingFile {
  readonly title: string;
  /** Where the knowledge comes from. */
  readonly source: string;
  readonly date: string;
  /** Names of the provider, the usual one first. */
  readonly providers: readonly string[];
  /** Channels its events stand in; they decide when a record does not name its provider. A `*` ends a family. */
  readonly channels: readonly string[];
  /** Dataset when the channel is unknown. */
  readonly dataset: string;
  /** Meaning of `%%` codes. */
  readonly codes: CodeTable;
  readonly parts?: Readonly<Record<string, FieldSources>>;
  /** Fields of every event of the provider, listed or not. */
  readonly every?: FieldSources;
  readonly events: Readonly<Record<string, EventEntry>>;
}

/** Dataset of a channel; a `*` at the end stands for the rest of a family. */
export type ChannelDatasets = Readonly<Record<string, string>>;

/** Mapping files, in the order in which they are asked. One line a file. */
const FILES: readonly string[] = [
  'security-logon',
  'security-share',
  'security-execution',
  'security-account',
  'security-dc',
  'filtering-platform',
  'eventlog',
  'firewall',
  'service-control-manager',
  'sysmon',
  'smbserver',
  'smbclient',
  'ntlm',
  'netlogon',
  'task-scheduler',
  'wmi-activity',
  'powershell',
];

/** @returns the mapping files of the package */
export function readMappingFiles(): readonly MappingFile[] {
  return FILES.map((name) => readContentJson<MappingFile>(`windows/${name}.json`));
}

/** @returns datasets by channel in lower case, families last */
export function readChannelDatasets(): ChannelDatasets {
  return readContentJson<{ channels: ChannelDatasets }>('windows/channels.json').channels;
}
