/**
 * Ends with 0 when the service of this container can serve, and with 1 and the reason when it cannot. Over HTTP, since
 * a process that runs may still serve nobody.
 *
 * A container that was ready once stays healthy while only the database is away: an orchestrator would replace every
 * replica over and over, which brings no database back and takes away what is still answered without one.
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
  else if (answer.code !== 'database-unavailable' || !existsSync(wasReady)) process.exitCode = 1;
} catch (error) {
  process.stdout.write(`${url}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
