import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './work-tree.mjs';

// Where images cannot be pulled, scripts build them from Debian packages; their digests are not the public ones.
const lab = process.env.FOOTFALL_LAB;
const digest = /@sha256:[0-9a-f]{64}/g;

/** The public images that the product names. Without a registry, their names without the digests. */
export const baseImages = {
  node: readReference('docker/app.Dockerfile', /^ARG NODE_IMAGE=(\S+)$/m),
  nginx: readReference('docker/nginx.Dockerfile', /^ARG NGINX_IMAGE=(\S+)$/m),
  postgres: readReference('docker-compose.yml', /^ +image: (postgres:\S+)$/m),
  backup: readReference('ansible/roles/backup/defaults/main.yml', /^footfall_backup_image: (\S+)$/m),
};

function readReference(file, pattern) {
  const [, reference] = pattern.exec(readFileSync(join(repository, file), 'utf8')) ?? [];
  if (!reference) throw new Error(`${file} names no image by ${pattern}`);
  return lab ? reference.replace(digest, '') : reference;
}

/** The releases of Debian that hold these versions. */
const debian = { 'nginx:1.30': 'forky', 'postgres:17': 'trixie', 'postgres:18': 'forky' };

/** Lists what to build for the images without a registry, as PUBLIC=STAND-IN where another Debian holds the version. */
export function listStandIns() {
  return Object.values(baseImages).map((image) => {
    const [version, suite] = image.split('-');
    return (debian[version] ?? suite) === suite ? image : `${image}=${version}-${debian[version]}`;
  });
}

/** Removes the digests of base images from a copied file, where images cannot be pulled. */
export async function dropDigests(file) {
  if (lab) await writeFile(file, (await readFile(file, 'utf8')).replaceAll(digest, ''));
}
