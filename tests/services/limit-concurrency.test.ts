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

it('runs up to the limit, queues the rest in order, and refuses beyond the queue limit', async () => {
  const run = limitConcurrency({ most: 2, waiting: 2 });
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
