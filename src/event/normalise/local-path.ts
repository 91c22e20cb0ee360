/** Local paths in the one form in which rules compare them: what a client wrote over a share, and what a command names. */

/** Paths one command is searched for: real ones name a handful, and every one is looked up. */
const MAX_PATHS = 8;

/** Characters of a command that are searched; a path behind them would be an odd place for the first one. */
const MAX_COMMAND_CHARS = 4096;

/** Quoted parts, and parts between blanks and the signs that end a path in a shell. */
const PARTS = /"([^"]+)"|'([^']+)'|[^\s"'<>|&;,=()]+/g;

/** Files a shell sends output to: `> x`, `1>>x`. */
const OUTPUTS = />>?\s*(?:"([^"]+)"|[^\s"<>|&]+)/g;

/** A share of the host itself or of any other: `\\127.0.0.1\admin$\x`, `\\.\c$\x`. */
const ADMIN_SHARE = /^\\\\[^\\]+\\(admin|[a-z])\$(?=\\|$)/;

/** Ways to write the Windows folder, on whichever drive it is: the wire does not say. */
const WINDOWS_FOLDER = /^(?:%(?:systemroot|windir)%|\\?systemroot|[a-z]:\\windows)(?=\\)/;

/**
 * @param path as Windows, a client or a command writes it
 * @returns `c:\windows\x` in lower case: prefixes of the kernel taken off, admin shares made the folder behind them,
 * the Windows folder always on drive C; undefined for what is no path of a file
 */
export function comparablePath(path: string): string | undefined {
  const plain = path
    .trim()
    .toLowerCase()
    .replaceAll('/', '\\')
    .replace(/^\\(?:\?\?|\\\?)\\/, '')
    .replace(/^\\device\\harddiskvolume\d+(?=\\)/, 'c:')
    .replace(ADMIN_SHARE, (_, share: string) => (share === 'admin' ? 'c:\\windows' : `${share}:`))
    .replace(/^system32(?=\\)/, 'c:\\windows\\system32')
    .replace(WINDOWS_FOLDER, 'c:\\windows');
  return /^(?:[a-z]:|\\)\\[^\\]/.test(plain) && !plain.endsWith('\\') ? plain : undefined;
}

/**
 * @param command a command line
 * @returns the paths it names, each once, in order; at most {@link MAX_PATHS}
 */
export function pathsOfCommand(command: string): string[] {
  const found = new Set<string>();
  for (const [part, double, single] of command.slice(0, MAX_COMMAND_CHARS).matchAll(PARTS)) {
    const text = double ?? single ?? part;
    if (!text.includes('\\')) continue;
    const path = comparablePath(text);
    if (path === undefined) continue;
    found.add(path);
    if (found.size === MAX_PATHS) break;
  }
  return [...found];
}

/**
 * @param command a command line
 * @returns the paths its output goes to, each once, in order; at most {@link MAX_PATHS}
 */
export function outputsOfCommand(command: string): string[] {
  const found = new Set<string>();
  for (const [part, quoted] of command.slice(0, MAX_COMMAND_CHARS).replaceAll('^', '').matchAll(OUTPUTS)) {
    const path = comparablePath(quoted ?? part.replace(/^>+\s*/, ''));
    if (path !== undefined && found.size < MAX_PATHS) found.add(path);
  }
  return [...found];
}
