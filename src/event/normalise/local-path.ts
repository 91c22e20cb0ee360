/** Local paths in the one form in which rules compare them: what a client wrote over a share, and what a command names. */
import { partsWithBackslash } from './command-parts.ts';

/** Paths one command is searched for: real ones name a handful, and every one is looked up. */
const MAX_PATHS = 8;

/** Characters of a command that are searched; a path behind them would be an odd place for the first one. */
const MAX_COMMAND_CHARS = 4096;

/** Files a shell sends output to: `> x`, `1>>x`. */
const OUTPUTS = />>?\s*(?:"([^"]+)"|[^\s"<>|&]+)/g;

/** A share of the host itself or of any other: `\\127.0.0.1\admin$\x`, `\\.\c$\x`. */
const ADMIN_SHARE = /^\\\\[^\\]+\\(admin|[a-z])\$(?=\\|$)/;

/** Ways to write the Windows folder without its drive. */
const WINDOWS_FOLDER = /^(?:%(?:systemroot|windir)%|\\?systemroot)(?=\\)/;

/**
 * @param path as Windows, a client or a command writes it
 * @returns `c:\windows\x` in lower case: prefixes of the kernel taken off, admin shares made the folder behind them,
 * the Windows folder always on drive C; undefined for what is no path of a file
 */
export function comparablePath(path: string): string | undefined {
  let plain = path.trim().toLowerCase();
  if (plain.includes('/')) plain = plain.replaceAll('/', '\\');
  // Nearly every path begins with its drive; the patterns cost more than all the rest.
  if (!hasDrive(plain)) plain = spelledOut(plain);
  if (plain.endsWith('\\')) return undefined;
  if (!hasDrive(plain)) return /^\\\\[^\\]/.test(plain) ? plain : undefined;
  if (plain[2] !== '\\' || plain.length < 4 || plain[3] === '\\') return undefined;
  // On whichever drive the Windows folder is: the wire does not say.
  return plain.startsWith(':\\windows\\', 1) && plain[0] !== 'c' ? `c${plain.slice(1)}` : plain;
}

/** @param path in lower case, with backslashes */
function spelledOut(path: string): string {
  return path
    .replace(/^\\(?:\?\?|\\\?)\\/, '')
    .replace(/^\\device\\harddiskvolume\d+(?=\\)/, 'c:')
    .replace(ADMIN_SHARE, (_, share: string) => (share === 'admin' ? 'c:\\windows' : `${share}:`))
    .replace(/^system32(?=\\)/, 'c:\\windows\\system32')
    .replace(WINDOWS_FOLDER, 'c:\\windows');
}

/** @param path in lower case */
function hasDrive(path: string): boolean {
  return path[1] === ':' && path[0]! >= 'a' && path[0]! <= 'z';
}

/**
 * @param command a command line
 * @returns the paths it names, each once, in order; at most {@link MAX_PATHS}
 */
export function pathsOfCommand(command: string): string[] {
  const found: string[] = [];
  for (const part of partsWithBackslash(command.slice(0, MAX_COMMAND_CHARS))) {
    const path = comparablePath(part);
    if (path === undefined || found.includes(path)) continue;
    found.push(path);
    if (found.length === MAX_PATHS) break;
  }
  return found;
}

/**
 * @param command a command line
 * @returns the paths its output goes to, each once, in order; at most {@link MAX_PATHS}
 */
export function outputsOfCommand(command: string): string[] {
  if (!command.includes('>')) return [];
  const found = new Set<string>();
  for (const [part, quoted] of command.slice(0, MAX_COMMAND_CHARS).replaceAll('^', '').matchAll(OUTPUTS)) {
    const path = comparablePath(quoted ?? part.replace(/^>+\s*/, ''));
    if (path !== undefined && found.size < MAX_PATHS) found.add(path);
  }
  return [...found];
}
