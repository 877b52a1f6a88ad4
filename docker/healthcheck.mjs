/**
 * Exits with 0 if the service in this container can serve requests, and with 1 and the reason if not. It asks over
 * HTTP, because a running process may still be unable to answer.
 *
 * A container that was ready once stays healthy while only the database is at fault: while the code begins with
 * "database-". Otherwise an orchestrator would replace every replica again and again, which does not bring the database
 * back and stops what works without it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const url = `http://127.0.0.1:${process.env.PORT || 8000}/-/health/ready`;
const wasReady = join(tmpdir(), 'footfall-was-ready');

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(9000) });
  const answer = await response.json();
  process.stdout.write(JSON.stringify(answer));
  if (response.ok) writeFileSync(wasReady, '');
  else if (!answer.code?.startsWith('database-') || !existsSync(wasReady)) process.exitCode = 1;
} catch (error) {
  process.stdout.write(`${url}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
