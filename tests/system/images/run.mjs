/**
 * Builds both images, deploys the stack on a real engine and checks it from outside: `npm run test:images`.
 * `npm run test:images -- image process proxy stack compose` runs the named groups only.
 * APP_IMAGE and NGINX_IMAGE name images that are there already, such as those a pipeline has pushed.
 */
import { checkCompose } from './compose-checks.mjs';
import { checkContract } from './contract-checks.mjs';
import { checkExactness } from './exactness-checks.mjs';
import { checkImages } from './image-checks.mjs';
import { checkProcesses } from './process-checks.mjs';
import { checkProxy } from './proxy-checks.mjs';
import { checkTls } from './tls-checks.mjs';
import { createChecks, report } from '../support/checks.mjs';
import { password, startDatabase } from './support/database.mjs';
import { buildImage, ensureImage, findEngine, joinSwarm, runId } from '../support/engine.mjs';
import { createProxyNetwork } from './support/proxy-alone.mjs';
import { docker, runProgram } from '../support/shell.mjs';
import { createStack } from './support/stack.mjs';

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

// Each group of checks with what it needs; words on the command line choose among them.
async function runAll() {
  const context = await prepareImages();
  if (isWanted('image')) await checkImages(checks, context);

  const leaveSwarm = await joinSwarm();
  cleanups.push(['the swarm', leaveSwarm]);
  const database = await startDatabase();
  cleanups.push(['the database', () => database.stop()]);
  await must('a one-off job of the same image migrates', () => migrate(context.images, database));
  if (isWanted('process')) await checkProcesses(checks, { ...context, database });
  if (isWanted('proxy')) await runProxyChecks(context);
  if (isWanted('stack')) await runStackChecks({ ...context, database });
  if (isWanted('compose')) await checkCompose(checks, context);
}

async function runProxyChecks({ images }) {
  const network = await createProxyNetwork(images);
  cleanups.push(['the proxies', () => network.destroy()]);
  await checkProxy(checks, network);
  await checkTls(checks, network);
}

async function runStackChecks(context) {
  const stack = await createStack(context);
  cleanups.push(['the stack', () => stack.destroy()]);
  await must('the stack is deployed and serves', async () => {
    await stack.deploy();
    await stack.waitHealthy(2);
  });
  await checkContract(checks, { ...context, stack });
  await checkExactness(checks, { stack });
}

function isWanted(group) {
  const chosen = process.argv.slice(2);
  return chosen.length === 0 || chosen.includes(group);
}

/** A check without which the rest makes no sense. */
async function must(title, run) {
  if (!(await checks.check(title, run))) throw new Error(`without "${title}" the rest cannot be checked`);
}

async function prepareImages() {
  const version = `0.0.0-test.${runId}`;
  const { stdout } = await runProgram('git', ['rev-parse', 'HEAD']);
  const revision = stdout.trim();
  const { APP_IMAGE: app, NGINX_IMAGE: nginx } = process.env;
  if (app && nginx) {
    const labels = '{{index .Config.Labels "org.opencontainers.image.version"}}';
    for (const image of [app, nginx]) await ensureImage(image);
    return { images: { app, nginx }, revision, version: await docker(['inspect', app, '--format', labels]) };
  }
  const images = { app: 'footfall:test', nginx: 'footfall-nginx:test' };
  await must('both images build', async () => {
    const args = { VERSION: version, REVISION: revision };
    await buildImage('docker/app.Dockerfile', images.app, args);
    await buildImage('docker/nginx.Dockerfile', images.nginx, args);
  });
  return { images, version, revision };
}

function migrate(images, { settings }) {
  const environment = Object.entries({ ...settings, DB_PASSWORD: password });
  return docker([
    ...['run', '--rm', '--network', 'host', '--read-only', '--cap-drop', 'ALL'],
    ...environment.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[images.app, 'node', 'dist/src/cli/migrate.js', 'up'],
  ]).then((output) => `${output.split('\n').filter((line) => line.startsWith('applied')).length} migrations`);
}

async function cleanUp() {
  report('taking everything down');
  for (const [what, undo] of cleanups.splice(0).reverse()) {
    await checks.check(`taken down: ${what}`, async () => void (await undo()));
  }
}
