import { fieldId } from '../field.ts';
import {
  baseName,
  fileExtension,
  isAdminShare,
  isHiddenShare,
  localPath,
  shareKind,
  shareName,
} from '../normalise/share.ts';
import { firstText } from '../view.ts';
import type { Derivation } from './derivations.ts';

const SHARE_PATH = fieldId('smb.share.path');
const SHARE_NAME = fieldId('smb.share.name');
const FILE_PATH = fieldId('smb.file.path');
const PREVIOUS_NAME = fieldId('smb.file.previous_name');
const FILE_NAME = fieldId('file.name');

/** A rename that keeps the old name and puts something behind it: `plan.xlsx` to `plan.xlsx.lock`. */
const extensionAdded: Derivation = (view) => {
  const before = firstText(view, PREVIOUS_NAME);
  const after = firstText(view, FILE_PATH);
  if (before === undefined || after === undefined) return undefined;
  return after.length > before.length + 1 && after.toLowerCase().startsWith(`${before.toLowerCase()}.`)
    ? true
    : undefined;
};

/** Derived fields of shares and files, by name. */
export const SHARE_DERIVATIONS: Readonly<Record<string, Derivation>> = {
  'smb.share.name': (view) => {
    const path = firstText(view, SHARE_PATH);
    return path === undefined ? undefined : shareName(path);
  },
  'smb.share.admin': (view) => {
    const name = firstText(view, SHARE_NAME);
    return name === undefined ? undefined : isAdminShare(name);
  },
  'smb.share.kind': (view) => {
    const name = firstText(view, SHARE_NAME);
    return name === undefined ? undefined : shareKind(name);
  },
  'smb.share.is_hidden': (view) => {
    const name = firstText(view, SHARE_NAME);
    return name === undefined ? undefined : isHiddenShare(name);
  },
  'smb.local_path': (view) => {
    const share = firstText(view, SHARE_NAME);
    const path = firstText(view, FILE_PATH);
    return share === undefined || path === undefined ? undefined : localPath(share, path);
  },
  'smb.file.extension_added': extensionAdded,
  'file.name': (view) => {
    const path = firstText(view, FILE_PATH);
    return path === undefined ? undefined : baseName(path) || undefined;
  },
  'file.extension': (view) => {
    const name = firstText(view, FILE_NAME);
    return name === undefined ? undefined : fileExtension(name);
  },
};
