import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLimitedServer } from '../../src/http/server/create-limited-server';

const repository = join(__dirname, '../..');

function readNumber(file: string, pattern: RegExp): number {
  return Number(pattern.exec(readFileSync(join(repository, file), 'utf8'))?.[1]);
}

// Otherwise the service may close a connection just as nginx sends a visit on it.
it('lets nginx close idle connections first, also while the service stops', () => {
  const idleMs = 1000 * readNumber('nginx/conf/settings.conf.template', /^ +keepalive_timeout (\d+)s;$/m);
  const drainMs = readNumber('docker/app.Dockerfile', /SHUTDOWN_DRAIN_MS=(\d+)/);
  const { keepAliveTimeout } = createLimitedServer({}, () => undefined);
  expect(idleMs).toBeGreaterThan(0);
  expect(drainMs).toBeGreaterThanOrEqual(idleMs + 1000);
  expect(keepAliveTimeout).toBeGreaterThan(drainMs);
});
