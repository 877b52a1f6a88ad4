import { readFileSync } from 'node:fs';

const sampleEveryMs = 250;

/** A watch over the memory of containers. */
export interface MemoryWatch {
  stop(): void;
  /** The largest sample of each container in MiB; null if the system does not report it. */
  readPeaks(): (number | null)[];
}

/**
 * Samples the memory of containers until it is stopped. Linux only. Like `docker stats`, it leaves out files that the
 * kernel can drop from memory.
 * @param pids the main process of each container
 */
export function watchMemory(pids: readonly number[]): MemoryWatch {
  const folders = pids.map(findMemoryFolder);
  const peaks = folders.map((): number | null => null);
  const sample = (): void => {
    folders.forEach((folder, index) => {
      const bytes = folder === undefined ? null : readMemory(folder);
      if (bytes !== null) peaks[index] = Math.max(peaks[index] ?? 0, bytes);
    });
  };
  const timer = setInterval(sample, sampleEveryMs);
  return {
    stop() {
      clearInterval(timer);
      sample();
    },
    readPeaks: () => peaks.map((bytes) => (bytes === null ? null : Math.round((bytes / 2 ** 20) * 10) / 10)),
  };
}

/** The folder of a process in the file system of control groups: https://docs.kernel.org/admin-guide/cgroup-v2.html */
function findMemoryFolder(pid: number): string | undefined {
  const groups = read(`/proc/${pid}/cgroup`) ?? '';
  const first = /^\d+:memory:(.*)$/m.exec(groups)?.[1];
  if (first !== undefined) return `/sys/fs/cgroup/memory${first}`;
  const second = /^0::(.*)$/m.exec(groups)?.[1];
  return second === undefined ? undefined : `/sys/fs/cgroup${second}`;
}

function readMemory(folder: string): number | null {
  const used = read(`${folder}/memory.current`) ?? read(`${folder}/memory.usage_in_bytes`);
  const statistics = read(`${folder}/memory.stat`) ?? '';
  // The first version counts the groups below in lines that begin with "total_".
  const inactive = (/^total_inactive_file (\d+)$/m.exec(statistics) ??
    /^inactive_file (\d+)$/m.exec(statistics))?.[1];
  return used === undefined || inactive === undefined ? null : Number(used) - Number(inactive);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
