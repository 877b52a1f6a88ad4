import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOutputs, renderInventory } from '../lib/render-inventory.js';

const program = join(__dirname, '../inventory');
const recorded = join(__dirname, 'outputs.json');
const outputs = parseOutputs(readFileSync(recorded, 'utf8'));

test('prints hosts and settings that ansible reads', () => {
  const text = execFileSync(program, [recorded], { encoding: 'utf8' });
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(lines, [
    '[managers]',
    'footfall-1 ansible_host=203.0.113.10 ansible_user=admin',
    '[workers]',
    'footfall-2 ansible_host=203.0.113.11 ansible_user=admin',
    '[production:children]',
    'managers',
    'workers',
    '[all:vars]',
    'footfall_replicas=2',
    'footfall_profile=small',
    'footfall_db_host=footfall.abcdefghijkl.eu-central-1.rds.amazonaws.com',
    'footfall_db_ca_file={{ playbook_dir }}/files/rds-ca.pem',
    'footfall_db_owner_username=footfall_owner',
    'footfall_backup_s3_uri=s3://footfall-backups1a2b3c4d-e5f6g7h8i9j0/footfall',
  ]);
});

test('says how the password of the owner gets into the vault', () => {
  const text = renderInventory(outputs).replaceAll(/\\\n#\s+/g, '');
  assert.match(
    text,
    /secret footfall_db_owner_password "\$\(aws secretsmanager get-secret-value --region eu-central-1 --secret-id arn:\S+ --query SecretString --output text\)"/,
  );
});

test('reaches the instances through Systems Manager if no port is open for SSH', () => {
  const text = renderInventory({ ...outputs, Login: 'ssm' });
  assert.match(text, /^footfall-1 ansible_host=i-0a1b2c3d4e5f60718 ansible_user=admin$/m);
  assert.match(
    text,
    /^ansible_ssh_common_args=-o ProxyCommand="aws ssm start-session --region eu-central-1 .+"$/m,
  );
});

test('names missing outputs and how to write the file', () => {
  const { status, stdout, stderr } = spawnSync(program, [join(__dirname, '../cdk.json')], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /Outputs of the stack are missing: Region, Hosts, /);
  assert.match(stderr, /npx cdk deploy --outputs-file outputs\.json/);
});
