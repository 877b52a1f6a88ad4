import { ask } from '../../support/http-client.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';

const name = 'footfall';

/** Reads the state of the deployed service, from the manager and from outside. */
export function createServiceView({ hosts }) {
  const [manager] = hosts;
  const inspect = (format) => manager.run('docker', 'service', 'inspect', `${name}_web`, '--format', format);
  return {
    url: manager.url,
    /** Reads the release that the host has recorded. */
    async readRelease() {
      return JSON.parse(await manager.run('cat', '/var/lib/footfall/releases/current.json'));
    },
    /** Removes the lock, as an operator does after a killed run. */
    removeLock: () => manager.run('rmdir', '/var/lib/footfall/lock'),
    readImage: () => inspect('{{.Spec.TaskTemplate.ContainerSpec.Image}}'),
    /** Returns the specification of the service and its replicas: the text changes with every replaced replica. */
    async describeTasks() {
      const words = ['docker', 'service', 'ps', '--no-trunc', '--filter', 'desired-state=running'];
      const tasks = await manager.run(...words, '--format', '{{.ID}} {{.Node}} {{.Image}}', `${name}_web`);
      return `${await inspect('{{json .Spec}}')}\n${tasks}`;
    },
    /** Lists the node of each running replica. */
    async listReplicaNodes() {
      const words = ['docker', 'service', 'ps', '--filter', 'desired-state=running'];
      const lines = await manager.run(...words, '--format', '{{.Node}} {{.CurrentState}}', `${name}_web`);
      return lines
        .split('\n')
        .filter((line) => line.includes(' Running '))
        .map((line) => line.split(' ')[0]);
    },
    /** Places one replica on each node, as a swarm does when it starts replicas while nothing else changes. */
    async spreadReplicas() {
      const nodes = await this.listReplicaNodes();
      if (new Set(nodes).size === hosts.length) return;
      for (const count of [1, hosts.length]) {
        await manager.run('docker', 'service', 'scale', '--detach', `${name}_web=${count}`);
        await waitUntil(`${count} replicas`, 120, async () => {
          return (await this.listReplicaNodes()).length === count;
        });
      }
    },
    async listSecrets() {
      return (await manager.run('docker', 'secret', 'ls', '--format', '{{.Name}}')).split('\n').sort();
    },
    /** Lists all visitors, from all pages of the list. */
    async listVisitors() {
      const visitors = [];
      for (let path = '/'; path;) {
        const { status, json } = await ask(manager.url, path);
        if (status !== 200) throw new Error(`GET ${path} was answered with ${status}`);
        visitors.push(...json.results);
        path = json.next;
      }
      return visitors;
    },
  };
}
