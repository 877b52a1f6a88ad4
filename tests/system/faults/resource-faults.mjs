import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.cjs';
import { ask } from '../support/http-client.mjs';
import { canFakeClock } from './support/clock-server.mjs';
import { canMount } from './support/small-disk.mjs';
import { canLimitMemory, killForMemory } from './support/memory-group.mjs';
import { waitRecovered } from './support/recovery.mjs';

/** The disk is full, the memory short, or the clock wrong. `unavailable` says why a machine cannot run a fault. */
export const resourceFaults = [
  {
    name: 'disk-full',
    title: 'a full disk under the embedded database',
    rounds: { ci: 0, long: 3 },
    needs: { database: 'embedded', diskMegabytes: 200 },
    unavailable: async () => !(await canMount()) && 'only root may mount a small disk',
    inject: fillDisk,
  },
  {
    name: 'oom-killed',
    title: 'the kernel kills the service for its memory',
    rounds: { ci: 0, long: 10 },
    needs: { database: 'embedded' },
    mayLoseResponses: true,
    unavailable: async () => !(await canLimitMemory()) && 'no control group for memory can be created',
    async inject(context) {
      const { environment } = context;
      await killForMemory(environment.service);
      const since = performance.now();
      await environment.startService();
      return waitRecovered(context, since, 10);
    },
  },
  {
    name: 'clock',
    title: "the database's clock jumps by an hour, forward and back",
    rounds: { ci: 0, long: 5 },
    needs: { database: 'external', clock: true },
    isExact: true,
    unavailable: async () => !(await canFakeClock()) && 'libfaketime is not installed',
    inject: jumpClock,
  },
];

async function fillDisk(context) {
  const { environment } = context;
  const { database } = environment;
  const free = database.fillDisk();
  // Fills the rest of the write-ahead log, which the server has reserved.
  const filler = `SELECT pg_logical_emit_message(true, 'filler', repeat('-', 1000000)), pg_switch_wal()`;
  let isTold = false;
  // A full log of writes ends the server, and its last line says why; a full table is an error of a statement. Only the
  // end of the service's log is kept, and refused requests fill it within a second, so it is read often.
  const readLog = setInterval(() => {
    isTold ||= environment.service.readLog().includes('No space left on device');
  }, 50);
  try {
    await waitUntil('the service to say that the disk is full', 60, async () => {
      await database.query(filler).catch(() => undefined);
      const { status, json } = await ask(environment.url, '/-/health/ready');
      isTold ||= json.code === 'database-disk-full';
      return isTold && status === 503 && ['database-ended', 'database-disk-full'].includes(json.code);
    });
  } finally {
    clearInterval(readLog);
  }
  await wait(2000);
  free();
  // The server is started again after pauses that double, up to half a minute.
  return waitRecovered(context, performance.now(), 30);
}

async function jumpClock(context) {
  const { database, server } = context.environment;
  const readHours = async () => {
    const [{ now }] = await database.query('SELECT clock_timestamp() AS now');
    return Math.round((now - Date.now()) / 3_600_000);
  };
  for (const hours of [1, 0, -1, 0]) {
    await server.setClock(hours);
    await waitUntil('the clock to jump', 10, async () => (await readHours()) === hours);
    await wait(1000 + context.random() * 1000);
  }
  return waitRecovered(context, performance.now(), 10);
}
