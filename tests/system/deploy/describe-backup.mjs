import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ask } from '../support/http-client.mjs';
import { waitUntil } from '../../support/wait-until.cjs';

const backups = '/var/lib/footfall/backups';

/** Tests backup and restore: the database is lost and restored completely. */
export function describeBackup(runningV1, share) {
  const backedUp = share('the backup', async () => {
    const context = await runningV1();
    const { hosts, playbooks, service, database } = context;
    const [counted, listed] = [await database.listCounted(), await service.listVisitors()];
    await playbooks.run('backup');
    const [file, ...others] = await listBackups(hosts[0]);
    assert.deepEqual(others, []);
    assert.match(file, /-v1\.dump$/);
    assert.match(await hosts[0].run('stat', '-c', '%a %s %U', `${backups}/${file}`), /^600 \d{4,} deploy$/);
    return { ...context, manager: hosts[0], counted, listed, file };
  });

  test('backup writes a file that only its owner can read', async (t) => {
    const { file } = await backedUp();
    t.diagnostic(file);
  });

  test('the backup is uploaded by the S3 client under its name', async () => {
    const { manager, uploadServer, file } = await backedUp();
    const [{ words, content }, ...others] = uploadServer.uploads;
    assert.equal(others.length, 0);
    assert.equal(words, `s3 cp --only-show-errors /tmp/backup s3://backups.example/footfall/${file}`);
    const [sum] = (await manager.run('sha256sum', `${backups}/${file}`)).split(' ');
    assert.equal(createHash('sha256').update(content).digest('hex'), sum);
  });

  test('the timer makes a backup as the deploy user, and removes old backups', async () => {
    const { manager } = await backedUp();
    const [before] = await listBackups(manager);
    await manager.run('touch', '--date', '15 days ago', `${backups}/${before}`);
    const unit = '/etc/systemd/system/footfall-backup.service';
    const command = await manager.run('sed', '-n', 's/^ExecStart=//p', unit);
    await manager.run('su', 'deploy', '--command', command);
    const after = await listBackups(manager);
    assert.equal(after.length, 1);
    assert.notEqual(after[0], before);
  });

  test('restore refuses a database that is not empty, says why, and changes nothing', async () => {
    const { playbooks, database, counted } = await backedUp();
    const { code, output } = await playbooks.run('restore', {}, { mayFail: true });
    assert.notEqual(code, 0);
    assert.match(output, /is not empty/);
    assert.equal(await database.listCounted(), counted);
  });

  test('a dropped database is restored: the list is the same, and the totals equal the log', async (t) => {
    const { playbooks, database, service, counted, listed } = await backedUp();
    await database.replaceByEmpty();
    assert.match((await playbooks.run('restore')).output, /totals equal the log: \d+ visitors, \d+ visits/);
    assert.equal(await database.listCounted(), counted);
    await waitUntil('the service', 30, async () => (await ask(service.url, '/')).status === 200);
    assert.deepEqual(await service.listVisitors(), listed);
    for (const { username, visits } of listed.slice(0, 1)) {
      assert.equal((await ask(service.url, `/${username}`)).json.visits, visits + 1);
    }
    t.diagnostic(`${listed.length} visitors`);
  });

  test('every visit that was ever answered is in the log', async (t) => {
    const { loads, database } = await runningV1();
    const logged = new Map((await database.listCounted()).split('\n').map((line) => line.split('|')));
    let sum = 0;
    for (const [name, answered] of loads.listAnswered()) {
      assert.ok(
        Number(logged.get(name)) >= answered,
        `${name}: ${answered} answered, ${logged.get(name)} logged`,
      );
      sum += answered;
    }
    t.diagnostic(`${sum} visits`);
  });

  test('status prints release, replicas, migrations and the last backup', async () => {
    const { playbooks } = await backedUp();
    const { output, changed } = await playbooks.run('status');
    assert.equal(changed, 0);
    for (const word of [/v1/, /2\/2/, /healthy/, /\.dump/]) assert.match(output, word);
  });
}

async function listBackups(manager) {
  return (await manager.run('ls', '-A', backups)).split('\n').filter(Boolean);
}
