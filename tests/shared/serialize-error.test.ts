import { DatabaseError } from 'sequelize';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { DomainError } from '../../src/shared/domain-error';
import { serializeError } from '../../src/shared/serialize-error';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const name = 'somebody-private';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function failWith(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

it('keeps type, code, constraint, causes and location', async () => {
  const run = createStatementRunner(database.sequelize);
  const insert = { name: 'insert', text: 'INSERT INTO visitors (username) VALUES ($1)' };
  const cause = await failWith(() => run(insert, [`${name}\\`]));
  expect((cause as { cause: { detail: string } }).cause.detail).toContain(name);
  const logged = serializeError(new DomainError('database-unavailable', 'Ask again.', { cause }));
  expect(logged).toMatchObject({
    type: 'DomainError',
    code: 'database-unavailable',
    message: 'Ask again.',
    stack: expect.stringMatching(/^\s+at .*serialize-error\.test/m),
    cause: {
      type: 'StatementError',
      outcome: 'not-run',
      cause: {
        code: '23514',
        table: 'visitors',
        constraint: 'visitors_username_characters',
        message: expect.stringContaining('violates check constraint'),
      },
    },
  });
  expect(JSON.stringify(logged)).not.toContain(name);
});

it('drops SQL, parameters and messages that quote them, in wrapping errors too', async () => {
  const sql = `SELECT '${name}'::int`;
  const error = (await failWith(() => database.sequelize.query(sql))) as DatabaseError;
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error.message).toContain(name);
  for (const wrapped of [error, new Error(error.message, { cause: error }), error.parent]) {
    const logged = JSON.stringify(serializeError(wrapped));
    expect(logged).not.toContain(name);
    expect(logged).toContain('22P02');
  }
});

it('logs nothing of a thrown non-error', () => {
  expect(serializeError(name)).toEqual({ type: 'string', message: expect.not.stringContaining(name) });
});
