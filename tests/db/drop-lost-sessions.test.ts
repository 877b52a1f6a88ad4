import { Client } from 'pg';
import type { DriverSession } from '../../src/db/driver-session';
import { createSessionDrop } from '../../src/db/drop-lost-sessions';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let known: Client & DriverSession;
beforeAll(async () => {
  database = await createTestDatabase();
  known = new Client(database.clientConfig) as Client & DriverSession;
  await known.connect();
});
afterAll(async () => {
  await known.end();
  await database.drop();
});

// No process has this id.
const unknownId = 2 ** 30;

function createSession(processID: number | null) {
  const destroy = jest.fn();
  return { processID, connection: { stream: { destroy } }, destroy };
}

it('closes the connection whose session the server does not know, and no other', async () => {
  const [lost, alive, young] = [unknownId, known.processID, null].map(createSession);
  const sessions = [lost, alive, young].flatMap((session) => session ?? []);
  await createSessionDrop(
    () => new Client(database.clientConfig),
    () => sessions,
  )();
  expect(sessions.map(({ destroy }) => destroy.mock.calls.length)).toEqual([1, 0, 0]);
});

it('closes nothing behind a pooler, whose session ids are not those of the server', async () => {
  const createPooled = () => {
    const client = new Client(database.clientConfig);
    client.once('connect', () => Object.assign(client, { processID: unknownId + 1 }));
    return client;
  };
  const lost = createSession(unknownId);
  await createSessionDrop(createPooled, () => [lost])();
  expect(lost.destroy).not.toHaveBeenCalled();
});

it('closes nothing, and fails nothing, while the server does not answer', async () => {
  const lost = createSession(unknownId);
  await createSessionDrop(
    () => new Client({ ...database.clientConfig, port: 1 }),
    () => [lost],
  )();
  expect(lost.destroy).not.toHaveBeenCalled();
});
