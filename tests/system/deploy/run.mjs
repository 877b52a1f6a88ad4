/**
 * Deploys to real hosts with the playbooks, under a load that remembers every answered visit: `npm run test:deploy`.
 * `npm run test:deploy -- lint release failure secret node backup server` runs the named groups only; all but the first
 * need `release`.
 */
import { checkBackup } from './backup-checks.mjs';
import { checkFailures } from './failure-checks.mjs';
import { checkLint } from './lint-checks.mjs';
import { checkNodes } from './node-checks.mjs';
import { checkProvision, checkReleases } from './release-checks.mjs';
import { checkSecrets } from './secret-checks.mjs';
import { checkServers } from './server-checks.mjs';
import { ensureAnsible } from './support/ansible.mjs';
import { roles, startDatabase } from './support/database.mjs';
import { startHosts } from './support/hosts.mjs';
import { createPlaybooks } from './support/playbooks.mjs';
import { backupImage, pushReleases, uploadImage } from './support/releases.mjs';
import { createServiceView } from './support/service.mjs';
import { createLoads } from './support/under-load.mjs';
import { startUploadServer } from './support/upload-server.mjs';
import { createChecks, report } from '../support/checks.mjs';
import { findEngine } from '../support/engine.mjs';

const checks = createChecks();
/** What was started, last first: each is taken down whatever happens. */
const cleanups = [];

if (await findEngine()) {
  const interrupt = () => void cleanUp().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  await checks.check('the run itself', runAll).finally(cleanUp);
} else {
  process.stdout.write('skipped: no engine\n');
}
process.exitCode = checks.close();

async function runAll() {
  await ensureAnsible();
  const linted = isWanted('lint') ? checkLint(checks) : undefined;
  if (isWanted('release') && process.env.FOOTFALL_LAB) await runOnHosts();
  else if (isWanted('release')) report('skipped: no hosts; FOOTFALL_LAB names the scripts that make them');
  await linted;
}

async function runOnHosts() {
  const place = await startHosts();
  cleanups.push(['the hosts', place.stop]);
  const database = await startDatabase(place);
  cleanups.push(['the database', database.stop]);
  const uploadServer = await startUploadServer(place.ownAddress);
  cleanups.push(['the upload server', uploadServer.stop]);
  const playbooks = await createPlaybooks({
    inventory: place.inventory,
    settings: toSettings(place, database, uploadServer),
    secrets: toSecrets(roles.first),
    authority: database.authority,
  });
  cleanups.push(['the playbooks', playbooks.remove]);

  const loads = createLoads(place.hosts);
  const service = createServiceView(place);
  const context = { ...place, database, uploadServer, playbooks, loads, service, toSecrets };
  const prepared = await Promise.all([
    checks.check('the releases build and are pushed', () => pushReleases(place.registry.here)),
    checkProvision(checks, context),
  ]);
  if (prepared.includes(false)) throw new Error('without hosts and releases the rest cannot be checked');
  await checkReleases({ ...checks, must }, context);
  if (isWanted('failure')) await checkFailures(checks, context);
  if (isWanted('secret')) await checkSecrets(checks, context);
  if (isWanted('node')) await checkNodes(checks, context);
  if (isWanted('backup')) await checkBackup(checks, context);
  if (isWanted('server')) await checkServers(checks, context);
}

/** What an operator would write into ansible/group_vars/all; the limits let a whole load through. */
function toSettings({ registry }, database, uploadServer) {
  return {
    footfall_registry: `${registry.there}/footfall`,
    footfall_db_host: database.address,
    footfall_db_name: database.name,
    footfall_db_ssl: 'verify-full',
    footfall_visit_rate: '100000r/s',
    footfall_visit_burst: 100_000,
    footfall_service_environment: { RATE_LIMIT_VISITS: '0', RATE_LIMIT_READS: '0', RATE_LIMIT_BADGES: '0' },
    footfall_update_monitor: '10s',
    footfall_backup_timer: '*-*-* 03:10:00',
    footfall_backup_s3_uri: 's3://backups.example/footfall',
    footfall_backup_s3_image: `${registry.there}/${uploadImage}`,
    footfall_backup_s3_environment: { UPLOAD_TO: uploadServer.target },
    footfall_backup_image: `${registry.there}/${backupImage}`,
  };
}

/** Rotated together: a role and its password. */
function toSecrets({ username, password }) {
  return {
    footfall_db_username: username,
    footfall_db_password: password,
    footfall_db_owner_username: roles.owner.username,
    footfall_db_owner_password: roles.owner.password,
  };
}

function isWanted(group) {
  const chosen = process.argv.slice(2);
  return chosen.length === 0 || chosen.includes(group);
}

/** A check without which the rest makes no sense. */
async function must(title, run) {
  if (!(await checks.check(title, run))) throw new Error(`without "${title}" the rest cannot be checked`);
}

async function cleanUp() {
  report('taking everything down');
  for (const [what, undo] of cleanups.splice(0).reverse()) {
    await checks.check(`taken down: ${what}`, async () => void (await undo()));
  }
}
