/** Members of zip archives, from a file or from bytes, as streams. */
import { type Entry, fromBuffer, open, type ZipFile } from 'yauzl';
import type { Chunks } from './unpack.ts';

/** One member of an archive. */
export interface ZipMember {
  readonly name: string;
  readonly chunks: Chunks;
}

/** @returns whether the bytes begin a zip archive (also an empty one) */
export function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && (head[3] === 4 || head[3] === 6);
}

/**
 * Walks the members of an archive in the order of its directory; folders are left out. Names are only shown, never used
 * as paths, so a member called `../../etc/passwd` is harmless.
 *
 * @param archive path of the archive, or its bytes when it came through a pipe
 * @throws Error with a sentence when the archive is damaged or a member is encrypted
 */
export async function* zipMembers(archive: string | Buffer): AsyncGenerator<ZipMember> {
  const zip = await openZip(archive);
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (entry === undefined) return;
      const name = nameOf(entry);
      if (!name.endsWith('/')) yield { name, chunks: memberChunks(zip, entry) };
    }
  } finally {
    zip.close();
  }
}

/** Names stay bytes: yauzl refuses a whole archive for a name like `../x`, which is only shown here. */
const OPTIONS = { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: false } as const;

/** Name of a member; the types promise a string, but with `decodeStrings` off it is bytes. */
function nameOf(entry: Entry): string {
  const name: unknown = entry.fileName;
  return Buffer.isBuffer(name) ? name.toString('utf8') : String(name);
}

function openZip(archive: string | Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, zip?: ZipFile) => {
      if (zip) resolve(zip);
      else reject(new Error(`the zip archive cannot be read: ${error?.message ?? 'no directory'}`));
    };
    if (typeof archive === 'string') open(archive, OPTIONS, done);
    else fromBuffer(archive, OPTIONS, done);
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const clear = () => {
      zip.removeAllListeners('entry');
      zip.removeAllListeners('end');
      zip.removeAllListeners('error');
    };
    zip.once('entry', (entry: Entry) => {
      clear();
      resolve(entry);
    });
    zip.once('end', () => {
      clear();
      resolve(undefined);
    });
    zip.once('error', (error: Error) => {
      clear();
      reject(new Error(`the zip archive is damaged: ${error.message}`));
    });
    zip.readEntry();
  });
}

async function* memberChunks(zip: ZipFile, entry: Entry): Chunks {
  if (entry.isEncrypted()) throw new Error('this member of the zip archive is encrypted');
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, readable) => {
      if (readable) resolve(readable);
      else reject(new Error(`this member of the zip archive cannot be read: ${error?.message ?? 'no data'}`));
    });
  });
  for await (const chunk of stream) yield chunk as Buffer;
}
