/** The configuration as every command reads it: checked against the engine, remarks said. */
import { formatPlaced } from '../base/error.ts';
import { printableLines } from '../base/text/printable.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { ENGINE_LIMITS } from '../detect/scan/limits.ts';
import { CAPTURE_LIMITS } from '../sources/pcap/limits.ts';
import { say } from './terminal/output.ts';

/**
 * @param flags `--config`, and `--quiet` where the command has it
 * @throws CONFIG-READ, TOML-SYNTAX, CONFIG-KEY or CONFIG-VALUE
 */
export function readConfiguration(flags: { readonly config?: string; readonly quiet?: boolean }): Config {
  const config = loadConfig(flags.config, { limits: [...ENGINE_LIMITS, ...CAPTURE_LIMITS].map(({ name }) => name) });
  if (!flags.quiet) {
    for (const { code, message, place } of config.warnings) say(printableLines(formatPlaced(code, message, place)));
  }
  return config;
}
