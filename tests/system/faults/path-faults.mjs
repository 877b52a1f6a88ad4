import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../support/shell.mjs';
import { blackHole, delayBy, resetCommits } from './support/fault-proxy.mjs';
import { waitFullPool } from './support/recovery.mjs';

const common = { rounds: { ci: 5, long: 25 }, needs: { database: 'own', proxied: true } };

/** The path to the database breaks. Afterwards the whole pool works again, without a restart, within ten seconds. */
export const pathFaults = [
  {
    ...common,
    name: 'black-hole',
    title: 'the path swallows everything for 7 s',
    strike: (context) => breakPath(context, blackHole, 7),
  },
  {
    ...common,
    name: 'delay',
    title: 'everything on the path comes 2 s late',
    strike: (context) => breakPath(context, delayBy(2000), 5),
  },
  {
    ...common,
    name: 'reset',
    title: 'reset while a commit is under way',
    strike(context) {
      const when = context.random() < 0.3 ? 'before' : 'after';
      return breakCommits(context, resetCommits(when));
    },
  },
  {
    ...common,
    name: 'cut',
    title: 'the answer to a commit is cut after some bytes',
    strike: (context) => breakCommits(context, resetCommits('after', 1 + Math.floor(context.random() * 60))),
  },
  {
    ...common,
    name: 'retried',
    title: 'the same, and each visit of unknown outcome is asked again under its key',
    retries: true,
    // A key takes every doubt away.
    isExact: true,
    strike: (context) => breakCommits(context, resetCommits('after', Math.floor(context.random() * 60))),
  },
  {
    ...common,
    name: 'half-close',
    title: 'half-close of every connection, by either side',
    async strike(context) {
      const { proxy } = context.stage;
      proxy.halfClose(context.random() < 0.5 ? 'near' : 'far');
      if (proxy.hits === 0) throw new Error('there was no connection to close');
      return waitFullPool(context, performance.now(), 10);
    },
  },
];

async function breakPath(context, fault, seconds) {
  const { proxy } = context.stage;
  proxy.set(fault);
  await wait(seconds * 1000);
  proxy.pass();
  if (proxy.hits === 0) throw new Error('nothing was on the path');
  return waitFullPool(context, performance.now(), 10);
}

async function breakCommits(context, fault) {
  const { proxy } = context.stage;
  proxy.set(fault);
  await waitUntil('three commits to be hit', 10, () => proxy.hits >= 3);
  proxy.pass();
  return waitFullPool(context, performance.now(), 10);
}
