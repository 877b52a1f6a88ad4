import { IpAddresses, Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export interface Network {
  readonly vpc: Vpc;
  readonly hostGroup: SecurityGroup;
  readonly databaseGroup: SecurityGroup;
}

/** Public subnets for the hosts and closed ones for the database, in two zones: RDS requires two. */
export function createNetwork(scope: Construct, sshFrom: string | undefined): Network {
  const vpc = new Vpc(scope, 'Network', {
    // Not in 10.0.0.0/8, where Docker's overlay networks are.
    ipAddresses: IpAddresses.cidr('172.31.0.0/16'),
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [
      { name: 'hosts', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
    // It would need a function of its own, and nothing uses the default group.
    restrictDefaultSecurityGroup: false,
  });

  const hostGroup = new SecurityGroup(scope, 'HostGroup', { vpc, description: 'Footfall: the hosts' });
  for (const port of [80, 443]) hostGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'HTTP and HTTPS');
  if (sshFrom !== undefined) hostGroup.addIngressRule(Peer.ipv4(sshFrom), Port.tcp(22), 'SSH');
  // The swarm, for several hosts: management, discovery, overlay networks.
  for (const port of [Port.tcp(2377), Port.tcp(7946), Port.udp(7946), Port.udp(4789)]) {
    hostGroup.addIngressRule(hostGroup, port, 'Swarm');
  }

  const databaseGroup = new SecurityGroup(scope, 'DatabaseGroup', {
    vpc,
    description: 'Footfall: the database',
    allowAllOutbound: false,
  });
  databaseGroup.addIngressRule(hostGroup, Port.tcp(5432), 'PostgreSQL');
  return { vpc, hostGroup, databaseGroup };
}
