/** The configuration of commands that run or ask a server: what the file says, over it the environment, over it flags. */
import { resolve } from 'node:path';
import { SmbError } from '../base/error.ts';
import type { Config } from '../config/config.ts';
import {
  formatListenAddress,
  type ListenAddress,
  parseListenAddress,
  type ServerSettings,
} from '../config/server-settings.ts';
import { readConfiguration } from './configuration.ts';

/** Flags that change what the file says. */
export interface ServerConfigFlags {
  readonly config?: string;
  readonly quiet?: boolean;
  readonly data?: string;
  readonly listen?: ListenAddress;
}

/** A value that does not come from the file. */
export interface Override {
  /** As the file would name it. */
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

/**
 * @returns the configuration, and which values do not come from its file
 * @throws CONFIG-READ, TOML-SYNTAX, CONFIG-KEY or CONFIG-VALUE; USAGE for a variable that holds no address
 */
export function readServerConfiguration(flags: ServerConfigFlags): { config: Config; overrides: readonly Override[] } {
  const file = flags.config ?? process.env['SMBASTION_CONFIG'];
  const config = readConfiguration({ ...flags, ...(file !== undefined && { config: file }) });
  const overrides: Override[] = [];
  const server: { -readonly [K in keyof ServerSettings]: ServerSettings[K] } = { ...config.server };
  const data = flags.data ?? process.env['SMBASTION_DATA'];
  if (data !== undefined) {
    server.dataFolder = resolve(data);
    const origin = flags.data === undefined ? 'environment SMBASTION_DATA' : 'flag --data';
    overrides.push({ key: 'server.data', value: JSON.stringify(data), origin });
  }
  const listen = flags.listen ?? listenOfEnvironment();
  if (listen !== undefined) {
    server.listen = listen;
    const origin = flags.listen === undefined ? 'environment SMBASTION_LISTEN' : 'flag --listen';
    overrides.push({ key: 'server.listen', value: JSON.stringify(formatListenAddress(listen)), origin });
  }
  return { config: { ...config, server }, overrides };
}

function listenOfEnvironment(): ListenAddress | undefined {
  const text = process.env['SMBASTION_LISTEN'];
  if (text === undefined) return undefined;
  const address = parseListenAddress(text);
  if (address) return address;
  throw new SmbError('USAGE', `SMBASTION_LISTEN is "${text}", which is no address and port.`, {
    fix: 'such as 127.0.0.1:8445',
  });
}
