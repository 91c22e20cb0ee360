import { namedList } from '../base/named-list.ts';
import { alertsCommand } from './commands/alerts.ts';
import { auditCommand } from './commands/audit.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { eventsCommand } from './commands/events.ts';
import { exceptCommand } from './commands/except.ts';
import { examplesCommand } from './commands/examples.ts';
import { fieldsCommand } from './commands/fields.ts';
import { gapsCommand } from './commands/gaps.ts';
import { helpCommand } from './commands/help.ts';
import { keysCommand } from './commands/keys.ts';
import { linksCommand } from './commands/links.ts';
import { listsCommand } from './commands/lists.ts';
import { loadCommand } from './commands/load.ts';
import { logonsCommand } from './commands/logons.ts';
import { normalizeCommand } from './commands/normalize.ts';
import { notifyCommand } from './commands/notify.ts';
import { queryCommand } from './commands/query.ts';
import { rulesCommand } from './commands/rules.ts';
import { scanCommand } from './commands/scan.ts';
import { serveCommand } from './commands/serve.ts';
import { sourcesCommand } from './commands/sources.ts';
import { statusCommand } from './commands/status.ts';
import { storeCommand } from './commands/store.ts';
import { translateCommand } from './commands/translate.ts';
import { usersCommand } from './commands/users.ts';
import { watchCommand } from './commands/watch.ts';

/** The commands in the order in which help shows them. A new command is one file and one line. */
export const commands = namedList('command', 'USAGE', [
  scanCommand,
  watchCommand,
  serveCommand,
  loadCommand,
  deadLettersCommand,
  statusCommand,
  alertsCommand,
  exceptCommand,
  listsCommand,
  notifyCommand,
  usersCommand,
  keysCommand,
  auditCommand,
  configCommand,
  doctorCommand,
  storeCommand,
  examplesCommand,
  queryCommand,
  translateCommand,
  normalizeCommand,
  linksCommand,
  logonsCommand,
  eventsCommand,
  rulesCommand,
  gapsCommand,
  fieldsCommand,
  sourcesCommand,
  completionCommand,
  helpCommand,
]);
