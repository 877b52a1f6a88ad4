import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { baseImages } from '../support/base-images.mjs';
import { docker } from '../support/shell.mjs';
import { waitUntil } from '../../support/wait-until.cjs';
import { runId } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';

const certs = `footfall-test-certs-${runId}`;
const acme = `footfall-test-acme-${runId}`;

const mounts = ['--volume', `${certs}:/etc/nginx/certs:ro`, '--volume', `${acme}:/var/www/acme:ro`];
const trust = { rejectUnauthorized: false };

/** Tests TLS with temporary certificates: the first one, and its renewal. */
export function describeTls(network, share) {
  const proxy = share(
    'the proxy with TLS',
    async () => (await network()).startProxy('tls', mounts),
    async ({ name }) => {
      await docker(['rm', '--force', '--volumes', name]);
      await docker(['volume', 'rm', certs, acme]);
    },
  );
  const firstCertificate = share('the first certificate', async () => {
    const { name, tlsUrl } = await proxy();
    await issueCertificate('first');
    await docker(['exec', name, 'reload-nginx']);
    await waitUntil('HTTPS', 10, async () => (await ask(tlsUrl, '/', trust)).status === 200);
  });

  test('an ACME challenge is served from the mounted folder, over plain HTTP', async () => {
    const { url } = await proxy();
    await writeChallenge();
    assert.equal((await ask(url, '/.well-known/acme-challenge/x')).text, 'proof\n');
    assert.equal((await ask(url, '/.well-known/acme-challenge/y')).status, 404);
  });

  test('a reload loads the first certificate: HTTPS with HSTS, and HTTP redirects to it', async () => {
    const { url, tlsUrl } = await proxy();
    await writeChallenge();
    await firstCertificate();
    const secure = await ask(tlsUrl, '//alice', trust);
    assert.equal(secure.headers['strict-transport-security'], 'max-age=31536000');
    assert.deepEqual([secure.json.url, secure.json.headers['x-forwarded-proto']], ['//alice', 'https']);
    const refused = await ask(tlsUrl, '/-/metrics', trust);
    assert.deepEqual(
      [refused.status, refused.headers['strict-transport-security']],
      [404, 'max-age=31536000'],
    );
    // The old workers go on for a moment.
    await waitUntil('the redirect', 10, async () => {
      const { status, headers } = await ask(url, '/alice?a=b', {
        headers: { Host: 'count.example' },
      });
      return status === 308 && headers.location === 'https://count.example/alice?a=b';
    });
    assert.equal((await ask(url, '/.well-known/acme-challenge/x')).status, 200);
  });

  test('a reload loads a renewed certificate', async () => {
    const { name, tlsUrl } = await proxy();
    await firstCertificate();
    const first = await readSubject(tlsUrl);
    await issueCertificate('renewed');
    await docker(['exec', name, 'reload-nginx']);
    await waitUntil('the new certificate', 10, async () => (await readSubject(tlsUrl)) === 'CN=renewed');
    assert.equal(first, 'CN=first');
  });

  test('nginx loads a changed certificate by itself', async () => {
    const { tlsUrl } = await proxy();
    await firstCertificate();
    await issueCertificate('watched');
    await waitUntil('the new certificate', 20, async () => (await readSubject(tlsUrl)) === 'CN=watched');
  });

  test('TLS 1.2 and 1.3 are accepted, 1.1 is refused', async () => {
    const { tlsUrl } = await proxy();
    await firstCertificate();
    assert.equal((await shakeHands(tlsUrl, 'TLSv1.2')).protocol, 'TLSv1.2');
    assert.equal((await shakeHands(tlsUrl, 'TLSv1.3')).protocol, 'TLSv1.3');
    await assert.rejects(shakeHands(tlsUrl, 'TLSv1.1'));
  });

  test('the proxy does not start with files that it cannot read, and says what to do', async () => {
    await firstCertificate();
    const { images } = await network();
    const words = ['run', '--rm', '--read-only', '--tmpfs', '/tmp', ...mounts, images.nginx];
    for (const spoil of ['chown 0:0 /certs/tls.key', 'ln -sf /nowhere/tls.crt /nowhere/tls.key /certs']) {
      await runInVolumes('sh', '-c', spoil);
      await assert.rejects(docker(words), /must both be there and be readable by user 101: chown/);
    }
  });
}

function writeChallenge() {
  const folder = '/acme/.well-known/acme-challenge';
  return runInVolumes('sh', '-c', `mkdir -p ${folder} && echo proof >${folder}/x`);
}

// In the PostgreSQL image, because it has openssl, and its root can write to the volumes.
function runInVolumes(...command) {
  const volumes = ['--volume', `${certs}:/certs`, '--volume', `${acme}:/acme`];
  return docker([
    'run',
    '--rm',
    '--user',
    '0',
    '--entrypoint',
    '',
    ...volumes,
    baseImages.postgres,
    ...command,
  ]);
}

// All with the same time, as if they were issued within a second.
function issueCertificate(subject) {
  const make = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${subject} -keyout /certs/tls.key -out /certs/tls.crt 2>&1`;
  const protect = 'chown 101:101 /certs/tls.key && chmod 400 /certs/tls.key';
  return runInVolumes(
    'sh',
    '-c',
    `${make} && ${protect} && touch -d @1700000000 /certs/tls.key /certs/tls.crt`,
  );
}

function shakeHands(url, version) {
  const { hostname, port } = new URL(url);
  const options = { host: hostname, port: Number(port), rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    // Level 0, so that the server refuses an old version, and not this client.
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
