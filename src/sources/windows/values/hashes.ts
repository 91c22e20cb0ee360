import { mappedName } from '../mapped-name.ts';
import { firstPresent, type WindowsRead } from '../windows-read.ts';

/** `hash MD5 Hashes Hash`: one digest of `SHA1=..,MD5=..,SHA256=..,IMPHASH=..`, in lower case. */
export const HASH_READERS: Readonly<Record<string, (args: readonly string[]) => WindowsRead>> = {
  hash: ([algorithm, ...values]) => {
    const names = values.map((name) => mappedName(name));
    const pattern = new RegExp(`(?:^|,)\\s*${algorithm}=([0-9a-fA-F]+)`, 'i');
    return (record) => {
      const text = firstPresent(record, names);
      const digest = text === undefined ? undefined : pattern.exec(text)?.[1];
      return digest === undefined || /^0+$/.test(digest) ? undefined : digest.toLowerCase();
    };
  },
};
