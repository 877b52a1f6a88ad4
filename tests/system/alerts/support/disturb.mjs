import { setTimeout as wait } from 'node:timers/promises';
import { askOrFail } from '../../support/http-client.mjs';

/** Locks a table, also against reads. Returns the function that releases it, as the others return theirs. */
export async function lock({ database }, table) {
  const client = await database.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

/** Requests each path again as soon as it is answered. */
export async function flood({ url }, paths) {
  let stopped = false;
  const done = Promise.all(
    paths.map(async (path) => {
      while (!stopped) {
        const { status } = await askOrFail(url, path, { timeoutMs: 8000 });
        if (status !== 200) await wait(100);
      }
    }),
  );
  return async () => {
    stopped = true;
    await done;
  };
}

/** Repeats something until the returned function is called. */
export async function repeat(work) {
  let stopped = false;
  const done = (async () => {
    while (!stopped) await work();
  })();
  return async () => {
    stopped = true;
    await done;
  };
}
