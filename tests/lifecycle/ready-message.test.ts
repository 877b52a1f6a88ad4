import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram } from '../support/run-program';
import { createTestDatabase } from '../support/test-database';

it('sends "ready" to the parent process only after migrations are applied', async () => {
  const database = await createTestDatabase('template0');
  const environment = databaseEnvironment(database.name);
  const service = fork(join(__dirname, '../../dist/src/main.js'), {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const messages: unknown[] = [];
    service.on('message', (message) => messages.push(message));
    let output = '';
    service.stdout!.on('data', (text: Buffer) => (output += text.toString()));
    while (!output.includes('"serving"')) await once(service.stdout!, 'data');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(messages).toEqual([]);

    await runProgram('cli/footfall.js', ['migrate', 'up'], environment);
    if (messages.length === 0) await once(service, 'message');
    expect(messages).toEqual(['ready']);
  } finally {
    service.kill('SIGTERM');
    const [code] = (await once(service, 'exit')) as [number];
    await database.drop();
    expect(code).toBe(0);
  }
});

it('sends no message if it is stopped before it is ready', async () => {
  const database = await createTestDatabase('template0');
  const service = fork(join(__dirname, '../../dist/src/main.js'), {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...databaseEnvironment(database.name) },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const messages: unknown[] = [];
  service.on('message', (message) => messages.push(message));
  await once(service.stdout!, 'data');
  await new Promise((resolve) => setTimeout(resolve, 300));
  service.kill('SIGTERM');
  expect(await once(service, 'exit')).toEqual([0, null]);
  expect(messages).toEqual([]);
  await database.drop();
});
