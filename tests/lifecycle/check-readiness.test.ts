import { createReadinessCheck, type ReadinessSources } from '../../src/lifecycle/check-readiness';
import type { ReadinessFault } from '../../src/shared/readiness';

const createCheck = (findFault: ReadinessSources['findFault'], other: Partial<ReadinessSources> = {}) =>
  createReadinessCheck({ findFault, isStopping: () => false, isEnded: () => false, ...other });

const waitForEver = (): Promise<never> => new Promise(() => undefined);

it('asks a silent database once for concurrent checks', async () => {
  let asked = 0;
  const checkReadiness = createCheck(() => {
    asked += 1;
    return waitForEver();
  });
  const answers = await Promise.all(Array.from({ length: 30 }, checkReadiness));
  for (const answer of answers) expect(answer).toMatchObject({ ready: false, code: 'database-timeout' });
  expect(asked).toBe(1);
});

it('asks at each check', async () => {
  const found: ReadinessFault[] = [];
  const checkReadiness = createCheck(() => Promise.resolve(found[0]));
  expect(await checkReadiness()).toEqual({ ready: true });
  found.push({ code: 'migrations-pending', detail: 'add-something' });
  expect(await checkReadiness()).toMatchObject({ ready: false, code: 'migrations-pending' });
  found.pop();
  expect(await checkReadiness()).toEqual({ ready: true });
});

it('repeats the last reason while the database is silent', async () => {
  const answers = [() => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })), waitForEver];
  const checkReadiness = createCheck(() => (answers.shift() ?? waitForEver)());
  expect(await checkReadiness()).toMatchObject({ code: 'database-host-not-found' });
  expect(await checkReadiness()).toMatchObject({ code: 'database-host-not-found' });
});

it('asks no database while it stops, nor while the embedded server is being started again', async () => {
  expect(await createCheck(waitForEver, { isStopping: () => true })()).toMatchObject({ code: 'stopping' });
  expect(await createCheck(waitForEver, { isEnded: () => true })()).toMatchObject({ code: 'database-ended' });
});
