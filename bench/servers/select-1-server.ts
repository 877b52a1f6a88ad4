import express from 'express';
import { createServer } from 'node:http';
import { loadSettings } from '../../src/config/load-settings';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createMessageTypes } from '../../src/http/server/create-message-types';
import { createLimitedServer } from '../../src/http/server/create-limited-server';
import { openPool } from './open-pool';
import { serveApp } from './serve-app';

const select1 = { name: 'select-1', text: 'SELECT 1 AS one' };

/** One statement per request, on the pool of Footfall and on the server of Express or Footfall. */
async function main(): Promise<void> {
  const sequelize = await openPool();
  const run = createStatementRunner(sequelize);
  const app = express();
  app.get('/:username', async (request, response) => {
    const [row] = await run<{ one: number }>(select1, []);
    response.json({ id: row?.one, username: request.params.username, visits: 1 });
  });
  const { http: limits } = loadSettings(process.env);
  const server =
    process.env['BENCH_SERVER'] === 'footfall'
      ? createLimitedServer({ messageTypes: createMessageTypes(app), limits }, app)
      : createServer(app);
  serveApp(server, () => sequelize.close());
}

void main();
