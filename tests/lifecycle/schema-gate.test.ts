import { DatabaseError } from 'sequelize';
import { createSchemaGate } from '../../src/lifecycle/schema-gate';
import { DomainError } from '../../src/shared/domain-error';
import { StatementError } from '../../src/shared/statement';

/** A gate for a schema that lacks the given migrations, with a clock that the test sets. */
function create(...pending: string[]) {
  const schema = { pending, asked: 0, now: 0, answer: (): Promise<void> => Promise.resolve() };
  const migrator = {
    pending: async () => {
      schema.asked += 1;
      const names = [...schema.pending];
      await schema.answer();
      return names.map((name) => ({ name, downIsSafe: true }));
    },
  };
  return Object.assign(
    schema,
    createSchemaGate(migrator, () => schema.now),
  );
}

const succeed = (): Promise<string> => Promise.resolve('done');

function failWith(code: string): () => Promise<never> {
  const cause = Object.assign(new Error('refused'), { code });
  return () => Promise.reject(new StatementError('not-run', { cause }));
}

it('refuses work while a migration is pending, and names it and the command', async () => {
  const schema = create('add-something');
  const work = jest.fn(succeed);
  const refusal: unknown = await schema.guard(work).catch((error: unknown) => error);
  expect(work).not.toHaveBeenCalled();
  expect(refusal).toBeInstanceOf(DomainError);
  expect(refusal).toMatchObject({
    code: 'database-unavailable',
    message: expect.stringMatching(/add-something.*footfall migrate up.*nothing is recorded/),
  });
});

it('does not query for each piece of work once all migrations are applied', async () => {
  const schema = create('add-something');
  await expect(schema.guard(succeed)).rejects.toThrow();
  schema.pending.pop();
  expect(await schema.guard(succeed)).toBe('done');
  expect(await schema.guard(succeed)).toBe('done');
  expect(schema.asked).toBe(2);
});

it.each(['42P01', '42703', '42883'])('queries again after work failed with %s', async (code) => {
  const schema = create();
  await schema.guard(succeed);
  schema.pending.push('create-something');
  await expect(schema.guard(failWith(code))).rejects.toThrow(/create-something/);
  const work = jest.fn(succeed);
  await expect(schema.guard(work)).rejects.toThrow(/create-something/);
  expect(work).not.toHaveBeenCalled();
  schema.pending.pop();
  expect(await schema.guard(succeed)).toBe('done');
});

it('finds the code in an error of Sequelize', async () => {
  const schema = create();
  await schema.guard(succeed);
  schema.pending.push('create-something');
  const parent = Object.assign(new Error('refused'), { code: '42P01', sql: '' });
  await expect(schema.guard(() => Promise.reject(new DatabaseError(parent)))).rejects.toThrow(
    /create-something/,
  );
});

it('rethrows a failure if no migration is pending', async () => {
  const schema = create();
  await expect(schema.guard(failWith('42P01'))).rejects.toThrow(StatementError);
  expect(schema.asked).toBe(2);
  await expect(schema.guard(failWith('57014'))).rejects.toThrow(StatementError);
  expect(schema.asked).toBe(2);
});

it('does not use an answer older than the failure', async () => {
  const schema = create();
  await schema.guard(succeed);
  let release = (): void => undefined;
  schema.answer = () => new Promise((resolve) => (release = resolve));
  const earlier = schema.readPending();
  schema.pending.push('create-something');
  const failed = schema.guard(failWith('42P01'));
  await new Promise(setImmediate);
  schema.answer = () => Promise.resolve();
  release();
  expect(await earlier).toEqual([]);
  await expect(failed).rejects.toThrow(/create-something/);
});

it('renews an answer during the work after 1 s, before the work after 5 s', async () => {
  const schema = create();
  await schema.guard(succeed);
  schema.pending.push('create-something');
  schema.now = 1001;
  expect(await schema.guard(succeed)).toBe('done');
  expect(schema.asked).toBe(2);
  await expect(schema.guard(succeed)).rejects.toThrow(/create-something/);

  schema.pending.pop();
  await schema.guard(succeed);
  schema.pending.push('create-something');
  schema.now += 5001;
  await expect(schema.guard(succeed)).rejects.toThrow(/create-something/);
});

it('refuses work once any caller has read a pending migration', async () => {
  const schema = create();
  await schema.guard(succeed);
  schema.pending.push('create-something');
  expect(await schema.readPending()).toEqual(['create-something']);
  await expect(schema.guard(succeed)).rejects.toThrow(/create-something/);
});

it('queries a silent database once for concurrent callers', async () => {
  const schema = create();
  schema.answer = () => new Promise(() => undefined);
  for (let caller = 0; caller < 30; caller += 1) void schema.readPending();
  await new Promise(setImmediate);
  expect(schema.asked).toBe(1);
});
