import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, runId } from '../support/engine.mjs';
import { docker } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

const image = 'footfall-kubectl:test';

/**
 * Tests that `kubectl kustomize` makes of the examples what tests/kubernetes holds against the published schemas.
 * KUSTOMIZE_WRITE=1 writes its output there, after a change of the manifests.
 */
export function describeKubernetes() {
  test('a current kubectl is at hand', async (t) => {
    await buildImage('tests/system/images/support/kubectl.Dockerfile', image);
    const version = await docker(['run', '--rm', image, 'kubectl', 'version', '--client']);
    t.diagnostic(version.replaceAll('\n', ', '));
    assert.match(version, /Client Version: v1\.(3[6-9]|[4-9]\d)\./);
  });

  for (const example of ['example', 'example-ingress']) {
    test(`kubectl kustomize builds kubernetes/${example} as it was validated`, async () => {
      const built = await kustomize(example);
      const path = join(repository, 'tests/kubernetes/built', `${example}.yaml`);
      if (process.env.KUSTOMIZE_WRITE) await writeFile(path, built);
      assert.equal(built, await readFile(path, 'utf8'));
    });
  }
}

// Copied, because a remote engine does not see the files of this machine.
async function kustomize(example) {
  const name = `footfall-test-kustomize-${example}-${runId}`;
  const command = ['kubectl', 'kustomize', `/kubernetes/${example}`];
  await docker(['create', '--name', name, '--network', 'none', image, ...command]);
  try {
    await docker(['cp', join(repository, 'kubernetes'), `${name}:/kubernetes`]);
    return `${await docker(['start', '--attach', name])}\n`;
  } finally {
    await docker(['rm', '-f', name]);
  }
}
