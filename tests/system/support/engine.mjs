import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { dropDigests, listStandIns } from './base-images.mjs';
import { report } from './shared-resources.mjs';
import { repository } from './work-tree.mjs';
import { docker, runProgram } from './shell.mjs';

/** Part of every name, so that runs on the same engine do not collide. */
export const runId = randomBytes(3).toString('hex');

/** The host of published ports: that of a remote engine, or this machine. */
export const host = process.env.DOCKER_HOST?.startsWith('tcp:')
  ? new URL(process.env.DOCKER_HOST).hostname
  : '127.0.0.1';

// Where base images cannot be pulled: a folder of scripts that start an engine and build base images.
const lab = process.env.FOOTFALL_LAB;

/**
 * Finds a Docker engine, or starts the lab's.
 * @returns {Promise<boolean>} false where there is none.
 */
export async function findEngine() {
  if (!lab) {
    const { code } = await runProgram('docker', ['version'], { allowFailure: true }).catch(() => ({
      code: 1,
    }));
    return code === 0;
  }
  const up = await runProgram(join(lab, 'engine-up'), [], { allowFailure: true });
  if (up.code === 77) return false;
  if (up.code !== 0) throw new Error(`engine-up failed:\n${up.stdout}${up.stderr}`);
  const standIns = listStandIns();
  report(`base images: ${standIns.join(' ')}`);
  await runProgram(join(lab, 'base-images'), standIns, { timeoutMs: 900_000 });
  await runProgram(join(lab, 'cli-plugins'), []);
  return true;
}

/** Pulls an image unless it is there: BuildKit does not store base images where `docker inspect` finds them. */
export async function ensureImage(image) {
  const { code } = await runProgram('docker', ['image', 'inspect', image], { allowFailure: true });
  if (code !== 0) await docker(['pull', image]);
}

/** Builds an image from the repository with `docker build`. */
export async function buildImage(dockerfile, tag, args = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-build-'));
  const file = join(folder, basename(dockerfile));
  try {
    await cp(join(repository, dockerfile), file);
    await dropDigests(file);
    const words = ['--file', file, '--tag', tag];
    for (const [name, value] of Object.entries(args)) words.push('--build-arg', `${name}=${value}`);
    const env = { ...process.env, DOCKER_BUILDKIT: '1' };
    const [command, ...first] = lab ? [join(lab, 'build')] : ['docker', 'build'];
    await runProgram(command, [...first, ...words, repository], { env, timeoutMs: 900_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Makes this engine a swarm with a node for the stack.
 * @returns a function that reverts the changes.
 */
export async function joinSwarm() {
  const active = (await docker(['info', '--format', '{{.Swarm.LocalNodeState}}'])) === 'active';
  if (!active) await docker(['swarm', 'init', '--advertise-addr', '127.0.0.1']);
  const node = await docker(['info', '--format', '{{.Swarm.NodeID}}']);
  const label = await docker(['node', 'inspect', node, '--format', '{{index .Spec.Labels "type"}}']);
  if (label !== 'app') await docker(['node', 'update', '--label-add', 'type=app', node]);
  return async () => {
    if (!active) await docker(['swarm', 'leave', '--force']);
    else if (label !== 'app') await docker(['node', 'update', '--label-rm', 'type', node]);
  };
}

/** Finds a port that is not in use. */
export async function findFreePort() {
  const server = createServer().listen(0, '0.0.0.0');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
