import type { RunningService } from '../../../src/lifecycle/start-service';
import { databaseEnvironment } from '../../support/database-environment';
import { runProgram } from '../../support/run-program';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { startServiceOn } from '../../support/test-service';

let database: TestDatabase;
let service: RunningService | undefined;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await service?.stop();
  await database.drop();
});

it.each(['counter', 'Näme "of" a,schema'])('counts on in the renamed schema %j', async (schema) => {
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  await database.query(`
    INSERT INTO visitors (username) VALUES ('a');
    ALTER SCHEMA public RENAME TO ${quoted};
    ALTER DATABASE ${database.name} SET search_path = ${quoted}`);
  service = await startServiceOn(database);
  const ask = async (path: string) => {
    const response = await fetch(`${service?.url}${path}`);
    return { status: response.status, body: (await response.json()) as unknown };
  };
  expect(await ask('/-/health/ready')).toMatchObject({
    status: 503,
    body: { code: 'database-schema', detail: expect.stringContaining('search_path=pg_catalog, public') },
  });
  const run = (...words: string[]) =>
    runProgram('cli/footfall.js', words, databaseEnvironment(database.name));
  expect(await run('migrate', 'up')).toMatchObject({ code: 0, stderr: '' });
  expect(await ask('/a')).toMatchObject({ status: 200, body: { visits: 1 } });
  expect(await ask('/-/health/ready')).toMatchObject({ status: 200 });
  expect(await run('totals', 'verify')).toMatchObject({ code: 0 });
  expect(
    await run('migrate', 'down', '--to', '20261128150000-count-new-clients-in-fewer-steps'),
  ).toMatchObject({
    code: 0,
  });
});
