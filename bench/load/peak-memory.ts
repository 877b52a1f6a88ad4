import { readFileSync, writeFileSync } from 'node:fs';

/** Forgets the peak so far, so that the next reading is of one run alone. Does nothing outside Linux. */
export function resetPeakMemory(pid: number): void {
  try {
    // https://docs.kernel.org/filesystems/proc.html: 5 resets the peak resident set size.
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Without it the reading is the peak since the process began, which is never too low.
  }
}

/** Reads the peak resident memory of a process in MiB; null where the system does not tell. */
export function readPeakMemory(pid: number): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 102.4) / 10;
  } catch {
    return null;
  }
}
