import { setTimeout as wait } from 'node:timers/promises';
import { flood, lock, repeat } from './support/disturb.mjs';

/**
 * Makes the service fail so that each alert fires. `fail` returns the function that ends the failure. The order
 * matters: what looks at the last five minutes comes before the failures that would fire it as well.
 */
export const failures = [
  {
    alerts: ['FootfallTotalsNotVerified'],
    title: 'the last verification is nine days old',
    async fail({ environment: { database }, runCommand }) {
      await database.query(`UPDATE totals_verifications SET verified_at = now() - interval '9 days'`);
      return () => runCommand('totals', 'verify');
    },
  },
  {
    alerts: ['FootfallTotalsDrift'],
    title: 'a total was changed by hand',
    async fail({ environment: { database }, runCommand }) {
      await database.query('UPDATE visit_totals SET visits = visits + 1');
      await runCommand('totals', 'verify');
      return async () => {
        await runCommand('totals', 'rebuild');
        await runCommand('totals', 'verify');
      };
    },
  },
  {
    alerts: ['FootfallRollUpBehind'],
    title: 'a transaction holds the roll-up back by a million ids',
    async fail({ environment: { database } }) {
      const client = await database.connect();
      await client.query('BEGIN; LOCK TABLE visits IN ROW EXCLUSIVE MODE');
      const sequence = `pg_get_serial_sequence('visits', 'id')`;
      await database.query(`SELECT setval(${sequence}, nextval(${sequence}) + 1000000)`);
      return async () => {
        await client.query('COMMIT');
        await client.end();
      };
    },
  },
  {
    alerts: ['FootfallSlow'],
    title: 'visits wait for a lock, again and again',
    fail: ({ environment }) =>
      repeat(async () => {
        const release = await lock(environment, 'visits');
        await wait(700);
        await release();
        await wait(100);
      }),
  },
  {
    alerts: ['FootfallErrorRatio', 'FootfallVisitsFail'],
    title: 'a lock outlasts the statements that record',
    fail: ({ environment }) => lock(environment, 'visits'),
  },
  {
    alerts: ['FootfallEventLoopBlocked'],
    title: 'the process stands still, again and again',
    fail({ environment: { service } }) {
      return repeat(async () => {
        process.kill(service.pid, 'SIGSTOP');
        await wait(700);
        process.kill(service.pid, 'SIGCONT');
        await wait(300);
      });
    },
  },
  {
    alerts: ['FootfallPoolExhausted'],
    title: 'reads wait for a lock in all connections',
    async fail({ environment }) {
      const release = await lock(environment, 'visitors');
      const paths = ['/', '/?limit=1', '/?limit=2', '/-/summary', '/-/visitors/alice', '/-/badge/alice.svg'];
      const end = await flood(environment, paths);
      return async () => {
        await release();
        await end();
      };
    },
  },
  {
    alerts: ['FootfallQueueGrows'],
    title: 'visits arrive and none can be recorded',
    async fail({ environment }) {
      const release = await lock(environment, 'visits');
      const end = await flood(
        environment,
        Array.from({ length: 1500 }, (_, index) => `/name-${index % 100}`),
      );
      return async () => {
        await release();
        await end();
      };
    },
  },
  {
    alerts: ['FootfallMigrationsPending', 'FootfallNotReady'],
    title: 'the newest migration is not applied',
    async fail({ runCommand }) {
      await runCommand('migrate', 'down');
      return () => runCommand('migrate', 'up');
    },
  },
  {
    alerts: ['FootfallDown'],
    title: 'the service is killed',
    async fail({ environment }) {
      await environment.service.end('SIGKILL');
      return () => environment.startService();
    },
  },
  {
    alerts: ['FootfallDiskFillsUp'],
    title: 'the free space of the host shrinks',
    fail: ({ host: { disk } }) => {
      disk.lossPerScrape = 0.002;
      return () => (disk.lossPerScrape = 0);
    },
  },
  {
    alerts: ['FootfallDiskAlmostFull'],
    title: 'a twentieth of the disk of the host is free',
    fail: ({ host: { disk } }) => {
      disk.free = 0.05;
      return () => (disk.free = 0.5);
    },
  },
  {
    alerts: ['FootfallCertificateEnds'],
    title: 'the certificate was not renewed',
    fail: ({ host: { certificate } }) => {
      certificate.daysLeft = 13;
      return () => (certificate.daysLeft = 60);
    },
  },
];
