import type { Command } from 'commander';

/** `smbastion rules import PATH`. */
export function registerRulesImport(rules: Command): void {
  rules.command('import');
}
