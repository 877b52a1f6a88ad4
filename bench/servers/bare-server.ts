import express from 'express';
import { createServer } from 'node:http';
import { nameVisitor } from '../database/seed-visits';
import { serveApp } from './serve-app';

const allVisitors = Array.from({ length: 1000 }, (_, n) => ({
  id: n + 1,
  username: nameVisitor(n + 1),
  visits: 10,
}));

/** Plain Express 5 with the response bodies of Footfall, without a database. */
function main(): void {
  const app = express();
  app.get('/:username', (request, response) => {
    response.json({ id: 1, username: request.params.username, visits: 1 });
  });
  app.get('/', (_request, response) => {
    response.json({ results: allVisitors, next: null });
  });
  app.get('/-/visitors/:username', (request, response) => {
    const { username } = request.params;
    const at = '2026-01-31T12:00:00.000Z';
    response.json({ id: 1, username, visits: 1, first_visit_at: at, last_visit_at: at });
  });
  serveApp(createServer(app), () => Promise.resolve());
}

main();
