import type { Settings } from './read-settings.js';

/** What cloud-init does at the first start; ansible/provision.yml does the rest. JSON is also YAML. */
export function renderUserData({ cpu, size, sshKey }: Settings, region: string): string {
  const agent = `https://s3.${region}.amazonaws.com/amazon-ssm-${region}/latest/debian_${cpu}/amazon-ssm-agent.deb`;
  const installAgent = [
    // The network works only once the address is attached, which takes place after the start.
    'for attempt in $(seq 60); do',
    '  apt-get update -qq && apt-get install -qq -y ca-certificates curl python3 &&',
    `    curl -fsSo /tmp/agent.deb ${agent} && dpkg -i /tmp/agent.deb && break`,
    '  sleep 10',
    'done',
  ].join('\n');
  return `#cloud-config\n${JSON.stringify({
    ssh_authorized_keys: [sshKey],
    ...(size.swap === undefined ? {} : { swap: { filename: '/swapfile', size: size.swap } }),
    runcmd: [installAgent],
  })}\n`;
}
