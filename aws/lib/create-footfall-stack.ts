import { type App, CfnOutput, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { CfnEIP, type CfnInstance } from 'aws-cdk-lib/aws-ec2';
import { InstanceProfile } from 'aws-cdk-lib/aws-iam';
import { createAlarms } from './create-alarms.js';
import { createBackupBucket } from './create-backup-bucket.js';
import { createDatabase } from './create-database.js';
import { createHost } from './create-host.js';
import { createHostRole } from './create-host-role.js';
import { createNetwork } from './create-network.js';
import type { Settings } from './read-settings.js';

/** Everything that Footfall uses on AWS, in the account and region of the caller's credentials. */
export function createFootfallStack(app: App, settings: Settings): Stack {
  const stack = new Stack(app, 'footfall', {
    description: 'Footfall: hosts, database, backups and alarms',
    // Without assets nothing has to be prepared in the account by `cdk bootstrap`.
    synthesizer: new LegacyStackSynthesizer(),
    terminationProtection: true,
  });
  const network = createNetwork(stack, settings.sshFrom);
  const database = createDatabase(stack, network, settings.size);
  const backups = createBackupBucket(stack);
  const role = createHostRole(stack, backups);
  const profile = new InstanceProfile(stack, 'HostProfile', { role });

  const subnets = network.vpc.publicSubnets;
  const hosts = new Map<string, CfnInstance>();
  const addresses = settings.hosts.map((name, index) => {
    const subnetId = subnets[index % subnets.length]?.subnetId ?? '';
    const host = createHost(stack, { name, subnetId, network, profile, settings });
    hosts.set(name, host);
    // Belongs to the place in the list, so a new host in this place takes over the address.
    const address = new CfnEIP(stack, `Address${index + 1}`, { domain: 'vpc', instanceId: host.ref });
    address.node.addDependency(network.vpc.internetConnectivityEstablished);
    return address;
  });
  createAlarms(stack, hosts, database.instance, settings);

  const outputs = {
    Region: stack.region,
    Hosts: settings.hosts.join(','),
    Addresses: addresses.map(({ ref }) => ref).join(','),
    Instances: [...hosts.values()].map(({ ref }) => ref).join(','),
    Login: settings.sshFrom === undefined ? 'ssm' : 'ssh',
    Replicas: String(settings.size.replicas),
    Profile: settings.size.profile,
    DatabaseHost: database.instance.dbInstanceEndpointAddress,
    OwnerSecret: database.ownerPassword.secretArn,
    BackupBucket: backups.bucketName,
    HostRoleName: role.roleName,
    DatabaseGroupId: network.databaseGroup.securityGroupId,
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
  return stack;
}
