import { loadSettings } from '../config/load-settings';
import type { Settings } from '../config/settings';
import { openDatabase, type OpenDatabase } from '../lifecycle/open-database';

/** What a command works with. */
export interface CommandContext {
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
    const database = await openDatabase(settings, 'shared', `footfall-${name}`);
    try {
      await work({ database, settings });
    } finally {
      await database.close();
    }
  } catch (error) {
    process.stderr.write(`${name}: ${describeError(error)}\n`);
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
