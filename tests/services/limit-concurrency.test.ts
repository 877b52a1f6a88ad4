import { limitConcurrency } from '../../src/services/limit-concurrency';

function createTask() {
  let finish: (error?: Error) => void = () => undefined;
  const task = {
    started: false,
    finish: (error?: Error) => {
      finish(error);
    },
    work: () => {
      task.started = true;
      return new Promise<void>((resolve, reject) => {
        finish = (error) => {
          if (error) reject(error);
          else resolve();
        };
      });
    },
  };
  return task;
}

it('runs so many at once, the others in turn, and refuses whoever finds the line full', async () => {
  const run = limitConcurrency({ most: 2, waiting: 2, refusal: 'Ask again.' });
  const tasks = Array.from({ length: 5 }, createTask);
  const runs = tasks.slice(0, 4).map(({ work }) => run(work));
  const begun = () => tasks.map(({ started }) => started);
  expect(begun()).toEqual([true, true, false, false, false]);
  await expect(run(tasks[4]!.work)).rejects.toMatchObject({ code: 'overloaded' });

  tasks[1]!.finish();
  await runs[1];
  expect(begun()).toEqual([true, true, true, false, false]);
  tasks[0]!.finish(new Error('a failure makes room as well'));
  await expect(runs[0]).rejects.toThrow('room');
  expect(begun()).toEqual([true, true, true, true, false]);

  tasks[2]!.finish();
  tasks[3]!.finish();
  await Promise.all([runs[2], runs[3]]);
  const late = run(tasks[4]!.work);
  expect(begun()[4]).toBe(true);
  tasks[4]!.finish();
  await late;
});

it('refuses whoever waits too long, and keeps the turns of the others', async () => {
  const run = limitConcurrency({ most: 1, waiting: 5, waitMs: 50, refusal: 'Ask again.' });
  const tasks = Array.from({ length: 3 }, createTask);
  const first = run(tasks[0]!.work);
  await expect(run(tasks[1]!.work)).rejects.toMatchObject({ code: 'overloaded', message: 'Ask again.' });
  expect(tasks[1]!.started).toBe(false);

  const third = run(tasks[2]!.work);
  tasks[0]!.finish();
  await first;
  expect(tasks[2]!.started).toBe(true);
  tasks[2]!.finish();
  await third;
});
