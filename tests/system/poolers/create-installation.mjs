import { setTimeout as wait } from 'node:timers/promises';
import { serviceScript, spawnServer } from '../faults/support/compiled.mjs';
import { createExternalDatabase } from '../faults/support/databases.mjs';
import { ask } from '../support/http-client.mjs';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { startPgBouncer } from './support/pgbouncer.mjs';

let created = 0;

/** Creates a database, a pooler before it, and two processes of the service behind the pooler. */
export async function createInstallation({ program, server, pooler, settings = {} }) {
  const database = await createExternalDatabase(`poolers_${(created += 1)}`, server);
  const bouncer = await startPgBouncer(program, server, pooler);
  // In transaction mode, commands go to the server itself.
  const owner = pooler.pool_mode === 'transaction' ? { DB_OWNER_PORT: String(server.port) } : {};
  const path = { ...database.settings, DB_PORT: bouncer.port, DB_POOL_SIZE: '5', ...settings };
  const environment = { PATH: process.env.PATH, ...path, ...owner };
  const services = [];
  for (let process = 0; process < 2; process += 1) {
    services.push(await spawnServer(serviceScript, { ...path, TRUSTED_PROXIES: '127.0.0.1' }));
  }
  const urls = services.map(({ url }) => url);
  return {
    database,
    environment,
    urls,
    cwd: repository,
    readLog: () => services.map((service) => service.readLog()).join(''),
    /** Asks until there is a lasting answer. */
    async askReady() {
      let response;
      for (let turn = 0; turn < 20; turn += 1) {
        response = await ask(urls[turn % 2], '/-/health/ready');
        if (response.status === 200) return response;
        await wait(50);
      }
      return response;
    },
    run: (...words) =>
      runProgram('node', ['dist/src/cli/footfall.js', ...words], { env: environment, cwd: repository }),
    async remove() {
      await Promise.all(services.map((service) => service.stop()));
      await bouncer.stop();
    },
  };
}
