import { Stack, Tags } from 'aws-cdk-lib';
import {
  BlockDeviceVolume,
  CfnInstance,
  EbsDeviceVolumeType,
  LaunchTemplate,
  MachineImage,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import type { InstanceProfile } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Network } from './create-network.js';
import type { Settings } from './read-settings.js';
import { renderUserData } from './render-user-data.js';

export interface HostOptions {
  readonly name: string;
  readonly subnetId: string;
  readonly network: Network;
  readonly profile: InstanceProfile;
  readonly settings: Settings;
}

/** A Debian host. It keeps its image, its disk and its key as long as it lives. */
export function createHost(scope: Construct, options: HostOptions): CfnInstance {
  const { name, subnetId, network, profile, settings } = options;
  const host = new Construct(scope, name);
  const template = new LaunchTemplate(host, 'Template', {
    // The release on which the playbooks are tested.
    machineImage: MachineImage.fromSsmParameter(`/aws/service/debian/release/13/latest/${settings.cpu}`),
    userData: UserData.custom(renderUserData(settings, Stack.of(scope).region)),
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: BlockDeviceVolume.ebs(20, { volumeType: EbsDeviceVolumeType.GP3, encrypted: true }),
      },
    ],
    requireImdsv2: true,
    // One hop: containers do not get the rights of the host, unless they are on its network.
    httpPutResponseHopLimit: 1,
  });

  const instance = new CfnInstance(host, 'Instance', {
    // A new image of Debian makes version 2, and so on. With another version the host would be replaced.
    launchTemplate: { launchTemplateId: template.launchTemplateId, version: '1' },
    instanceType: `${settings.cpu === 'arm64' ? 't4g' : 't3'}.${settings.size.hostType}`,
    subnetId,
    securityGroupIds: [network.hostGroup.securityGroupId],
    iamInstanceProfile: profile.instanceProfileName,
  });
  Tags.of(instance).add('Name', name);
  return instance;
}
