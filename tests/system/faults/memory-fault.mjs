import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const minutes = 10;
const warmUpMinutes = 2;
const maxGrowth = 1.1;

/** No fault: the memory of the service is measured under load, which takes too long for every run. */
export const memoryFault = {
  name: 'memory',
  title: `${minutes} minutes of mixed load: memory grows by less than 10 %`,
  rounds: { ci: 0, long: 1 },
  needs: { database: 'external' },
  isExact: true,
  isHarmless: true,
  async inject({ environment, report }) {
    await wait(warmUpMinutes * 60_000);
    const first = await measureMinute(environment);
    await wait((minutes - warmUpMinutes - 2) * 60_000);
    const last = await measureMinute(environment);
    report(`memory: ${first} MiB in minute ${warmUpMinutes + 1}, ${last} MiB in minute ${minutes}`);
    if (last > first * maxGrowth) throw new Error(`the memory grew from ${first} to ${last} MiB`);
    return 0;
  },
};

// The median of a minute, because garbage collection makes single values jump.
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
