import { awaitSchema } from '../../src/lifecycle/await-schema';
import { translateDatabaseError } from '../../src/services/translate-database-error';
import { DomainError } from '../../src/shared/domain-error';
import { StatementError, type RunStatement } from '../../src/shared/statement';

const statement = { name: 'any', text: 'SELECT 1' };

/** A schema on which so many migrations are pending, and a runner behind it that notes what it is given. */
function create(pending: string[]) {
  let asked = 0;
  const ran: string[] = [];
  const failures: StatementError[] = [];
  const record: RunStatement = ({ name }) => {
    ran.push(name ?? '');
    const failure = failures.pop();
    return failure ? Promise.reject(failure) : Promise.resolve([]);
  };
  const run = awaitSchema(record, {
    pending: () => {
      asked += 1;
      return Promise.resolve(pending.map((name) => ({ name, downIsSafe: true })));
    },
  });
  return { run, ran, pending, failures, countAsked: () => asked };
}

it('lets nothing through while a migration is pending, and says which and what to do', async () => {
  const schema = create(['add-something']);
  const error: unknown = await schema.run(statement, []).catch((thrown: unknown) => thrown);
  expect(schema.ran).toEqual([]);
  const refusal = translateDatabaseError(error, 'record');
  expect(refusal).toBeInstanceOf(DomainError);
  expect(refusal).toMatchObject({
    code: 'database-unavailable',
    message: expect.stringMatching(/add-something.*npm run migrate up.*Nothing was recorded/),
  });
});

it('asks no more once all are applied', async () => {
  const schema = create(['add-something']);
  await expect(schema.run(statement, [])).rejects.toThrow();
  schema.pending.pop();
  await schema.run(statement, []);
  await schema.run(statement, []);
  expect(schema.ran).toEqual(['any', 'any']);
  expect(schema.countAsked()).toBe(2);
});

it('asks again after a table was missing: migrations were taken back under the running service', async () => {
  const schema = create([]);
  const fail = async (code: string): Promise<void> => {
    schema.failures.push(new StatementError('not-run', { cause: Object.assign(new Error('x'), { code }) }));
    await expect(schema.run(statement, [])).rejects.toThrow();
  };
  await fail('57014');
  await schema.run(statement, []);
  expect(schema.countAsked()).toBe(1);
  await fail('42P01');
  schema.pending.push('create-visit-totals', 'backfill-visit-totals');
  const ran = schema.ran.length;
  await expect(schema.run(statement, [])).rejects.toThrow();
  expect(schema.ran.length).toBe(ran);
  schema.pending.length = 0;
  await schema.run(statement, []);
  await schema.run(statement, []);
  expect(schema.countAsked()).toBe(3);
});
