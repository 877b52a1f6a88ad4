import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** A host may add backups, and may be reached by sessions of AWS Systems Manager. Nothing else. */
export function createHostRole(scope: Construct, backups: Bucket): Role {
  const role = new Role(scope, 'HostRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['s3:PutObject'],
      resources: [backups.arnForObjects('*')],
    }),
  );
  // The managed policy for this, AmazonSSMManagedInstanceCore, can also read every parameter of the account.
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      resources: ['*'],
    }),
  );
  return role;
}
