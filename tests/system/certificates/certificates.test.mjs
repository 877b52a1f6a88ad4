/**
 * Obtains and renews certificates on two real hosts from pebble, a real ACME server, under load:
 * `npm run test:certificates`. About ten minutes; needs FOOTFALL_LAB, like `npm run test:deploy`.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { waitUntil } from '../../support/wait-until.cjs';
import { startController } from '../deploy/support/controller.mjs';
import { findEngine } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';
import { createSharedResources } from '../support/shared-resources.mjs';
import { createInstallation, name } from './support/create-installation.mjs';
import { readCertificate } from './support/read-certificate.mjs';

const skip = (!(await findEngine()) || !process.env.FOOTFALL_LAB) && 'no engine or no hosts';
const { share, removeAll } = createSharedResources();
after(removeAll);

const controller = share('the machine with Ansible', startController, ({ stop }) => stop());
const context = share('the installation', createInstallation(share, controller));
const readAll = async () => Promise.all((await context()).hosts.map(readCertificate));
const readStatus = async () => (await (await context()).playbooks.run('status')).output;

const deployed = share('the deploy', async () => {
  const { hosts, authority, playbooks, pushImages } = await context();
  // The authority asks the node that does not run the client.
  await authority.resolve(name, hosts[1]);
  await Promise.all([pushImages(), playbooks.run('provision')]);
  const { output } = await playbooks.run('deploy', { version: 'v1' });
  // A failure to obtain the certificate does not fail the deploy.
  await waitUntil('TLS on each node', 30, readAll).catch((cause) => {
    throw new Error(`no TLS after this deploy:\n${output.slice(-4000)}`, { cause });
  });
});

describe('certificates', { skip, concurrency: false }, () => {
  test('a deploy obtains the first certificate through a worker, and every node serves it', async (t) => {
    await deployed();
    const { hosts } = await context();
    const [first, ...others] = await readAll();
    assert.match(first.issuer, /Pebble/);
    assert.equal(first.subjectAltName, `DNS:${name}`);
    assert.deepEqual(
      [...new Set(others.map(({ fingerprint256 }) => fingerprint256))],
      [first.fingerprint256],
    );
    // A worker process of nginx from before the reload may still accept plain HTTP for a moment.
    for (const { address } of hosts) {
      await waitUntil(`a redirect by ${address}`, 5, async () => {
        const { status, headers } = await ask(`http://${address}`, '/', { headers: { Host: name } });
        return status === 308 && headers.location === `https://${name}/`;
      });
    }
    t.diagnostic(await hosts[0].run('cat', '/var/lib/footfall/certificates/status'));
  });

  test('a second run changes nothing, and status.yml shows the end of the certificate', async () => {
    await deployed();
    const { playbooks } = await context();
    const before = await readAll();
    assert.equal((await playbooks.run('certificate')).changed, 0);
    assert.deepEqual(await readAll(), before);
    assert.match(await readStatus(), /Certificate: count\.example\.test, valid until 20\d\d-\d\d-\d\dT/);
  });

  test('the timer renews a certificate that is due under load, and no visit fails', async (t) => {
    await deployed();
    const { hosts, authority, loads } = await context();
    const [manager] = hosts;
    const [{ fingerprint256: before }] = await readAll();
    await authority.resolve(name, manager);
    // The certificate of 90 days is due at once.
    const settings = '/var/lib/footfall/certificates/renewal/footfall.conf';
    await manager.run('sed', '-i', '1i renew_before_expiry = 91 days', settings);
    const unit = '/etc/systemd/system/footfall-certificate.service';
    const command = await manager.run('sed', '-n', 's/^ExecStart=//p', unit);
    const summary = await loads.run('renewed', async () => {
      await manager.run('su', 'deploy', '--command', command);
      await waitUntil('the new certificate on every node', 30, async () =>
        (await readAll()).every(({ fingerprint256 }) => fingerprint256 !== before),
      );
    });
    assert.equal(new Set((await readAll()).map(({ fingerprint256 }) => fingerprint256)).size, 1);
    await manager.run('sed', '-i', '/^renew_before_expiry/d', settings);
    t.diagnostic(summary);
  });

  test('while the authority is away the service goes on, status.yml says so, and a retry succeeds', async (t) => {
    await deployed();
    const { authority, playbooks, loads } = await context();
    const before = await readAll();
    await authority.leave();
    const summary = await loads
      .run('away', async () => {
        const { code, output } = await playbooks.run('certificate', { force: true }, { mayFail: true });
        assert.notEqual(code, 0);
        assert.match(output, /failed: .*(No route to host|refused|timed out|unreachable)/i);
        assert.match(await readStatus(), /valid until 20.*; checked .*; failed: /);
      })
      .finally(authority.comeBack);
    assert.deepEqual(await readAll(), before);
    await playbooks.run('certificate', { force: true });
    assert.notDeepEqual(await readAll(), before);
    assert.doesNotMatch(await readStatus(), /failed: /);
    t.diagnostic(summary);
  });

  test('a wrong name is refused with the reason, and the old certificate stays', async (t) => {
    await deployed();
    const { playbooks, loads } = await context();
    const before = await readAll();
    const summary = await loads.run('wrong', async () => {
      for (const [wrong, reason] of [
        ['wrong.example.test', /failed: .*wrong\.example\.test/],
        ['http://count', /footfall_certificate_names: http:\/\/count is not a name/],
      ]) {
        await playbooks.writeSettings({ footfall_certificate_names: [name, wrong] });
        const { code, output } = await playbooks.run('certificate', {}, { mayFail: true });
        assert.notEqual(code, 0);
        assert.match(output, reason);
      }
    });
    assert.deepEqual(await readAll(), before);
    await playbooks.writeSettings();
    // Only the script with the names is written again.
    assert.equal((await playbooks.run('certificate')).changed, 1);
    assert.deepEqual(await readAll(), before);
    assert.doesNotMatch(await readStatus(), /failed: /);
    t.diagnostic(summary);
  });

  test('by DNS-01 a wildcard is obtained while port 80 cannot be asked', async (t) => {
    await deployed();
    const { authority, playbooks, loads } = await context();
    await authority.forget(name);
    await playbooks.writeSettings({
      footfall_certificate_names: [name, `*.${name}`],
      footfall_certificate_dns: 'rfc2136',
      footfall_certificate_dns_credentials: authority.dnsCredentials,
    });
    const summary = await loads.run('wildcard', async () => {
      await playbooks.run('certificate');
    });
    const names = (await readAll()).map(({ subjectAltName }) => subjectAltName.split(', ').sort());
    const expected = [`DNS:*.${name}`, `DNS:${name}`];
    assert.deepEqual(names, [expected, expected]);
    t.diagnostic(summary);
  });

  test('everything that the tests started is removed', removeAll);
});
