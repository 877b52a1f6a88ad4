import { loadSettings } from '../config/load-settings';
import { logInAsOwner } from '../config/log-in-as-owner';
import type { Settings } from '../config/settings';
import { openDatabase } from '../lifecycle/open-database';
import type { DatabaseContext } from '../lifecycle/use-database';

/** What a command works with. */
export interface CommandContext extends DatabaseContext {
  readonly settings: Settings;
}

/**
 * Opens the database that the settings name (joins or starts the embedded one), runs the work and closes the database.
 * @param name the command, as the server's list of sessions shows it.
 */
export async function runOnDatabase(
  name: string,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const settings = loadSettings(process.env);
  const owned = { database: logInAsOwner(settings.database) };
  const database = await openDatabase(owned, 'shared', `footfall-${name}`);
  try {
    await work({ database, settings });
  } finally {
    await database.close();
  }
}
