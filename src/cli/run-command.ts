import { loadSettings } from '../config/load-settings';
import { logInAsOwner } from '../config/log-in-as-owner';
import type { Settings } from '../config/settings';
import { openDatabase, type OpenDatabase } from '../lifecycle/open-database';

/** What a command works with. */
export interface CommandContext {
  /** Logged in as the owner of the tables. */
  readonly database: OpenDatabase;
  readonly settings: Settings;
}

/**
 * Opens the database that the settings name (joining or starting the embedded one), runs the work and closes it
 * again. A failure ends the process with one line and a non-zero code.
 */
export async function runCommand(
  name: string,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  try {
    const settings = loadSettings(process.env);
    const owned = { database: logInAsOwner(settings.database) };
    const database = await openDatabase(owned, 'shared', `footfall-${name}`);
    try {
      await work({ database, settings });
    } finally {
      await database.close();
    }
  } catch (error) {
    process.stderr.write(`${name}: ${describeError(error)}${adviseOn(error)}\n`);
    process.exitCode = 1;
  }
}

// Node gathers the failures of several addresses in an error without a message of its own.
function describeError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeError).join('; ');
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${describeError(error.cause)})` : '';
  return `${error.message}${cause}`;
}

// 42501 is insufficient_privilege; Sequelize and the runner of statements keep the server's error inside.
function adviseOn(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, parent } = error as { code?: unknown; parent?: unknown };
  if (code !== '42501') return adviseOn(parent ?? error.cause);
  return '; commands log in as the owner of the tables: set DB_OWNER_USERNAME and DB_OWNER_PASSWORD';
}
