import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const minutes = 10;
const warmUpMinutes = 2;
const mostGrowth = 1.1;

/** Nothing breaks: the service is watched under load, which takes too long for every day. */
export const memoryFault = {
  name: 'memory',
  title: `${minutes} minutes of mixed load: memory grows by less than 10 %`,
  rounds: { ci: 0, long: 1 },
  needs: { database: 'own' },
  isExact: true,
  isHarmless: true,
  async strike({ stage, report }) {
    await wait(warmUpMinutes * 60_000);
    const first = await measureMinute(stage);
    await wait((minutes - warmUpMinutes - 2) * 60_000);
    const last = await measureMinute(stage);
    report(`memory: ${first} MiB in minute ${warmUpMinutes + 1}, ${last} MiB in minute ${minutes}`);
    if (last > first * mostGrowth) throw new Error(`its memory grew from ${first} to ${last} MiB`);
    return 0;
  },
};

// The median of a minute, since the collector of garbage makes single values jump.
async function measureMinute({ service }) {
  const samples = [];
  for (let second = 0; second < 60; second += 1) {
    samples.push(readMemory(service.pid));
    await wait(1000);
  }
  return samples.sort((a, b) => a - b)[30];
}

function readMemory(pid) {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  return Math.round(kibibytes / 1024);
}
