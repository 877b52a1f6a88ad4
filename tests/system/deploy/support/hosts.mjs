import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { docker, runProgram } from '../../support/shell.mjs';

const lab = process.env.FOOTFALL_LAB;
const network = 'lab';

/**
 * Starts two hosts to deploy to, each with SSH and a Docker engine, and an image registry. The first host is the
 * manager.
 * @returns the hosts, their inventory, and the address of the registry as seen from here and from the hosts.
 */
export async function startHosts() {
  const state = join(process.env.LAB_STATE ?? '/var/lib/docker-lab', 'remote');
  const end = () => runProgram(join(lab, 'ansible-down'), []);
  // The hosts of an earlier run must not be used again.
  await end();
  await runProgram(join(lab, 'ansible-up'), ['2'], { timeoutMs: 600_000 });
  // Ansible keeps connections for a minute. After a host was restarted, they would be dead.
  const dropConnections = () => rm(join(state, 'cp'), { recursive: true, force: true });
  const containers = ['lab-remote1', 'lab-remote2'];
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
    address,
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
