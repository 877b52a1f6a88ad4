import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { docker, waitUntil } from '../support/shell.mjs';
import { runId } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';

const certs = `footfall-test-certs-${runId}`;
const acme = `footfall-test-acme-${runId}`;

/** TLS with throw-away certificates, as a certificate comes, and is renewed. */
export async function checkTls({ check }, network) {
  const mounts = ['--volume', `${certs}:/etc/nginx/certs:ro`, '--volume', `${acme}:/var/www/acme:ro`];
  const proxy = await network.startProxy('tls', mounts);
  const trust = { rejectUnauthorized: false };
  try {
    await check('an ACME challenge is served from the mounted folder, over plain HTTP', async () => {
      await runBeside(
        'sh',
        '-c',
        'mkdir -p /acme/.well-known/acme-challenge && echo proof >/acme/.well-known/acme-challenge/x',
      );
      assert.equal((await ask(proxy.url, '/.well-known/acme-challenge/x')).text, 'proof\n');
      assert.equal((await ask(proxy.url, '/.well-known/acme-challenge/y')).status, 404);
    });

    await check(
      'a first certificate is taken up by a reload: HTTPS with HSTS, HTTP sent over to it',
      async () => {
        await issueCertificate('first');
        await docker(['exec', proxy.name, 'reload-nginx']);
        await waitUntil('HTTPS', 10, async () => (await ask(proxy.tlsUrl, '/', trust)).status === 200);
        const secure = await ask(proxy.tlsUrl, '//alice', trust);
        assert.equal(secure.headers['strict-transport-security'], 'max-age=31536000');
        assert.deepEqual([secure.json.url, secure.json.headers['x-forwarded-proto']], ['//alice', 'https']);
        const refused = await ask(proxy.tlsUrl, '/-/metrics', trust);
        assert.deepEqual(
          [refused.status, refused.headers['strict-transport-security']],
          [404, 'max-age=31536000'],
        );
        // The workers of before go on for a moment.
        await waitUntil('the redirect', 10, async () => {
          const { status, headers } = await ask(proxy.url, '/alice?a=b', {
            headers: { Host: 'count.example' },
          });
          return status === 308 && headers.location === 'https://count.example/alice?a=b';
        });
        assert.equal((await ask(proxy.url, '/.well-known/acme-challenge/x')).status, 200);
      },
    );

    await check('a renewed certificate is taken up by a reload', async () => {
      const first = await readSubject(proxy.tlsUrl);
      await issueCertificate('renewed');
      await docker(['exec', proxy.name, 'reload-nginx']);
      await waitUntil(
        'the new certificate',
        10,
        async () => (await readSubject(proxy.tlsUrl)) === 'CN=renewed',
      );
      assert.equal(first, 'CN=first');
    });

    await check('TLS 1.2 and 1.3 are spoken, 1.1 is not', async () => {
      assert.equal((await shakeHands(proxy.tlsUrl, 'TLSv1.2')).protocol, 'TLSv1.2');
      assert.equal((await shakeHands(proxy.tlsUrl, 'TLSv1.3')).protocol, 'TLSv1.3');
      await assert.rejects(shakeHands(proxy.tlsUrl, 'TLSv1.1'));
    });

    await check('a key that the proxy cannot read is a start that fails, with what to do', async () => {
      await runBeside('chown', '0:0', '/certs/tls.key');
      const words = ['run', '--rm', '--read-only', '--tmpfs', '/tmp', ...mounts, network.images.nginx];
      await assert.rejects(docker(words), /must both be there and be readable by user 101: chown/);
    });
  } finally {
    await docker(['rm', '--force', '--volumes', proxy.name]);
    await docker(['volume', 'rm', certs, acme]);
  }
}

// The PostgreSQL image has openssl, and root in it may write into the volumes.
function runBeside(...command) {
  const volumes = ['--volume', `${certs}:/certs`, '--volume', `${acme}:/acme`];
  return docker([
    'run',
    '--rm',
    '--user',
    '0',
    '--entrypoint',
    '',
    ...volumes,
    'postgres:17-bookworm',
    ...command,
  ]);
}

function issueCertificate(subject) {
  const make = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${subject} -keyout /certs/tls.key -out /certs/tls.crt 2>&1`;
  return runBeside('sh', '-c', `${make} && chown 101:101 /certs/tls.key && chmod 400 /certs/tls.key`);
}

function shakeHands(url, version) {
  const { hostname, port } = new URL(url);
  const options = { host: hostname, port: Number(port), rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    // Level 0, so that it is the server that refuses an old version and not this client.
    const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    const socket = connect({ ...options, ...versions }, () => {
      const certificate = socket.getPeerX509Certificate();
      resolve({ protocol: socket.getProtocol(), certificate: new X509Certificate(certificate.raw) });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function readSubject(url) {
  return (await shakeHands(url, 'TLSv1.3')).certificate.subject;
}
