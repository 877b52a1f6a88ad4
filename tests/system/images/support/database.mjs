import { baseImages } from '../../support/base-images.mjs';
import { docker } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { findFreePort, runId } from '../../support/engine.mjs';

const name = `footfall-test-db-${runId}`;
/** The password of the role that the service and the migrations log in with. */
export const password = `pw-${runId}`;

/**
 * Starts a PostgreSQL in a container outside the swarm, like a managed database, at an address that both the tasks of
 * a stack and containers on the host's network reach.
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
    ...[baseImages.postgres, 'postgres', '-p', String(port), '-c', `listen_addresses=${address}`],
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
    /** Runs a shell script in the container, where psql and pg_dump find this server. */
    runScript: (script) =>
      docker(
        [
          ...['exec', '--interactive', '--env', `PGHOST=${address}`, '--env', `PGPORT=${port}`],
          ...[
            '--env',
            'PGUSER=footfall',
            '--env',
            `PGPASSWORD=${password}`,
            name,
            'bash',
            '-eu',
            '-o',
            'pipefail',
          ],
        ],
        { input: script },
      ),
    /** Makes it accept connections and not respond, as a database behind a broken path does. */
    pause: () => docker(['pause', name]),
    resume: () => docker(['unpause', name]),
    stop: () => docker(['rm', '--force', '--volumes', name]),
  };
}

// Over TCP, because a server that still initialises its cluster answers on its Unix socket only.
function psql({ DB_HOST, DB_PORT, DB_NAME, DB_USERNAME }) {
  const url = `postgres://${DB_USERNAME}:${password}@${DB_HOST}:${DB_PORT}/${DB_NAME}`;
  return ['psql', '--no-psqlrc', '--dbname', url];
}

/** Applies the migrations with a container of the image, and returns how many there were. */
export async function migrate(images, database) {
  const output = await runCommand(images, database, 'migrate', 'up');
  return output.split('\n').filter((line) => line.startsWith('applied')).length;
}

/** Runs a command of the product with a container of the image, and returns its output. */
export function runCommand(images, { settings }, ...words) {
  const environment = Object.entries({ ...settings, DB_PASSWORD: password });
  return docker([
    ...['run', '--rm', '--network', 'host', '--read-only', '--cap-drop', 'ALL'],
    ...environment.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[images.app, 'footfall', ...words],
  ]);
}
