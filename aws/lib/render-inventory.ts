const names = [
  'Region',
  'Hosts',
  'Addresses',
  'Instances',
  'Login',
  'Replicas',
  'Profile',
  'DatabaseHost',
  'OwnerSecret',
  'BackupBucket',
] as const;

/** What `cdk deploy --outputs-file` writes for the stack. */
export type Outputs = Readonly<Record<(typeof names)[number], string>>;

/** @throws Error if the text is not the file that `cdk deploy --outputs-file` writes. */
export function parseOutputs(text: string): Outputs {
  const { footfall = {} } = JSON.parse(text) as { footfall?: Partial<Outputs> };
  const missing = names.filter((name) => typeof footfall[name] !== 'string');
  if (missing.length > 0) throw new Error(`Outputs of the stack are missing: ${missing.join(', ')}.`);
  return footfall as Outputs;
}

/** Renders `ansible/hosts`: the hosts, and the settings of the playbooks that follow from the stack. */
export function renderInventory(outputs: Outputs): string {
  const { Region: region, Login: login } = outputs;
  const addresses = outputs.Addresses.split(',');
  const instances = outputs.Instances.split(',');
  const [manager, ...workers] = outputs.Hosts.split(',').map((name, index) => {
    const address = login === 'ssm' ? instances[index] : addresses[index];
    return `${name} ansible_host=${address ?? ''} ansible_user=admin`;
  });
  const proxy =
    `aws ssm start-session --region ${region} --target %h ` +
    '--document-name AWS-StartSSHSession --parameters portNumber=%p';

  return [
    '# Written by aws/inventory: run it again after `cdk deploy`. Other settings belong in',
    '# group_vars/all.yml, which overrides the ones below.',
    '#',
    '# The owner password is in AWS Secrets Manager. Store it in the vault once, with `secret` of docs/deploy.md:',
    `#   secret footfall_db_owner_password "$(aws secretsmanager get-secret-value --region ${region} \\`,
    `#     --secret-id ${outputs.OwnerSecret} --query SecretString --output text)"`,
    '',
    '[managers]',
    manager,
    '',
    '[workers]',
    ...workers,
    '',
    '[production:children]',
    'managers',
    'workers',
    '',
    '[all:vars]',
    ...(login === 'ssm' ? [`ansible_ssh_common_args=-o ProxyCommand="${proxy}"`] : []),
    `footfall_replicas=${outputs.Replicas}`,
    `footfall_profile=${outputs.Profile}`,
    `footfall_db_host=${outputs.DatabaseHost}`,
    'footfall_db_ca_file={{ playbook_dir }}/files/rds-ca.pem',
    'footfall_db_owner_username=footfall_owner',
    `footfall_backup_s3_uri=s3://${outputs.BackupBucket}/footfall`,
    '',
  ].join('\n');
}
