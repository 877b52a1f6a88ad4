import { Client } from 'pg';
import { runCommand } from '../run-command';

/** Runs the work on one connection of its own, without a limit of time; a failure ends the command with one line. */
export function withClient(work: (client: Client) => Promise<void>): Promise<void> {
  return runCommand('visits', async ({ database }) => {
    const client = new Client({ ...database.clientConfig, keepAlive: true });
    // A connection that is lost fails the statement under way, which is how the command hears of it.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('SET statement_timeout = 0');
      await work(client);
    } finally {
      await client.end();
    }
  });
}
