import { databaseEnvironment } from '../support/database-environment';
import { startProgram } from '../support/run-program';
import { createTestDatabase } from '../support/test-database';

it('counts the first moment of all in a time zone whose offset had seconds', async () => {
  const database = await createTestDatabase();
  const program = startProgram('main.js', [], {
    ...{ PORT: '0', TZ: 'Europe/Berlin' },
    ...databaseEnvironment(database.name),
  });
  try {
    const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
    await database.query(`INSERT INTO visitors (username) VALUES ('zero')`);
    await database.query(`INSERT INTO visits (visitor_id, visited_at) VALUES (1, '0001-01-01T00:00:00Z')`);
    const response = await fetch(`${url}/-/visitors/zero/history?interval=all`);
    expect(await response.json()).toMatchObject({ points: [{ visits: 1 }] });
  } finally {
    program.child.kill('SIGTERM');
    await program.result;
    await database.drop();
  }
});
