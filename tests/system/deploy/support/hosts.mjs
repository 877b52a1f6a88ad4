import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { report } from '../../support/shared-resources.mjs';
import { docker, runProgram } from '../../support/shell.mjs';

const lab = process.env.FOOTFALL_LAB;
const network = 'lab';
/** The Debian release of the hosts. */
const suite = process.env.LAB_REMOTE_SUITE ?? 'trixie';
/** The folder with inventory and keys of the hosts. */
export const labState = process.env.LAB_STATE ?? '/var/lib/docker-lab';

/**
 * Starts hosts to deploy to, each with SSH and a Docker engine, and an image registry. The first host is the manager.
 * @returns the hosts, their inventory, and the address of the registry as seen from here and from the hosts.
 */
export async function startHosts(count = 2) {
  const state = join(labState, 'remote');
  const end = () => runProgram(join(lab, 'ansible-down'), []);
  // The hosts of an earlier run must not be used again.
  await end();
  const env = { ...process.env, LAB_REMOTE_SUITE: suite };
  await runProgram(join(lab, 'ansible-up'), [String(count)], { env, timeoutMs: 600_000 });
  // Ansible keeps connections for a minute. After a host was restarted, they would be dead.
  const dropConnections = () => rm(join(state, 'cp'), { recursive: true, force: true });
  const containers = Array.from({ length: count }, (_, index) => `lab-remote${index + 1}`);
  const engine = ['exec', containers[0], 'docker', 'version', '--format', '{{.Server.Version}}'];
  report(`hosts: Debian ${suite} with Docker ${await docker(engine)}`);
  const hosts = await Promise.all(containers.map((container) => describeHost(container, dropConnections)));
  return {
    hosts,
    network,
    inventory: await readFile(join(state, 'inventory.ini'), 'utf8'),
    registry: { here: '127.0.0.1:5000', there: '172.30.0.2:5000' },
    /** The address of this machine on the network of the hosts. */
    ownAddress: '172.30.0.1',
    /** A free address on that network, for a database. */
    databaseAddress: '172.30.0.20',
    stop: end,
  };
}

async function describeHost(container, dropConnections) {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const address = await docker(['inspect', container, '--format', format]);
  return {
    container,
    address,
    /** Gives the host only so many processors and so much memory, without swap. */
    limit: ({ cpus, memory }) =>
      docker(['update', '--cpus', String(cpus), '--memory', memory, '--memory-swap', memory, container]),
    /** The reverse proxy of this host. */
    url: `http://${address}`,
    /** Runs a command on the host without Ansible, and returns its output. */
    run: (...command) => docker(['exec', container, ...command]),
    /** Stops the host without a shutdown. */
    kill: () => docker(['kill', '--signal', 'KILL', container]),
    async start() {
      await dropConnections();
      await docker(['start', container]);
    },
  };
}
