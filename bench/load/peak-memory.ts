import { readFileSync, writeFileSync } from 'node:fs';

/** Resets the peak, so that the next reading covers one run. Linux only. */
export function resetPeakMemory(pid: number): void {
  try {
    // https://docs.kernel.org/filesystems/proc.html: 5 resets the peak resident set size.
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Otherwise the reading is the peak since the process started, which is never too low.
  }
}

/** Peak resident memory of a process in MiB; null if the system does not report it. */
export function readPeakMemory(pid: number): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 102.4) / 10;
  } catch {
    return null;
  }
}
