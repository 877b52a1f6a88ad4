import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { docker, runProgram } from '../../support/shell.mjs';

const lab = process.env.FOOTFALL_LAB;
const network = 'lab';

/**
 * Brings up two hosts to deploy to, the first of them the manager, with SSH and an engine of their own, and an image
 * registry beside them.
 * @returns the hosts, the inventory that names them, and the two names of the registry: as seen from here and from them.
 */
export async function startHosts() {
  const state = join(process.env.LAB_STATE ?? '/var/lib/docker-lab', 'remote');
  const end = () => runProgram(join(lab, 'ansible-down'), []);
  // What an earlier run left would not be a fresh host.
  await end();
  await runProgram(join(lab, 'ansible-up'), ['2'], { timeoutMs: 600_000 });
  // Ansible keeps connections for a minute; one that outlives its host leads nowhere.
  const forgetConnections = () => rm(join(state, 'cp'), { recursive: true, force: true });
  const containers = ['lab-remote1', 'lab-remote2'];
  const hosts = await Promise.all(containers.map((container) => describeHost(container, forgetConnections)));
  return {
    hosts,
    network,
    inventory: await readFile(join(state, 'inventory.ini'), 'utf8'),
    registry: { here: '127.0.0.1:5000', there: '172.30.0.2:5000' },
    /** This machine, as the hosts see it. */
    ownAddress: '172.30.0.1',
    /** Where a database can be put that the hosts reach. */
    databaseAddress: '172.30.0.20',
    stop: end,
  };
}

async function describeHost(container, forgetConnections) {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const address = await docker(['inspect', container, '--format', format]);
  return {
    address,
    /** The reverse proxy of this host. */
    url: `http://${address}`,
    /** Runs a command on the host, beside Ansible, and returns what it printed. */
    run: (...command) => docker(['exec', container, ...command]),
    /** Takes the power away. */
    kill: () => docker(['kill', '--signal', 'KILL', container]),
    async start() {
      await forgetConnections();
      await docker(['start', container]);
    },
  };
}
