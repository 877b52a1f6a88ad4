import express from 'express';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RecordedAnswer } from '../contenders/start-bare';
import { serveApp } from './serve-app';

/** Plain Express 5 with the response bodies of Footfall, without a database. */
function main(): void {
  const file = process.env['BENCH_ANSWER_FILE'] ?? '';
  const answer = JSON.parse(readFileSync(file, 'utf8')) as RecordedAnswer | null;
  const app = express();
  if (answer) serveAnswer(app, answer);
  app.get('/:username', (request, response) => {
    response.json({ id: 1, username: request.params.username, visits: 1 });
  });
  serveApp(createServer(app), () => Promise.resolve());
}

function serveAnswer(app: express.Express, { path, headers, body }: RecordedAnswer): void {
  const { pathname } = new URL(path, 'http://bench');
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  const value: unknown = isJson ? JSON.parse(body) : body;
  app.get(pathname, (_request, response) => {
    response.set(headers);
    if (isJson) response.json(value);
    else response.send(value);
  });
}

main();
