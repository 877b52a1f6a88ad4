import { findFreePort, host, runId } from '../../support/engine.mjs';
import { ask } from '../../support/http-client.mjs';
import { docker } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { password } from './database.mjs';

/**
 * Starts the service in a single container, hardened as far as Docker can, on the network of the host.
 * @param command runs instead of the image's own.
 * @returns the container with its address.
 */
export async function startAlone(
  { images, database },
  role,
  environment = {},
  { waitReady = true, command = [] } = {},
) {
  const port = await findFreePort();
  const name = `footfall-test-${role}-${runId}`;
  const settings = { ...database.settings, DB_PASSWORD: password, PORT: String(port), ...environment };
  await docker([
    ...['run', '--detach', '--name', name, '--network', 'host', '--read-only', '--tmpfs', '/tmp'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...[images.app, ...command],
  ]);
  const url = `http://${host}:${port}`;
  const isReady = async () => (await ask(url, '/-/health/ready')).status === 200;
  if (waitReady) await waitUntil(`${name} to be ready`, 60, isReady);
  return {
    name,
    url,
    isReady,
    readLog: () => docker(['logs', name]),
    remove: () => docker(['rm', '-f', name]),
  };
}
