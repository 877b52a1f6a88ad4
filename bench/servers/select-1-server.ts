import express from 'express';
import { loadSettings } from '../../src/config/load-settings';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createMessageTypes } from '../../src/http/create-message-types';
import { createLimitedServer } from '../../src/lifecycle/create-limited-server';
import { openPool } from './open-pool';
import { serveApp } from './serve-app';

const select1 = { name: 'select-1', text: 'SELECT 1 AS one' };

/**
 * One statement for each request, on the pool that Footfall has and the server that it creates. On Express's own server
 * each answer would be slower, and Footfall look better beside it than it is.
 */
async function main(): Promise<void> {
  const sequelize = await openPool();
  const run = createStatementRunner(sequelize);
  const app = express();
  app.get('/:username', async (request, response) => {
    const [row] = await run<{ one: number }>(select1, []);
    response.json({ id: row?.one, username: request.params.username, visits: 1 });
  });
  const { http: limits } = loadSettings(process.env);
  const server = createLimitedServer({ messageTypes: createMessageTypes(app), limits }, app);
  serveApp(server, () => sequelize.close());
}

void main();
