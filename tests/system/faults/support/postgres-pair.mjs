import { chown, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../../support/engine.mjs';
import { runProgram } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { startEmbeddedPostgres } from './compiled.mjs';
import { createFolder } from './external-server.mjs';
import { startNode } from './postgres-node.mjs';
import { readServerCommand } from './server-command.mjs';

const standbyName = 'standby';

/**
 * Starts a primary that may get a standby with synchronous streaming replication. `port` is that of the primary, whichever
 * server it is.
 */
export async function startPostgresPair() {
  const { folder, remove } = createFolder();
  const options = { dataDirectory: folder, database: 'footfall', claim: 'exclusive' };
  const created = await startEmbeddedPostgres(options);
  const { words, account } = await readServerCommand(folder);
  await created.stop();

  const { host, username, password } = created;
  const login = { user: username, password, database: 'footfall' };
  const common = { program: words[0], account, login };
  const cluster = words[words.indexOf('-D') + 1];
  let primary = await startNode({ ...common, cluster, port: await findFreePort() });
  let standby;
  let copies = 0;

  /** Copies the running primary and starts the copy as its standby. */
  const copyPrimary = async (port) => {
    const copy = join(folder, `copy-${(copies += 1)}`);
    await copyCluster(primary, copy, account);
    const conninfo = `host=127.0.0.1 port=${primary.port} user=${username} password=${password} application_name=${standbyName}`;
    return startNode({ ...common, cluster: copy, port }, { primary_conninfo: conninfo });
  };
  const server = {
    host,
    username,
    password,
    get port() {
      return primary.port;
    },
    /** Adds a standby to the primary: a commit waits for both from now on. */
    async addStandby() {
      await standby?.kill();
      if (standby) await rm(standby.cluster, { recursive: true, force: true });
      standby = await copyPrimary(await findFreePort());
      await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${standbyName}'`);
      await primary.query('SELECT pg_reload_conf()');
      await waitUntil('the standby to be synchronous', 20, async () => {
        const [row] = await primary.query('SELECT sync_state FROM pg_stat_replication');
        return row?.sync_state === 'sync';
      });
    },
    killPrimary: () => primary.kill(),
    stopPrimary: () => primary.stop(),
    /** Makes the standby the primary. */
    async promote() {
      await standby.query('SELECT pg_promote(true, 20)');
      [primary, standby] = [standby, primary];
    },
    /** Starts what was the primary again, at its port, as a standby of the new one. */
    async returnAsStandby() {
      const { port, cluster: lost } = standby;
      standby = await copyPrimary(port);
      await rm(lost, { recursive: true, force: true });
    },
  };
  return {
    server,
    async stop() {
      await Promise.all([primary.kill(), standby?.kill()]);
      remove();
    },
  };
}

/** Copies the cluster of a running server, as `pg_basebackup` does, which the npm package lacks. */
async function copyCluster(node, copy, { uid, gid }) {
  const write = async (name, text) => {
    await writeFile(join(copy, name), text);
    await chown(join(copy, name), uid, gid);
  };
  await node.use(async (client) => {
    await client.query(`SELECT pg_backup_start('${standbyName}', true)`);
    // The server removes files meanwhile, of which `cp` complains.
    await runProgram('cp', ['-a', node.cluster, copy], { allowFailure: true });
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
    await write('backup_label', rows[0].labelfile);
  });
  await write('standby.signal', '');
  for (const name of ['postmaster.pid', 'postmaster.opts']) await rm(join(copy, name), { force: true });
  // Segments that were written during the copy may be torn; the standby gets them from the primary.
  for (const name of await readdir(join(copy, 'pg_wal'))) {
    if (/^[0-9A-F]{24}$/.test(name)) await rm(join(copy, 'pg_wal', name));
  }
}
