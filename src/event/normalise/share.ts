/** Normal forms of shares, pipes and paths, so that a rule is written once for every sensor. */
import { remember } from '../../base/remember.ts';

/**
 * Share name of a share path.
 *
 * @param path `\\server\share`, `\\*\ADMIN$`, `//server/share` or a bare name; anything behind the share is dropped
 * @returns the name in capitals, or undefined when there is none
 */
export const shareName = remember((path: string): string | undefined => {
  const parts = path.split(/[\\/]+/);
  const name = parts[0] === '' ? parts[2] : parts[0];
  return name ? name.toUpperCase() : undefined;
});

/** @returns whether a share name (as {@link shareName} gives it) is ADMIN$ or a drive share; IPC$ is not */
export function isAdminShare(name: string): boolean {
  return name === 'ADMIN$' || (name.length === 2 && name.endsWith('$') && name >= 'A$' && name <= 'Z$');
}

/** Shares that Windows itself makes for its own work. */
const SYSTEM_SHARES: ReadonlySet<string> = new Set(['PRINT$', 'FAX$', 'SYSVOL', 'NETLOGON']);

/**
 * What a share is for.
 *
 * @param name share name in capitals
 */
export function shareKind(name: string): 'admin' | 'pipe' | 'system' | 'data' {
  if (isAdminShare(name)) return 'admin';
  if (name === 'IPC$') return 'pipe';
  return SYSTEM_SHARES.has(name) ? 'system' : 'data';
}

/** @returns whether the share is left out when shares are listed: its name ends in `$` */
export function isHiddenShare(name: string): boolean {
  return name.endsWith('$');
}

/**
 * Local path on the server of a file on an admin share: ADMIN$ is the Windows folder, `X$` is drive X.
 *
 * @param share name as {@link shareName} gives it
 * @param path path below the share
 * @returns the path with backslashes, or undefined for another share; the Windows folder is taken to be C:\Windows, since
 * the wire does not say
 */
export function localPath(share: string, path: string): string | undefined {
  const below = path.replaceAll('/', '\\').replace(/^\\+/, '');
  if (share === 'ADMIN$') return `C:\\Windows\\${below}`;
  if (isAdminShare(share)) return `${share.charAt(0)}:\\${below}`;
  return undefined;
}

/**
 * Pipe name without its prefix.
 *
 * @param pipe `\pipe\svcctl`, `\\PIPE\\svcctl`, `svcctl`
 * @returns `svcctl`, in lower case, or undefined when nothing is left
 */
export function pipeName(pipe: string): string | undefined {
  const name = pipe
    .toLowerCase()
    .replaceAll('/', '\\')
    .replace(/^\\+/, '')
    .replace(/^pipe\\+/, '');
  return name === '' ? undefined : name;
}

/** @returns the last part of a path with either slash; empty when the path ends in one */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
}

/** @returns the extension of a file name in lower case without its dot, or undefined */
export function fileExtension(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot > 0 && dot < name.length - 1 ? name.slice(dot + 1).toLowerCase() : undefined;
}

/**
 * Splits an account.
 *
 * @param text `DOMAIN\name`, `name@realm`, `name/REALM` or `name`
 */
export function splitAccount(text: string): { name: string; domain: string | undefined } {
  const back = text.indexOf('\\');
  if (back > 0) return { name: text.slice(back + 1), domain: text.slice(0, back) };
  const at = Math.max(text.lastIndexOf('@'), text.lastIndexOf('/'));
  if (at > 0) return { name: text.slice(0, at), domain: text.slice(at + 1) || undefined };
  return { name: text, domain: undefined };
}
