import { waitUntil } from '../../support/shell.mjs';
import { ask } from '../../support/http-client.mjs';
import { readListing, serviceScript, spawnServer } from './compiled.mjs';
import { startFaultProxy } from './fault-proxy.mjs';
import { openEmbedded, openOwn } from './stage-database.mjs';

/** Connections of the service's pool, which no fault changes. */
export const poolSize = 10;

/**
 * Sets the stage for one fault: the compiled service as a process of its own, on a database of its own.
 * @param {object} needs
 * @param {'embedded' | 'own'} needs.database the service's embedded server, or a new database on `ownServer`
 * @param {boolean} [needs.proxied] puts a fault proxy between the service and that database
 * @param {object} [needs.settings] of the service
 */
export async function openStage({ name, database: kind, proxied = false, settings = {} }, ownServer) {
  const closers = [];
  const database = kind === 'embedded' ? openEmbedded(closers) : await openOwn(name, ownServer);
  const proxy = proxied ? await startFaultProxy(ownServer.port) : undefined;
  if (proxy) closers.push(() => proxy.close());
  const path = proxy ? { DB_PORT: String(proxy.port) } : {};
  const environment = { ...database.environment, ...path, ...settings };

  const stage = {
    proxy,
    database,
    service: undefined,
    /** Stays the same when the service is started again. */
    url: undefined,
    async startService() {
      const port = stage.url ? new URL(stage.url).port : '0';
      stage.service = await spawnServer(serviceScript, { ...environment, PORT: port });
      stage.url = stage.service.url;
    },
    isReady: () =>
      ask(stage.url, '/-/health/ready', { timeoutMs: 2000 }).then(
        ({ status }) => status === 200,
        () => false,
      ),
    /**
     * What is counted: every name with its number, as the service lists it, after a look whether the log says the same.
     * Waits for the statements that a fault has left behind in the database.
     */
    async readCounted() {
      await waitUntil('the last recording statement to end', 15, async () => {
        const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'footfall' AND state = 'active'`;
        return (await database.query(sql)).length === 0;
      });
      const listing = await readListing(stage.url);
      const rows = await database.query(
        'SELECT username, count(*)::int AS visits FROM visits JOIN visitors ON visitors.id = visitor_id GROUP BY username',
      );
      const off = rows.filter(({ username, visits }) => listing.get(username) !== visits);
      if (off.length > 0) throw new Error(`list and log differ: ${JSON.stringify(off.slice(0, 5))}`);
      await waitSessions(database);
      return listing;
    },
    async close() {
      await stage.service?.stop();
      for (const close of closers.reverse()) await close();
    },
  };
  try {
    await stage.startService();
    await waitUntil('the service to be ready', 30, stage.isReady);
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

// Connections that the pool has forgotten would use up the server's, fault after fault.
async function waitSessions(database) {
  await waitUntil(`no more than ${poolSize} sessions of the service`, 10, async () => {
    const [{ sessions }] = await database.query(
      `SELECT count(*)::int AS sessions FROM pg_stat_activity
       WHERE application_name = 'footfall' AND datname = current_database()`,
    );
    return sessions <= poolSize;
  });
}
