/** Paths as the kernel, services and users write them. */
import { baseName } from '../../../event/normalise/share.ts';
import type { Convert } from '../windows-read.ts';

/** Folder Windows is installed in unless somebody chose another: what `%SystemRoot%` is taken for. */
const WINDOWS_FOLDER = 'C:\\Windows';

/**
 * @param path `\??\C:\x`, `\\?\C:\x`, `\\?\UNC\host\share`, or any other path
 * @returns the path without the prefixes of the kernel's name space; device paths stay as they are, since the drive of a
 * volume is not in the record
 */
export function plainPath(path: string): string {
  if (!path.startsWith('\\')) return path;
  if (/^\\(\?\?|\\\?)\\UNC\\/i.test(path)) return `\\\\${path.slice(8)}`;
  return path.startsWith('\\??\\') || path.startsWith('\\\\?\\') ? path.slice(4) : path;
}

/** @returns the folder of a path, undefined for a bare name */
export function folderOf(path: string): string | undefined {
  const cut = path.lastIndexOf('\\');
  if (cut < 0) return undefined;
  return /^[A-Za-z]:$/.test(path.slice(0, cut)) ? path.slice(0, cut + 1) : path.slice(0, cut) || undefined;
}

/**
 * The program of a command line as services have it: `%SystemRoot%\x.exe`, `"C:\A B\x.exe" -k`, `System32\drivers\x.sys`.
 *
 * @returns its path with the Windows folder filled in, undefined for an empty line
 */
export function programOf(commandLine: string): string | undefined {
  const line = commandLine.trim();
  const program = line.startsWith('"') ? line.slice(1).split('"')[0]! : unquotedProgram(line);
  const plain = plainPath(program.trim());
  if (plain === '') return undefined;
  return plain
    .replace(/^%(systemroot|windir)%/i, WINDOWS_FOLDER)
    .replace(/^\\?systemroot(?=\\)/i, WINDOWS_FOLDER)
    .replace(/^%comspec%/i, `${WINDOWS_FOLDER}\\System32\\cmd.exe`)
    .replace(/^system32(?=\\)/i, `${WINDOWS_FOLDER}\\System32`);
}

/** @returns whether {@link programOf} had to take the Windows folder for C:\Windows */
export function assumesFolder(commandLine: string): boolean {
  return /^"?(%(systemroot|windir|comspec)%|\\?systemroot\\|system32\\)/i.test(commandLine.trim());
}

/** Without quotes the path ends behind its first extension of a program, else at the first blank. */
function unquotedProgram(line: string): string {
  const match = /^.+?\.(exe|com|bat|cmd|sys|dll|ps1|scr)(?=\s|$)/i.exec(line);
  return match ? match[0] : (line.split(/\s/)[0] ?? line);
}

/** @returns the parts of a command line: blanks separate, quotes keep together and are taken off */
export function argumentsOf(commandLine: string): string[] {
  return (commandLine.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []).map((part) => part.replaceAll('"', ''));
}

/** @returns a path without the name of an alternate data stream: `C:\x.txt:Zone.Identifier` and `x.txt:s` */
export function withoutStream(path: string): string {
  const colon = streamColon(path);
  return colon < 0 ? path : path.slice(0, colon);
}

function streamColon(path: string): number {
  const drive = /^[A-Za-z]:\\/.test(path) ? 2 : 0;
  const name = Math.max(path.lastIndexOf('\\') + 1, drive);
  return path.indexOf(':', name);
}

export const PATH_CONVERTERS: Readonly<Record<string, Convert>> = {
  path: plainPath,
  filePath: (text) => withoutStream(plainPath(text)),
  fileName: (text) => baseName(withoutStream(plainPath(text))) || undefined,
  folder: (text) => folderOf(plainPath(text)),
  streamName: (text) => {
    const plain = plainPath(text);
    const colon = streamColon(plain);
    return colon < 0 ? undefined : plain.slice(colon + 1) || undefined;
  },
  program: programOf,
  isAssumedProgram: (text) => (assumesFolder(text) ? true : undefined),
  programName: (text) => baseName(plainPath(text)) || undefined,
  arguments: (text) => {
    const parts = argumentsOf(text);
    return parts.length === 0 ? undefined : parts;
  },
  argumentCount: (text) => argumentsOf(text).length,
};
