import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCommonSettings, toSecrets } from '../../deploy/support/create-deployment.mjs';
import { roles, startDatabase } from '../../deploy/support/database.mjs';
import { startHosts } from '../../deploy/support/hosts.mjs';
import { createPlaybooks } from '../../deploy/support/playbooks.mjs';
import { createLoads } from '../../deploy/support/under-load.mjs';
import { buildImage } from '../../support/engine.mjs';
import { docker, runProgram } from '../../support/shell.mjs';
import { startAuthority } from './authority.mjs';

const version = 'v1';
const certbot = 'footfall/certbot:test';
// A new TLS connection costs the test's client 4 ms of CPU: at 200 visits per second it could not keep up on two cores.
const perSecond = 50;

/** Creates what a certificate needs, each when the first test asks for it: two hosts, database, authority, playbooks. */
export function createInstallation(share, controller) {
  const hosts = share('the hosts', startHosts, ({ stop }) => stop());
  const database = share(
    'the database',
    async () => startDatabase(await hosts()),
    ({ stop }) => stop(),
  );
  const authority = share(
    'the authority',
    async () => {
      await hosts();
      return startAuthority();
    },
    ({ stop }) => stop(),
  );
  const playbooks = share(
    'the clone with the playbooks',
    async () => {
      const [machine, machines, server, acme] = await Promise.all([
        controller(),
        hosts(),
        database(),
        authority(),
      ]);
      const created = await createPlaybooks(machine, {
        inventory: machines.inventory,
        settings: toSettings(machines, server, acme),
        secrets: toSecrets(roles.first),
        authority: server.authority,
      });
      await writeFile(join(created.folder, 'ansible/acme-ca.pem'), acme.ownCertificate);
      return created;
    },
    ({ remove }) => remove(),
  );
  return async () => {
    const { hosts: machines } = await hosts();
    return {
      hosts: machines,
      authority: await authority(),
      playbooks: await playbooks(),
      loads: createLoads(
        machines.map((host) => ({ ...host, url: `https://${host.address}` })),
        perSecond,
      ),
      pushImages: async () => pushImages((await hosts()).registry.here),
    };
  };
}

export const name = 'count.example.test';

function toSettings(hosts, database, acme) {
  const { registry } = hosts;
  return {
    ...toCommonSettings(hosts, database),
    footfall_certificate_names: [name],
    footfall_certificate_directory: acme.directory,
    footfall_certificate_ca_file: '{{ inventory_dir }}/acme-ca.pem',
    footfall_certificate_image: `${registry.there}/${certbot}`,
    footfall_certificate_deadline: 120,
  };
}

// Debian's certbot with a DNS plugin, because the public image cannot be pulled here.
const dockerfile = `FROM debian:forky-slim
RUN apt-get -o Acquire::Check-Valid-Until=false update && apt-get install -y --no-install-recommends certbot python3-certbot-dns-rfc2136
ENTRYPOINT ["certbot"]
`;

async function pushImages(registry) {
  await buildImage('docker/app.Dockerfile', `${registry}/footfall/app:${version}`, { VERSION: version });
  await buildImage('docker/nginx.Dockerfile', `${registry}/footfall/nginx:${version}`, { VERSION: version });
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  await runProgram(join(process.env.FOOTFALL_LAB, 'base-images'), ['debian:forky-slim'], {
    timeoutMs: 600_000,
  });
  await docker(['build', '--quiet', '--tag', `${registry}/${certbot}`, '-'], { env, input: dockerfile });
  for (const image of [`footfall/app:${version}`, `footfall/nginx:${version}`, certbot])
    await docker(['push', '--quiet', `${registry}/${image}`]);
}
