import type { CliCommand } from '../command.ts';
import { registerAlertChanges } from './alerts/change.ts';
import { registerAlertsList } from './alerts/list.ts';
import { registerAlertsShow } from './alerts/show.ts';

/** `smbastion alerts …`: what rules found on the server, and what people make of it. */
export const alertsCommand: CliCommand = {
  id: 'alerts',
  register: (program) => {
    const alerts = program
      .command('alerts')
      .description('list, show, acknowledge, close and reopen alerts of the server');
    alerts.helpCommand(false);
    registerAlertsList(alerts);
    registerAlertsShow(alerts);
    registerAlertChanges(alerts);
    for (const command of alerts.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};
