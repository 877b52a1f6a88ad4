import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.cjs';
import { delayBy } from './support/compiled.mjs';
import { blackHole, resetCommits } from './support/proxy-faults.mjs';
import { waitFullPool } from './support/recovery.mjs';

const common = { rounds: { ci: 5, long: 25 }, needs: { database: 'external', proxied: true } };
// Most of a round is waiting. The pipeline runs the long rounds.
const waiting = { rounds: { ci: 3, long: 25 } };

/** The path to the database breaks. Within ten seconds afterwards the whole pool works again, without a restart. */
export const pathFaults = [
  {
    ...common,
    ...waiting,
    name: 'black-hole',
    title: 'the path drops everything for 7 s',
    inject: (context) => breakPath(context, blackHole, 7),
  },
  {
    ...common,
    ...waiting,
    name: 'delay',
    title: 'everything on the path is delayed by 2 s',
    inject: (context) => breakPath(context, delayBy(2000), 5),
  },
  {
    ...common,
    name: 'reset',
    title: 'the connection is reset during a commit',
    inject(context) {
      const when = context.random() < 0.3 ? 'before' : 'after';
      return breakCommits(context, resetCommits(when));
    },
  },
  {
    ...common,
    name: 'cut',
    title: 'the reply to a commit is cut after some bytes',
    inject: (context) => breakCommits(context, resetCommits('after', 1 + Math.floor(context.random() * 60))),
  },
  {
    ...common,
    name: 'retried',
    title: 'the reply to a commit is cut, and visits of unknown outcome are retried under their key',
    retries: true,
    // With a key no outcome stays unknown.
    isExact: true,
    inject: (context) => breakCommits(context, resetCommits('after', Math.floor(context.random() * 60))),
  },
  {
    ...common,
    name: 'half-close',
    title: 'every connection is half-closed, by either side',
    async inject(context) {
      const { proxy } = context.environment;
      proxy.halfClose(context.random() < 0.5 ? 'service' : 'database');
      if (proxy.hits === 0) throw new Error('there was no connection to close');
      return waitFullPool(context, performance.now(), 10);
    },
  },
];

async function breakPath(context, fault, seconds) {
  const { proxy } = context.environment;
  proxy.set(fault);
  await wait(seconds * 1000);
  proxy.pass();
  if (proxy.hits === 0) throw new Error('nothing was sent on the path');
  return waitFullPool(context, performance.now(), 10);
}

async function breakCommits(context, fault) {
  const { proxy } = context.environment;
  proxy.set(fault);
  await waitUntil('the fault to hit three commits', 10, () => proxy.hits >= 3);
  proxy.pass();
  return waitFullPool(context, performance.now(), 10);
}
