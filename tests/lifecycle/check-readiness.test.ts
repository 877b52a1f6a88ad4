import type { Sequelize } from 'sequelize';
import { createReadinessCheck } from '../../src/lifecycle/check-readiness';

it('asks a silent database once, however often it is asked itself', async () => {
  let asked = 0;
  const sequelize = {
    query: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
  } as unknown as Sequelize;
  const migrator = { pending: () => Promise.resolve([]) };
  const checkReadiness = createReadinessCheck({ sequelize, migrator, isStopping: () => false });
  // The first answer is about migrations, which is asked until they are seen to be applied.
  expect(await checkReadiness()).toEqual({ ready: true });
  const answers = await Promise.all(Array.from({ length: 30 }, checkReadiness));
  expect(new Set(answers.map(({ ready }) => ready))).toEqual(new Set([false]));
  expect(asked).toBe(1);
});
