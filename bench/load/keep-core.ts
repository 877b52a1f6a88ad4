import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A core on which neither this process nor its children run. */
export interface KeptCore {
  /** Undefined if none could be kept. */
  readonly core: number | undefined;
  /** What keeps to which core, for the report. */
  readonly note: string;
  /** Lets the processes run on all cores again. */
  release(): void;
}

/** Moves this process and its children, an embedded database among them, from the last core to the others. */
export function keepCore(database: 'embedded' | 'given'): KeptCore {
  const cores = listCores(/^Cpus_allowed_list:\s+(\S+)$/m.exec(readStatus('self'))?.[1] ?? '');
  const core = cores.at(-1);
  const others = cores.slice(0, -1);
  if (core === undefined || others.length === 0) {
    return skip('Load and database share the only core of the box.');
  }
  if (!moveAll(others)) return skip('Load and database may use the core of the box: there is no `taskset`.');
  const moved = database === 'embedded' ? 'load and database run' : 'the load runs';
  return {
    core,
    note: `The box has core ${core}; ${moved} on ${others.length === 1 ? 'core' : 'cores'} ${others.join(', ')}.`,
    release: () => void moveAll(cores),
  };
}

function skip(note: string): KeptCore {
  return { core: undefined, note, release: () => undefined };
}

/** Expands a list such as `0-2,5`. */
function listCores(text: string): number[] {
  return text
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, n) => first + n);
    });
}

/** Returns whether this process could be moved. A child that has ended meanwhile is no failure. */
function moveAll(cores: readonly number[]): boolean {
  const move = (pid: number): boolean =>
    spawnSync('taskset', ['-a', '-c', '-p', cores.join(','), String(pid)]).status === 0;
  return listTree(process.pid).map(move)[0] === true;
}

/** A process and everything that it has started, itself first. */
function listTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of listProcesses()) {
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(readStatus(pid))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const expand = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(expand)];
  return expand(root);
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function readStatus(pid: number | 'self'): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
