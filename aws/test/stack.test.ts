import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { synthesize } from './synthesize.js';

const small = synthesize();

/** The rules of the group with this description that let traffic in. */
function listRules(template = small, group = 'Footfall: the hosts'): { port: number; from: unknown }[] {
  const groups = template.findResources('AWS::EC2::SecurityGroup', {
    Properties: { GroupDescription: group },
  });
  const [found] = Object.values(groups) as {
    Properties: { SecurityGroupIngress?: Record<string, never>[] };
  }[];
  return (found?.Properties.SecurityGroupIngress ?? []).map((rule) => ({
    port: Number(rule['FromPort']),
    from: rule['CidrIp'],
  }));
}

test('opens HTTP and HTTPS to everybody, and SSH to the given addresses only', () => {
  assert.deepEqual(listRules(), [
    { port: 80, from: '0.0.0.0/0' },
    { port: 443, from: '0.0.0.0/0' },
    { port: 22, from: '203.0.113.7/32' },
  ]);
});

test('opens no port for SSH if sessions go through Systems Manager', () => {
  assert.deepEqual(
    listRules(synthesize({ sshFrom: 'ssm' })).map(({ port }) => port),
    [80, 443],
  );
});

test('opens the other ports to hosts of the group only', () => {
  const rules = Object.values(small.findResources('AWS::EC2::SecurityGroupIngress')) as {
    Properties: { FromPort: number; SourceSecurityGroupId?: unknown; CidrIp?: string };
  }[];
  assert.deepEqual(
    rules.map(({ Properties: { FromPort } }) => FromPort).sort((a, b) => a - b),
    [2377, 4789, 5432, 7946, 7946],
  );
  for (const { Properties } of rules) {
    assert.ok(Properties.SourceSecurityGroupId !== undefined && Properties.CidrIp === undefined);
  }
  assert.deepEqual(listRules(small, 'Footfall: the database'), []);
});

test('keeps the database closed, encrypted, backed up and protected', () => {
  small.hasResource('AWS::RDS::DBInstance', {
    DeletionPolicy: 'Snapshot',
    UpdateReplacePolicy: 'Snapshot',
    Properties: {
      PubliclyAccessible: false,
      StorageEncrypted: true,
      DeletionProtection: true,
      DeleteAutomatedBackups: false,
      BackupRetentionPeriod: 7,
      EngineVersion: '18',
      DBInstanceIdentifier: 'footfall',
      MultiAZ: false,
    },
  });
  small.hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Family: 'postgres18',
    DBParameterGroupName: 'footfall-postgres18',
    Parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '1000' },
  });
});

test('contains no password', () => {
  small.hasResourceProperties('AWS::SecretsManager::Secret', {
    GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true },
    SecretString: Match.absent(),
  });
  small.hasResourceProperties('AWS::RDS::DBInstance', {
    MasterUserPassword: {
      'Fn::Join': ['', ['{{resolve:secretsmanager:', Match.anyValue(), ':SecretString:::}}']],
    },
  });
});

test('keeps the backups private, and when the stack is removed', () => {
  small.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    },
  });
});

test('lets a host add backups and hold sessions, and do nothing else', () => {
  const policies = Object.values(small.findResources('AWS::IAM::Policy')) as {
    Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } };
  }[];
  const actions = policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Action }) => Action),
  );
  assert.deepEqual(actions.sort(), [
    's3:PutObject',
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ]);
  small.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
});

test('has alarms for each host and the database', () => {
  const names = (template = small): string[] =>
    (
      Object.values(template.findResources('AWS::CloudWatch::Alarm')) as {
        Properties: { AlarmName: string };
      }[]
    )
      .map(({ Properties }) => Properties.AlarmName)
      .sort();
  const ofDatabase = ['connections', 'cpu-credits', 'storage'].map((name) => `footfall-database-${name}`);
  assert.deepEqual(names(), ['footfall-1-cpu-credits', 'footfall-1-status', ...ofDatabase]);
  assert.deepEqual(
    names(synthesize({ hosts: 'a,b' })),
    ['a-cpu-credits', 'a-status', 'b-cpu-credits', 'b-status', ...ofDatabase].sort(),
  );
});

test('sends alarms by mail if it has an address', () => {
  small.resourceCountIs('AWS::SNS::Topic', 0);
  const template = synthesize({ email: 'you@example.org' });
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'you@example.org',
  });
  template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: [Match.anyValue()],
    OKActions: [Match.anyValue()],
  });
});

test('needs no account, no bootstrap and no upload', () => {
  const template = small.toJSON() as { Parameters: Record<string, { Type: string }>; Rules?: unknown };
  assert.equal(template.Rules, undefined);
  assert.deepEqual(
    Object.values(template.Parameters).map(({ Type }) => Type),
    ['AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'],
  );
  // Larger templates must be uploaded to a bucket. This is the size with several hosts.
  const largest = synthesize({ hosts: 'a,b,c,d', email: 'you@example.org' });
  assert.ok(JSON.stringify(largest.toJSON()).length < 45_000);
  small.resourceCountIs('AWS::Lambda::Function', 0);
});
