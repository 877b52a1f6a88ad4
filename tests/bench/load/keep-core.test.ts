import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { keepCore } from '../../../bench/load/keep-core';

function readCores(pid: number | undefined): string | undefined {
  return /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
}

const canKeep =
  process.platform === 'linux' &&
  spawnSync('taskset', ['--version']).status === 0 &&
  /[-,]/.test(readCores(process.pid) ?? '');

(canKeep ? it : it.skip)('keeps a core free of this process and of what it has started', async () => {
  const child = spawn('sleep', ['60']);
  const before = readCores(process.pid);
  const kept = keepCore('embedded');
  try {
    expect(readCores(process.pid)).not.toBe(before);
    expect(readCores(child.pid)).toBe(readCores(process.pid));
    expect(before?.endsWith(String(kept.core))).toBe(true);
    expect(kept.note).toMatch(/^The box has core \d+; load and database run on cores? [\d, ]+\.$/);
  } finally {
    kept.release();
    child.kill();
    await once(child, 'exit');
  }
  expect(readCores(process.pid)).toBe(before);
});
