import express from 'express';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { nameVisitor } from '../database/seed-visits';
import { openPool } from './open-pool';
import { serveApp } from './serve-app';

const select1 = { name: 'select-1', text: 'SELECT 1 AS one' };
const everybody = Array.from({ length: 1000 }, (_, n) => ({
  id: n + 1,
  username: nameVisitor(n + 1),
  visits: 10,
}));

/** Express 5 as it comes, with the bodies that Footfall answers with; only `/-/select-1` asks the database. */
async function main(): Promise<void> {
  const sequelize = await openPool();
  const run = createStatementRunner(sequelize);
  const app = express();
  app.get('/:username', (request, response) => {
    response.json({ id: 1, username: request.params.username, visits: 1 });
  });
  app.get('/', (_request, response) => {
    response.json({ results: everybody, next: null });
  });
  app.get('/-/visitors/:username', (request, response) => {
    const { username } = request.params;
    const at = '2026-01-31T12:00:00.000Z';
    response.json({ id: 1, username, visits: 1, first_visit_at: at, last_visit_at: at });
  });
  app.get('/-/select-1', async (_request, response) => {
    const [row] = await run<{ one: number }>(select1, []);
    response.json({ id: row?.one, username: nameVisitor(1), visits: 1 });
  });
  serveApp(app, () => sequelize.close());
}

void main();
