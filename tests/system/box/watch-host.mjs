import { docker } from '../support/shell.mjs';

/**
 * Watches the memory of a host, a container with an engine of its own, until it is asked for a report.
 * @returns a function that returns the largest memory in MiB without what the kernel can drop, and one line for each
 *   process that the kernel has killed.
 */
export function watchHost({ run, container }) {
  const since = String(Math.floor(Date.now() / 1000));
  let peak = 0;
  let stopped = false;
  const sample = async () => {
    peak = Math.max(peak, await readMemory(run));
  };
  const done = (async () => {
    while (!stopped) {
      await sample().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  })();
  return async () => {
    stopped = true;
    await done;
    await sample();
    // One in a container of the host is an event of its engine, one of the host itself an event of the engine here.
    const words = ['events', '--since', since, '--until', String(Math.ceil(Date.now() / 1000)), '--filter'];
    const within = await run('docker', ...words, 'event=oom');
    const own = await docker([...words, 'event=oom', '--filter', `container=${container}`]);
    return { peakMiB: Math.round(peak), killed: `${within}\n${own}`.split('\n').filter(Boolean) };
  };
}

/** Reads the memory of the host from either version of the control groups, like `docker stats`. */
async function readMemory(run) {
  const script = `cd /sys/fs/cgroup/memory 2>/dev/null || cd /sys/fs/cgroup
    cat memory.usage_in_bytes memory.current 2>/dev/null
    awk '$1 == "total_inactive_file" || $1 == "inactive_file" { bytes = $2 } END { print bytes }' memory.stat`;
  const [used, inactive] = (await run('sh', '-c', script)).split('\n').map(Number);
  return (used - inactive) / 2 ** 20;
}
