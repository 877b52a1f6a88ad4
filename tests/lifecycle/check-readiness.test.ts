import { createReadinessCheck } from '../../src/lifecycle/check-readiness';
import { createSchemaGate } from '../../src/lifecycle/schema-gate';

it('queries a silent database once for concurrent checks', async () => {
  let asked = 0;
  const pending = (): Promise<never> => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const checkReadiness = createReadinessCheck(createSchemaGate({ pending }), () => false);
  const answers = await Promise.all(Array.from({ length: 30 }, checkReadiness));
  for (const answer of answers) expect(answer).toMatchObject({ ready: false, code: 'database-unavailable' });
  expect(asked).toBe(1);
});

it('reads the migration log on each check', async () => {
  const missing: { name: string }[] = [];
  const gate = createSchemaGate({ pending: () => Promise.resolve([...missing]) });
  const checkReadiness = createReadinessCheck(gate, () => false);
  expect(await checkReadiness()).toEqual({ ready: true });
  missing.push({ name: 'add-something' });
  expect(await checkReadiness()).toMatchObject({
    ready: false,
    code: 'migrations-pending',
    detail: expect.stringContaining('add-something'),
  });
  missing.pop();
  expect(await checkReadiness()).toEqual({ ready: true });
});
