/** The share, the file or pipe below it, and where the file lies on the server. */
import type { FieldValue } from '../../../event/document.ts';
import { baseName, isAdminShare, localPath, pipeName, shareName } from '../../../event/normalise/share.ts';
import { mappedName } from '../mapped-name.ts';
import { present, type WindowsRead } from '../windows-read.ts';
import type { WindowsRecord } from '../windows-record.ts';
import { asksToWrite } from './access.ts';
import { auditOutcome } from './keywords.ts';
import { folderOf, plainPath, withoutStream } from './path.ts';

const SHARE_NAME = mappedName('ShareName');
const SHARE_LOCAL_PATH = mappedName('ShareLocalPath');
const SHARE_PATH = mappedName('SharePath');
const RELATIVE_TARGET = mappedName('RelativeTargetName');

/** Local path of a printer share: the printer's name and this. */
const PRINTER = /,LocalsplOnly$/i;

function nameOf(record: WindowsRecord): string | undefined {
  const path = present(record.data(SHARE_NAME));
  return path === undefined ? undefined : shareName(path);
}

function statedPath(record: WindowsRecord): string | undefined {
  const path = present(record.data(SHARE_LOCAL_PATH)) ?? present(record.data(SHARE_PATH));
  return path === undefined || path.toLowerCase() === 'null' ? undefined : plainPath(path);
}

/** What Windows takes for granted: ADMIN$ is its folder, `X$` is a drive. */
function assumedPath(record: WindowsRecord): string | undefined {
  const share = nameOf(record);
  if (share === undefined) return undefined;
  return share === 'ADMIN$' ? 'C:\\Windows' : localPath(share, '');
}

const isPipeShare = (record: WindowsRecord) => nameOf(record) === 'IPC$';

/** Path below the share as the client wrote it; a lone backslash is the share itself. */
function belowShare(record: WindowsRecord): string | undefined {
  const path = present(record.data(RELATIVE_TARGET))?.replaceAll('/', '\\').replace(/^\\+/, '');
  return path === '' ? undefined : path;
}

function fileBelow(record: WindowsRecord): string | undefined {
  const path = isPipeShare(record) ? undefined : belowShare(record);
  return path === undefined ? undefined : withoutStream(path);
}

function folderOfShare(record: WindowsRecord): string | undefined {
  const path = statedPath(record) ?? assumedPath(record);
  return path === undefined || PRINTER.test(path) || isPipeShare(record) ? undefined : path;
}

function localFile(record: WindowsRecord): string | undefined {
  const folder = folderOfShare(record);
  const file = fileBelow(record);
  if (folder === undefined || file === undefined) return undefined;
  return `${folder.replace(/\\+$/, '')}\\${file}`;
}

const isGranted = (record: WindowsRecord) => auditOutcome(record.keywords) === 'success';

/** Reads of shares, by the word the mapping files use. */
export const SHARE_READS: Readonly<Record<string, WindowsRead>> = {
  shareName: nameOf,
  shareType: (record): FieldValue => {
    if (isPipeShare(record)) return 'PIPE';
    const path = statedPath(record);
    return path === undefined ? undefined : PRINTER.test(path) ? 'PRINT' : 'DISK';
  },
  shareLocalPath: (record) => folderOfShare(record),
  isAssumedPath: (record) =>
    statedPath(record) === undefined && folderOfShare(record) !== undefined ? true : undefined,
  pipeBelow: (record) => (isPipeShare(record) ? pipeName(belowShare(record) ?? '') : undefined),
  fileBelow,
  streamBelow: (record) => {
    const path = isPipeShare(record) ? undefined : belowShare(record);
    const file = fileBelow(record);
    return path === undefined || path === file ? undefined : path.slice(file!.length + 1) || undefined;
  },
  localFile,
  /** Known for the file shares of administrators only, as for every other source. */
  adminFile: (record) => (isAdminShare(nameOf(record) ?? '') ? localFile(record) : undefined),
  localFolder: (record) => folderOf(localFile(record) ?? ''),
  nameBelow: (record) => baseName(fileBelow(record) ?? '') || undefined,
  /** The record shows a right that was granted, and rights to write are what files are changed with. */
  isWritten: (record) =>
    fileBelow(record) !== undefined && isGranted(record) && asksToWrite(record) ? true : undefined,
};
