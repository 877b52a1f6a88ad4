import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { values } from './synthesize.js';

/** Runs `cdk synth` without credentials and without a network. */
function runSynth(
  context: Record<string, string>,
  cwd = join(__dirname, '..'),
): {
  status: number | null;
  output: string;
  isMade: boolean;
} {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-aws-'));
  try {
    const options = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const { status, stdout, stderr } = spawnSync('npx', ['cdk', 'synth', '--output', folder, ...options], {
      cwd,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    return {
      status,
      output: `${stdout}${stderr}`,
      isMade: existsSync(join(folder, 'footfall.template.json')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('synthesizes without an account and without a network', () => {
  const { status, output, isMade } = runSynth({ sshFrom: values.sshFrom, sshKey: values.sshKey });
  assert.equal(status, 0, output);
  assert.match(output, /AWS::RDS::DBInstance/);
  assert.ok(isMade);
});

test('says what to set, without a stack trace', () => {
  const { status, output } = runSynth({ sshFrom: 'ssm' });
  assert.notEqual(status, 0);
  assert.match(output, /^sshKey must be your public SSH key: .+\nSee aws\/README\.md\.$/m);
  assert.doesNotMatch(output, /at .+read-settings/);
});

test('reads cdk.context.json, also where there is a default', () => {
  const root = join(__dirname, '..');
  const folder = mkdtempSync(join(tmpdir(), 'footfall-aws-context-'));
  try {
    for (const name of ['bin', 'lib', 'cdk.json', 'package.json', 'tsconfig.json']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const context = { ...values, size: 'standard', cpu: 'amd64', hosts: 'one,two' };
    writeFileSync(join(folder, 'cdk.context.json'), JSON.stringify(context));
    const { status, output } = runSynth({}, folder);
    assert.equal(status, 0, output);
    assert.equal(output.match(/Type: AWS::EC2::Instance$/gm)?.length, 2);
    assert.match(output, /debian\/release\/13\/latest\/amd64/);
    assert.match(output, /InstanceType: t3\.medium/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
