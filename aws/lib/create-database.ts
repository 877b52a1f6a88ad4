import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { InstanceType, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  CaCertificate,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
  SubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Network } from './create-network.js';
import type { Size } from './sizes.js';

export interface Database {
  readonly instance: DatabaseInstance;
  /** AWS generates it, so neither the template nor this machine holds it. */
  readonly ownerPassword: Secret;
}

/**
 * Names are fixed: CloudFormation then refuses a change that would replace the database, and
 * docs/operations.md can name the resources.
 */
export function createDatabase(scope: Construct, { vpc, databaseGroup }: Network, size: Size): Database {
  // The minor version is chosen and updated by RDS.
  const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 });
  const ownerPassword = new Secret(scope, 'OwnerPassword', {
    description: 'Footfall: password of the database role footfall_owner',
    generateSecretString: { passwordLength: 48, excludePunctuation: true },
  });

  const instance = new DatabaseInstance(scope, 'Database', {
    engine,
    instanceIdentifier: 'footfall',
    databaseName: 'footfall',
    // Not rotated by RDS: the playbooks hold a copy.
    credentials: Credentials.fromPassword('footfall_owner', ownerPassword.secretValue),
    instanceType: new InstanceType(size.databaseType),
    multiAz: size.standby,
    vpc,
    subnetGroup: new SubnetGroup(scope, 'DatabaseSubnets', {
      subnetGroupName: 'footfall',
      description: 'Footfall',
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    }),
    securityGroups: [databaseGroup],
    publiclyAccessible: false,
    caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
    parameterGroup: new ParameterGroup(scope, 'DatabaseParameters', {
      // Another major version needs another group beside this one.
      name: `footfall-postgres${engine.engineVersion?.majorVersion ?? ''}`,
      description: 'Footfall',
      engine,
      parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '1000' },
    }),
    storageType: StorageType.GP3,
    allocatedStorage: 20,
    maxAllocatedStorage: 100,
    storageEncrypted: true,
    backupRetention: Duration.days(7),
    preferredBackupWindow: '02:00-02:30',
    copyTagsToSnapshot: true,
    deleteAutomatedBackups: false,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.SNAPSHOT,
  });
  return { instance, ownerPassword };
}
