import { docker, waitUntil } from '../../support/shell.mjs';
import { findFreePort, runId } from '../../support/engine.mjs';

const name = `footfall-test-db-${runId}`;
export const password = `pw-${runId}`;

/**
 * Starts a PostgreSQL in a container beside the swarm, as a managed database would be, where both the tasks of a stack
 * and containers on the host's network reach it.
 */
export async function startDatabase() {
  const address = await docker([
    ...['network', 'inspect', 'docker_gwbridge', '--format', '{{range .IPAM.Config}}{{.Gateway}}{{end}}'],
  ]);
  const port = await findFreePort();
  await docker([
    ...['run', '--detach', '--rm', '--name', name, '--network', 'host'],
    ...[
      '--env',
      'POSTGRES_USER=footfall',
      '--env',
      'POSTGRES_DB=footfall',
      '--env',
      `POSTGRES_PASSWORD=${password}`,
    ],
    ...['postgres:17-bookworm', 'postgres', '-p', String(port), '-c', `listen_addresses=${address}`],
  ]);
  const settings = {
    DB_HOST: address,
    DB_PORT: String(port),
    DB_NAME: 'footfall',
    DB_USERNAME: 'footfall',
    DB_SSL: 'off',
  };
  const query = (sql) =>
    docker(['exec', name, ...psql(settings), '--tuples-only', '--no-align', '--command', sql]);
  await waitUntil('the database', 60, () => query('SELECT 1'));
  return {
    settings,
    query,
    /** Makes it accept and stay silent, as a database behind a broken path does. */
    pause: () => docker(['pause', name]),
    resume: () => docker(['unpause', name]),
    stop: () => docker(['rm', '--force', '--volumes', name]),
  };
}

// Over TCP: while a cluster is being made, its server answers on the socket only.
function psql({ DB_HOST, DB_PORT, DB_NAME, DB_USERNAME }) {
  const url = `postgres://${DB_USERNAME}:${password}@${DB_HOST}:${DB_PORT}/${DB_NAME}`;
  return ['psql', '--no-psqlrc', '--dbname', url];
}
