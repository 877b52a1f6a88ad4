/**
 * Runs docker/self-host/compose.yaml from an empty folder, as docs/self-hosting.md says: `npm run test:selfhost`.
 * Needs a Docker engine and the compose plug-in, and takes five minutes. The tests follow
 * each other: each goes on with the installation that the one before left.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { waitUntil } from '../../support/wait-until.cjs';
import { findEngine } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';
import { createSharedResources } from '../support/shared-resources.mjs';
import { buildReleases, createInstallation, readCommands } from './create-installation.mjs';

const skip = !(await findEngine()) && 'there is no Docker engine';
const { share, removeAll } = createSharedResources();
after(removeAll);

const releases = share('the images of two releases', buildReleases, (remove) => remove());
const installation = share(
  'the installation',
  async () => {
    await releases();
    return createInstallation();
  },
  ({ remove }) => remove(),
);

describe('self-hosting', { skip }, () => {
  test('docker compose up -d serves from a folder with the compose file alone', async (t) => {
    const { up, visit, ask: askIt, plainUrl } = await installation();
    const start = performance.now();
    await up('older');
    t.diagnostic(`served after ${((performance.now() - start) / 1000).toFixed(1)} s`);
    assert.deepEqual(await visit('alice'), [200, 1]);
    assert.deepEqual(await visit('alice'), [200, 2]);
    const redirect = await ask(plainUrl, '/alice', { headers: { Host: 'count.example' } });
    assert.deepEqual([redirect.status, redirect.headers.location], [308, 'https://count.example/alice']);
    assert.equal((await askIt('/-/metrics')).status, 404);
  });

  test('crawlers and reserved names are not counted', async () => {
    const { ask: askIt } = await installation();
    const crawler = await askIt('/alice', { 'User-Agent': 'Googlebot/2.1' });
    assert.deepEqual([crawler.json.visits, crawler.headers['visit-ignored']], [2, 'bot']);
    assert.equal((await askIt('/wp-login.php')).status, 404);
  });

  test('only nginx publishes ports, and the database takes no login without its generated password', async () => {
    const { compose } = await installation();
    const published = (await compose('ps', '--format', '{{.Service}} {{.Ports}}')).split('\n');
    const open = published.filter((line) => line.includes('->')).map((line) => line.split(' ')[0]);
    assert.deepEqual(open, ['nginx']);
    const login = (password) =>
      compose(
        'exec',
        '-T',
        '-e',
        `PGPASSWORD=${password}`,
        'db',
        'psql',
        '-h',
        'db',
        '-U',
        'footfall',
        '-c',
        '',
      );
    for (const password of ['', 'footfall', 'postgres']) await assert.rejects(login(password));
    const password = await compose('exec', '-T', 'web', 'cat', '/run/footfall/db-password');
    assert.match(password, /^[0-9a-f]{64}$/);
    await login(password);
  });

  test('an upgrade is a changed tag: it migrates and keeps the data', async () => {
    const { up, visit, query, compose } = await installation();
    await up('newer');
    assert.match(await compose('ps', 'web', '--format', '{{.Image}}'), /:newer$/);
    assert.match(await query(`SELECT max(name) FROM schema_migrations`), /add-note-to-visitors$/);
    assert.deepEqual(await visit('alice'), [200, 3]);
  });

  test('the way back is the tag of the release before, with the data', async () => {
    const { up, visit, compose } = await installation();
    await up('older');
    assert.match(await compose('ps', 'web', '--format', '{{.Image}}'), /:older$/);
    assert.deepEqual(await visit('alice'), [200, 4]);
    await up('newer');
    assert.deepEqual(await visit('alice'), [200, 5]);
  });

  test('down and up again keeps the data, the password and the certificate', async () => {
    const { up, visit, compose, url } = await installation();
    const before = await readFingerprint(url);
    await compose('down');
    await up();
    assert.deepEqual(await visit('alice'), [200, 6]);
    assert.equal(await readFingerprint(url), before);
  });
});

describe('backup', { skip }, () => {
  test('the documented commands back up and restore', async () => {
    const { run, visit, up, read } = await installation();
    const [backup, restore] = await readCommands('Back up and restore');
    await run(backup);
    assert.equal((await read('footfall.dump')).subarray(0, 5).toString(), 'PGDMP');
    assert.deepEqual(await visit('alice'), [200, 7]);
    assert.deepEqual(await visit('bob'), [200, 1]);
    await run(restore);
    await up();
    assert.deepEqual(await visit('alice'), [200, 7]);
    assert.deepEqual(await visit('bob'), [200, 1]);
  });

  test('a broken backup is refused and changes nothing', async () => {
    const { run, read, write, visit, up } = await installation();
    const [, restore] = await readCommands('Back up and restore');
    const dump = await read('footfall.dump');
    await write('footfall.dump', dump.subarray(0, dump.length - 2000));
    await assert.rejects(run(restore), /pg_restore/);
    await write('footfall.dump', dump);
    await up();
    assert.deepEqual(await visit('alice'), [200, 8]);
  });

  test('a backup is restored into an empty installation', async () => {
    const { compose, run, visit, up } = await installation();
    const [, restore] = await readCommands('Back up and restore');
    await compose('down', '--volumes');
    await run(restore);
    await up();
    assert.deepEqual(await visit('alice'), [200, 7]);
  });
});

describe('certificate', { skip }, () => {
  test('the documented commands install another certificate', async () => {
    const { run, url } = await installation();
    const [commands] = await readCommands('Certificate');
    const before = await readFingerprint(url);
    const make =
      'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=own -keyout privkey.pem -out fullchain.pem';
    await run(make);
    await run(`chmod 600 privkey.pem fullchain.pem\n${commands}`);
    // The old workers go on for a moment.
    await waitUntil('the new certificate', 10, async () => (await readFingerprint(url)) !== before);
  });
});

describe('removal', { skip }, () => {
  test('everything that the tests started is removed', removeAll);
});

function readFingerprint(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerX509Certificate();
      resolve(new X509Certificate(raw).fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
