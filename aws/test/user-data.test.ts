import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { readSettings } from '../lib/read-settings.js';
import { renderUserData } from '../lib/render-user-data.js';
import { values } from './synthesize.js';

interface CloudConfig {
  readonly ssh_authorized_keys: string[];
  readonly swap?: { size: string };
  readonly runcmd: string[];
}

function render(changes: Record<string, string> = {}): CloudConfig {
  const all: Record<string, unknown> = { ...values, ...changes };
  const text = renderUserData(
    readSettings((name) => all[name]),
    'eu-central-1',
  );
  assert.match(text, /^#cloud-config\n\{/);
  return JSON.parse(text.slice(text.indexOf('\n'))) as CloudConfig;
}

test('lets in the key, and nothing else', () => {
  assert.deepEqual(render().ssh_authorized_keys, [values.sshKey]);
});

test('gives the small host swap', () => {
  assert.equal(render({ size: 'small' }).swap?.size, '1G');
  assert.equal(render({ size: 'standard' }).swap, undefined);
});

test('installs the agent for sessions by a script that the shell can parse', () => {
  const [script = ''] = render({ cpu: 'amd64' }).runcmd;
  execFileSync('sh', ['-n'], { input: script });
  assert.match(
    script,
    / https:\/\/s3\.eu-central-1\.amazonaws\.com\/amazon-ssm-eu-central-1\/latest\/debian_amd64\/amazon-ssm-agent\.deb /,
  );
});
