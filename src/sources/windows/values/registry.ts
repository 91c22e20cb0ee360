import type { Convert } from '../windows-read.ts';

/** The key and value of `HKLM\System\..\Value` as Sysmon writes it. */
export const REGISTRY_CONVERTERS: Readonly<Record<string, Convert>> = {
  registryHive: (text) => hiveAndKey(text)?.[0],
  registryKey: (text) => hiveAndKey(text)?.[1],
  /** Key of a value: without the last part. */
  registryKeyOfValue: (text) => {
    const key = hiveAndKey(text)?.[1];
    const cut = key?.lastIndexOf('\\') ?? -1;
    return cut < 0 ? undefined : key!.slice(0, cut);
  },
  registryValue: (text) => text.slice(text.lastIndexOf('\\') + 1) || undefined,
};

function hiveAndKey(path: string): readonly [string, string] | undefined {
  const match = /^\\?(HK[A-Z_]+)\\(.+)$/i.exec(path);
  return match ? [match[1]!.toUpperCase(), match[2]!] : undefined;
}
