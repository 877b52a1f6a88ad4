import { loadSettings } from '../config/load-settings';
import { logInAsOwner } from '../config/log-in-as-owner';
import type { Settings } from '../config/settings';
import { onEndingSignal } from '../lifecycle/on-ending-signal';
import { openDatabase } from '../lifecycle/open-database';
import type { DatabaseContext } from '../lifecycle/use-database';

/** What a command works with. */
export interface CommandContext extends DatabaseContext {
  readonly settings: Settings;
}

/**
 * Opens the database that the settings name (joins or starts the embedded one), runs the work and closes the database.
 * A signal that ends the process closes it as well.
 * @param name the command, as the server's list of sessions shows it.
 */
export async function runOnDatabase(
  name: string,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const settings = loadSettings(process.env);
  const owned = { database: logInAsOwner(settings.database) };
  const opening = openDatabase(owned, 'shared', `footfall-${name}`);
  const stopListening = onEndingSignal((signal) => {
    void opening
      .then((database) => database.close())
      .catch(() => undefined)
      .then(() => {
        stopListening();
        // Not process.exit, which would wait for a read that waits for a pipe.
        process.kill(process.pid, signal);
      });
  });
  try {
    await work({ database: await opening, settings });
  } finally {
    stopListening();
    await opening.then((database) => database.close());
  }
}
