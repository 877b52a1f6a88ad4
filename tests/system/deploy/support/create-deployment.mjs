import assert from 'node:assert/strict';
import { roles, startDatabase } from './database.mjs';
import { startHosts } from './hosts.mjs';
import { createPlaybooks } from './playbooks.mjs';
import { backupImage, pushReleases, uploadImage } from './releases.mjs';
import { createServiceView } from './service.mjs';
import { createLoads } from './under-load.mjs';
import { startUploadServer } from './upload-server.mjs';

/**
 * Creates what every deploy needs, each when the first test asks for it: hosts, database, playbooks, releases.
 * @param options `count` hosts, each with a `limit`; further `settings`; the `versions` to build, by default all; the
 *   visits `perSecond` of a load.
 */
export function createDeployment(share, controller, options = {}) {
  const { count, limit, settings = {}, versions, perSecond } = options;
  const hosts = share(
    'the hosts',
    async () => {
      const started = await startHosts(count);
      if (limit) await Promise.all(started.hosts.map((host) => host.limit(limit)));
      return started;
    },
    ({ stop }) => stop(),
  );
  const database = share(
    'the database',
    async () => startDatabase(await hosts()),
    ({ stop }) => stop(),
  );
  const uploadServer = share(
    'the upload server',
    async () => startUploadServer((await hosts()).ownAddress),
    ({ stop }) => stop(),
  );
  const playbooks = share(
    'the clone with the playbooks',
    async () =>
      createPlaybooks(await controller(), {
        inventory: (await hosts()).inventory,
        settings: { ...toSettings(await hosts(), await database(), await uploadServer()), ...settings },
        secrets: toSecrets(roles.first),
        authority: (await database()).authority,
      }),
    ({ remove }) => remove(),
  );
  const context = share('the hosts and what they need', async () => {
    const created = await hosts();
    return {
      ...created,
      playbooks: await playbooks(),
      database: await database(),
      uploadServer: await uploadServer(),
      loads: createLoads(created.hosts, perSecond),
      service: createServiceView(created),
    };
  });
  const pushed = share('the releases', async () => pushReleases((await hosts()).registry.here, versions));
  const provisioned = share('the provisioning of the hosts', async () => {
    const { playbooks } = await context();
    assert.ok((await playbooks.run('provision')).changed > 0);
    assert.equal((await playbooks.run('provision')).changed, 0);
  });
  return { context, pushed, provisioned };
}

/** The settings of an operator; the rate limits are higher than the load. */
export function toCommonSettings({ registry }, database) {
  return {
    footfall_registry: `${registry.there}/footfall`,
    footfall_db_host: database.address,
    footfall_db_name: database.name,
    footfall_db_ssl: 'verify-full',
    footfall_visit_rate: '100000r/s',
    footfall_visit_burst: 100_000,
    footfall_service_environment: {
      RATE_LIMIT_VISITS: '0',
      RATE_LIMIT_READS: '0',
      RATE_LIMIT_BADGES: '0',
      RATE_LIMIT_NAMES: '0',
    },
    footfall_update_monitor: '10s',
  };
}

function toSettings(hosts, database, uploadServer) {
  const { registry } = hosts;
  return {
    ...toCommonSettings(hosts, database),
    footfall_backup_timer: '*-*-* 03:10:00',
    footfall_backup_s3_uri: 's3://backups.example/footfall',
    footfall_backup_s3_image: `${registry.there}/${uploadImage}`,
    footfall_backup_s3_environment: { UPLOAD_TO: uploadServer.target },
    footfall_backup_image: `${registry.there}/${backupImage}`,
  };
}

/** The secrets of an operator. A role and its password are rotated together. */
export function toSecrets({ username, password }) {
  return {
    footfall_db_username: username,
    footfall_db_password: password,
    footfall_db_owner_username: roles.owner.username,
    footfall_db_owner_password: roles.owner.password,
  };
}
