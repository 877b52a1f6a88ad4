import { sizes, type Size } from './sizes.js';

export interface Settings {
  readonly size: Size;
  /** In the words of Debian's images. */
  readonly cpu: 'amd64' | 'arm64';
  /** The first one manages the swarm. A host keeps its machine as long as its name is listed. */
  readonly hosts: readonly string[];
  /** Undefined: no port for SSH, only sessions through AWS Systems Manager. */
  readonly sshFrom: string | undefined;
  readonly sshKey: string;
  readonly email: string | undefined;
}

const isCidr = (text: string): boolean => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return false;
  const [bits = 0, ...bytes] = match.slice(1).map(Number).reverse();
  return bits >= 8 && bits <= 32 && bytes.every((byte) => byte <= 255);
};

// Not in cdk.json, which would override cdk.context.json.
const defaults: Readonly<Record<string, string>> = { size: 'small', cpu: 'arm64', hosts: 'footfall-1' };

/**
 * Reads what `cdk.context.json` and `-c NAME=VALUE` set.
 * @throws Error that lists every value to correct, one per line.
 */
export function readSettings(read: (name: string) => unknown): Settings {
  const problems: string[] = [];
  const get = (name: string, isValid: (text: string) => boolean, rule: string): string => {
    const value = read(name) ?? defaults[name] ?? '';
    if (typeof value === 'string' && isValid(value)) return value;
    problems.push(`${name} must be ${rule}.`);
    return '';
  };

  const size = get('size', (text) => Object.hasOwn(sizes, text), Object.keys(sizes).join(' or '));
  const cpu = get('cpu', (text) => text === 'amd64' || text === 'arm64', 'arm64 or amd64');
  const hosts = get(
    'hosts',
    (text) => /^[a-z][a-z0-9-]{0,62}(,[a-z][a-z0-9-]{0,62})*$/.test(text),
    'names of hosts such as footfall-1,footfall-2',
  ).split(',');
  if (new Set(hosts).size < hosts.length) problems.push('hosts must be different names.');
  const sshFrom = get(
    'sshFrom',
    (text) => text === 'ssm' || isCidr(text),
    'the addresses that may use SSH, such as 203.0.113.7/32, or ssm for none',
  );
  const sshKey = get(
    'sshKey',
    (text) => /^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\n]*)?$/.test(text.trim()),
    'your public SSH key: the line in a file such as ~/.ssh/id_ed25519.pub',
  );
  const email = get(
    'email',
    (text) => /^$|^[^@\s]+@[^@\s]+$/.test(text),
    'an address for alarms, or missing',
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));

  return {
    size: sizes[size as keyof typeof sizes],
    cpu: cpu as 'amd64' | 'arm64',
    hosts,
    sshFrom: sshFrom === 'ssm' ? undefined : sshFrom,
    sshKey: sshKey.trim(),
    email: email === '' ? undefined : email,
  };
}
