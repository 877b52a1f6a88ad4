import { randomBytes } from 'node:crypto';
import { docker } from '../../support/shell.mjs';
import { runId } from '../../support/engine.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';

const container = `footfall-acme-${runId}`;
const image = 'footfall-test/pebble';
const network = 'lab';
const address = '172.30.0.30';

const folder = '/run/authority';
const secret = randomBytes(32).toString('base64');

const pebble = {
  listenAddress: '0.0.0.0:14000',
  managementListenAddress: '127.0.0.1:15000',
  certificate: 'cert.pem',
  privateKey: 'key.pem',
  httpPort: 80,
  tlsPort: 443,
  certificateValidityPeriod: 90 * 86_400,
};

// A zone that the owner of the key may change, as an operator's certbot does.
const named = `options {
  directory "${folder}";
  pid-file none;
  recursion no;
  listen-on-v6 { none; };
};
key certbot { algorithm hmac-sha256; secret "${secret}"; };
zone "example.test" { type primary; file "example.test"; allow-update { key certbot; }; };`;

const zone = `@ 1 SOA ns hostmaster 1 60 60 60 1
@ 1 NS ns
ns 1 A ${address}`;

// Let's Encrypt's own test server, and the DNS server that it asks. Its certificates are valid for 90 days.
const dockerfile = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends pebble bind9 bind9-dnsutils openssl curl
WORKDIR ${folder}
RUN openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=pebble -addext subjectAltName=IP:${address} \\
      -keyout key.pem -out cert.pem
`;

// pebble refuses some requests by default to test clients; Let's Encrypt does not.
const start = `cat >config.json <<'END'
${JSON.stringify({ pebble })}
END
cat >named.conf <<'END'
${named}
END
cat >example.test <<'END'
${zone}
END
named -f -c ${folder}/named.conf &
PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 exec pebble -config config.json -dnsserver 127.0.0.1:53`;

/** Starts a certificate authority on the network of the hosts, with names that only it can resolve. */
export async function startAuthority() {
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  await docker(['build', '--quiet', '--tag', image, '-'], { env, input: dockerfile });
  const words = ['run', '--detach', '--name', container, '--network', network, '--ip', address];
  await docker([...words, image, 'sh', '-c', start]);
  await waitUntil('the authority', 30, () =>
    docker(['exec', container, 'curl', '-fsSk', 'https://127.0.0.1:14000/dir']),
  );
  const update = (lines) =>
    docker(['exec', '--interactive', container, 'nsupdate', '-y', `hmac-sha256:certbot:${secret}`], {
      input: `server 127.0.0.1\nzone example.test\n${lines.join('\n')}\nsend\n`,
    });
  return {
    directory: `https://${address}:14000/dir`,
    /** The certificate of the directory itself, as PEM. */
    ownCertificate: await docker(['exec', container, 'cat', 'cert.pem']),
    /** The file with which certbot may change the zone. */
    dnsCredentials: [
      `dns_rfc2136_server = ${address}`,
      'dns_rfc2136_name = certbot.',
      `dns_rfc2136_secret = ${secret}`,
      'dns_rfc2136_algorithm = HMAC-SHA256',
      '',
    ].join('\n'),
    /** Sets the only address of a name. */
    resolve: (name, host) => update([`update delete ${name} A`, `update add ${name} 1 A ${host.address}`]),
    /** Removes the addresses of a name. */
    forget: (name) => update([`update delete ${name} A`]),
    /** Makes the authority unreachable. */
    leave: () => docker(['network', 'disconnect', network, container]),
    comeBack: () => docker(['network', 'connect', '--ip', address, network, container]),
    stop: () => docker(['rm', '--force', container]),
  };
}
