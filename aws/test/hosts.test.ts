import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { synthesize } from './synthesize.js';

/** The instances by name: logical id, type and the address that follows them. */
function listHosts(template: Template) {
  const instances = template.findResources('AWS::EC2::Instance') as Record<
    string,
    { Properties: { InstanceType: string; Tags: { Value: string }[] } }
  >;
  const addresses = template.findResources('AWS::EC2::EIP') as Record<
    string,
    { Properties: { InstanceId: { Ref: string } } }
  >;
  return Object.entries(instances).map(([id, { Properties }]) => ({
    id,
    name: Properties.Tags[0]?.Value,
    type: Properties.InstanceType,
    address: Object.keys(addresses).find((address) => addresses[address]?.Properties.InstanceId.Ref === id),
  }));
}

test('offers both sizes on both architectures', () => {
  const types = (size: string, cpu: string) => listHosts(synthesize({ size, cpu })).map(({ type }) => type);
  assert.deepEqual(types('small', 'arm64'), ['t4g.micro']);
  assert.deepEqual(types('small', 'amd64'), ['t3.micro']);
  assert.deepEqual(types('standard', 'arm64'), ['t4g.medium']);
  assert.deepEqual(types('standard', 'amd64'), ['t3.medium']);
  for (const [size, expected] of [
    ['small', 'db.t4g.micro'],
    ['standard', 'db.t4g.small'],
  ] as const) {
    synthesize({ size }).hasResourceProperties('AWS::RDS::DBInstance', { DBInstanceClass: expected });
  }
});

test('starts the image of Debian for the architecture', () => {
  for (const cpu of ['arm64', 'amd64']) {
    const parameters = Object.values(synthesize({ cpu }).findParameters('*')) as { Default: string }[];
    assert.deepEqual(
      parameters.map(({ Default }) => Default),
      [`/aws/service/debian/release/13/latest/${cpu}`],
    );
  }
});

test('does not replace a host because of a newer image', () => {
  const template = synthesize();
  template.hasResourceProperties('AWS::EC2::Instance', {
    ImageId: Match.absent(),
    UserData: Match.absent(),
    LaunchTemplate: { Version: '1' },
  });
});

test('keeps the address in its place when a host is replaced by another', () => {
  const [before] = listHosts(synthesize());
  const [after] = listHosts(synthesize({ hosts: 'footfall-2' }));
  assert.notEqual(after?.id, before?.id);
  assert.equal(after?.name, 'footfall-2');
  assert.ok(before?.address !== undefined && after?.address === before.address);
});

test('leaves existing hosts as they are when one is added', () => {
  const [first] = listHosts(synthesize());
  const [still, second] = listHosts(synthesize({ hosts: 'footfall-1,footfall-2' }));
  assert.deepEqual(still, first);
  assert.equal(second?.name, 'footfall-2');
});

test('encrypts the disk and keeps the rights of the host from containers', () => {
  synthesize().hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3' } }],
    },
  });
});
