import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ask } from '../support/http-client.mjs';
import { waitUntil } from '../support/shell.mjs';

const backups = '/var/lib/footfall/backups';

/** The restore drill: everything is lost, and everything comes back. */
export async function checkBackup({ check }, context) {
  const { hosts, playbooks, loads, service, database, uploadServer } = context;
  const [manager] = hosts;
  let counted;
  let listed;

  await check('backup writes a file that only its owner can read', async () => {
    [counted, listed] = [await database.listCounted(), await service.listVisitors()];
    await playbooks.run('backup');
    const [file, ...others] = await listBackups(manager);
    assert.deepEqual(others, []);
    assert.match(file, /-v1\.dump$/);
    assert.match(await manager.run('stat', '-c', '%a %s %U', `${backups}/${file}`), /^600 \d{4,} deploy$/);
    return file;
  });

  await check('the backup is handed to the S3 client under its name', async () => {
    const [file] = await listBackups(manager);
    const [{ words, content }, ...others] = uploadServer.uploads;
    assert.equal(others.length, 0);
    assert.equal(words, `s3 cp --only-show-errors /tmp/backup s3://backups.example/footfall/${file}`);
    const [sum] = (await manager.run('sha256sum', `${backups}/${file}`)).split(' ');
    assert.equal(createHash('sha256').update(content).digest('hex'), sum);
  });

  await check('what the timer runs makes a backup as the deploy user, and takes old ones away', async () => {
    const [before] = await listBackups(manager);
    await manager.run('touch', '--date', '15 days ago', `${backups}/${before}`);
    const unit = '/etc/systemd/system/footfall-backup.service';
    const command = await manager.run('sed', '-n', 's/^ExecStart=//p', unit);
    await manager.run('su', 'deploy', '--command', command);
    const after = await listBackups(manager);
    assert.equal(after.length, 1);
    assert.notEqual(after[0], before);
  });

  await check('restore refuses a database that is not empty, says why, and leaves it alone', async () => {
    const { code, output } = await playbooks.run('restore', {}, { mayFail: true });
    assert.notEqual(code, 0);
    assert.match(output, /is not empty/);
    assert.equal(await database.listCounted(), counted);
  });

  await check('dropped and restored: the lists are identical, and the totals equal the log', async () => {
    await database.replaceByEmpty();
    assert.match((await playbooks.run('restore')).output, /totals equal the log: \d+ visitors, \d+ visits/);
    assert.equal(await database.listCounted(), counted);
    await waitUntil('the service', 30, async () => (await ask(service.url, '/')).status === 200);
    assert.deepEqual(await service.listVisitors(), listed);
    for (const { username, visits } of listed.slice(0, 1)) {
      assert.equal((await ask(service.url, `/${username}`)).json.visits, visits + 1);
    }
    return `${listed.length} visitors`;
  });

  await check('every visit that was ever answered is in the log', async () => {
    const logged = new Map((await database.listCounted()).split('\n').map((line) => line.split('|')));
    let sum = 0;
    for (const [name, answered] of loads.listAnswered()) {
      assert.ok(
        Number(logged.get(name)) >= answered,
        `${name}: ${answered} answered, ${logged.get(name)} logged`,
      );
      sum += answered;
    }
    return `${sum} visits`;
  });

  await check('status tells release, replicas, migrations and the last backup', async () => {
    const { output, changed } = await playbooks.run('status');
    assert.equal(changed, 0);
    for (const word of [/v1/, /2\/2/, /healthy/, /\.dump/]) assert.match(output, word);
  });
}

async function listBackups(manager) {
  return (await manager.run('ls', '-A', backups)).split('\n').filter(Boolean);
}
