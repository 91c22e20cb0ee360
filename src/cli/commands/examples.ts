import { countOf } from '../../base/text/figures.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { say } from '../terminal/output.ts';

/** `smbastion examples …`: the evidence that `npm start` loads into an empty store. */
export const examplesCommand: CliCommand = {
  id: 'examples',
  register: (program) => {
    const examples = program.command('examples').description('take the bundled examples out of the server');
    examples.helpCommand(false);
    addServerOptions(examples.command('remove'))
      .description('take out the example events, and alerts that are about nothing else')
      .action((flags: ServerFlags) =>
        withApi(flags, async (api) => {
          const { events, alerts } = await api.delete<{ events: number; alerts: number }>('/api/v1/examples');
          say(`${countOf(events, 'event')} and ${countOf(alerts, 'alert')} of the examples were taken out.`);
        }),
      );
    for (const command of examples.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};
