import { baseImages } from '../../support/base-images.mjs';
import { buildImage, ensureImage } from '../../support/engine.mjs';
import { docker } from '../../support/shell.mjs';
import { pushUploadClient } from './upload-server.mjs';

const folder = 'tests/system/deploy/migrations';

/** The releases: this repository with additional migrations, each explained in its folder. */
const releases = [
  { version: 'v1', migrations: [] },
  { version: 'v2', migrations: ['v2'] },
  { version: 'v3', migrations: ['v2', 'v3'] },
  { version: 'v4', migrations: ['v4'] },
  { version: 'v5', migrations: ['v5'] },
  // As after the revert of v2: another image than v1, with the same migrations.
  { version: 'v6', migrations: [] },
];

/** The image that makes the backups; the hosts pull it from the registry, too. */
export const backupImage = 'footfall/postgres:backup';
/** The image that uploads the backups. */
export const uploadImage = 'footfall/upload:test';

/** Builds the releases, by default all, and the reverse proxy that they all share, and pushes them to a registry. */
export async function pushReleases(registry, versions = releases.map(({ version }) => version)) {
  const wanted = releases.filter(({ version }) => versions.includes(version));
  for (const { version, migrations } of wanted) {
    const args = { VERSION: version, MIGRATIONS: migrations.map((name) => `${folder}/${name}`).join(' ') };
    await buildImage('docker/app.Dockerfile', `${registry}/footfall/app:${version}`, args);
  }
  const proxy = `${registry}/footfall/nginx`;
  await buildImage('docker/nginx.Dockerfile', `${proxy}:v1`, { VERSION: 'v1' });
  for (const { version } of wanted) await docker(['tag', `${proxy}:v1`, `${proxy}:${version}`]);
  await pushUploadClient(`${registry}/${uploadImage}`);
  // Newer than the server of these tests.
  await ensureImage(baseImages.backup);
  await docker(['tag', baseImages.backup, `${registry}/${backupImage}`]);
  for (const image of ['app', 'nginx', 'postgres'])
    await docker(['push', '--quiet', '--all-tags', `${registry}/footfall/${image}`]);
}
