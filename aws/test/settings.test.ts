import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../lib/read-settings.js';
import { values } from './synthesize.js';

const read = (changes: Record<string, unknown>) => {
  const all: Record<string, unknown> = { ...values, ...changes };
  return () => readSettings((name) => all[name]);
};

test('accepts the defaults with an address and a key', () => {
  assert.deepEqual(read({})(), {
    size: read({ size: 'small' })().size,
    cpu: 'arm64',
    hosts: ['footfall-1'],
    sshFrom: '203.0.113.7/32',
    sshKey: values.sshKey,
    email: undefined,
  });
});

test('requires the addresses that may use SSH, or no SSH', () => {
  assert.equal(read({ sshFrom: 'ssm' })().sshFrom, undefined);
  for (const sshFrom of [
    undefined,
    '',
    '0.0.0.0/0',
    '203.0.113.7',
    '203.0.113.256/32',
    '203.0.113.7/33',
    true,
  ]) {
    assert.throws(read({ sshFrom }), /sshFrom must be the addresses/);
  }
});

test('requires one line with a public key', () => {
  for (const sshKey of [
    undefined,
    'id_ed25519.pub',
    `${values.sshKey}\nssh-rsa AAAA`,
    '-----BEGIN OPENSSH',
  ]) {
    assert.throws(read({ sshKey }), /sshKey must be your public SSH key/);
  }
  assert.equal(read({ sshKey: `${values.sshKey}\n` })().sshKey, values.sshKey);
});

test('refuses other sizes, processors, names and addresses for mail, all at once', () => {
  assert.throws(
    read({ size: 'large', cpu: 'x86', hosts: 'a,,b', email: 'nobody' }),
    /^Error: size must be small or standard\.\ncpu must be .+\nhosts must be .+\nemail must be .+\.$/,
  );
  assert.throws(read({ hosts: 'a,b,a' }), /hosts must be different names/);
});
