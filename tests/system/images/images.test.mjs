/**
 * Builds both images, deploys the stack on a real engine and tests it from outside: `npm run test:images`.
 * `npm run test:images -- --test-name-pattern='^proxy$'` runs one group. APP_IMAGE and NGINX_IMAGE name images that
 * exist already, such as those that a pipeline has pushed.
 */
import { after, describe, test } from 'node:test';
import { findEngine, joinSwarm } from '../support/engine.mjs';
import { createSharedResources } from '../support/shared-resources.mjs';
import { describeCompose } from './describe-compose.mjs';
import { describeContract } from './describe-contract.mjs';
import { describeDataDump } from './describe-data-dump.mjs';
import { describeImageContents } from './describe-image-contents.mjs';
import { describeKubernetes } from './describe-kubernetes.mjs';
import { describeLibcMove } from './describe-libc-move.mjs';
import { describePlainNode } from './describe-plain-node.mjs';
import { describeProcesses } from './describe-processes.mjs';
import { describeProtection } from './describe-protection.mjs';
import { describeProxy } from './describe-proxy.mjs';
import { describeReplicas } from './describe-replicas.mjs';
import { describeTls } from './describe-tls.mjs';
import { migrate, startDatabase } from './support/database.mjs';
import { prepareImages } from './support/prepare-images.mjs';
import { createProxyNetwork } from './support/proxy-network.mjs';
import { createStack } from './support/create-stack.mjs';
import { startAlone } from './support/start-alone.mjs';

const skip = !(await findEngine()) && 'there is no Docker engine';
const { share, removeAll } = createSharedResources();
after(removeAll);

const builtImages = share('both images', prepareImages);
const swarm = share('the swarm', joinSwarm, (leave) => leave());
const emptyDatabase = share(
  'the database',
  async () => {
    await swarm();
    return startDatabase();
  },
  ({ stop }) => stop(),
);
const migrated = share('the migrations', async () =>
  migrate((await builtImages()).images, await emptyDatabase()),
);
const context = async () => {
  const { images } = await builtImages();
  const database = await emptyDatabase();
  await migrated();
  return { images, database };
};
const network = share(
  'the proxies',
  async () => createProxyNetwork((await builtImages()).images),
  ({ remove }) => remove(),
);
const stack = share(
  'the stack',
  async () => createStack(await context()),
  (created) => created.destroy(),
);
const deployed = share('the deploy of the stack', async () => {
  const { deploy, waitHealthy } = await stack();
  await deploy();
  await waitHealthy(2);
});
const runningStack = async () => {
  await deployed();
  return stack();
};
const direct = share(
  'a service without the proxy',
  async () => startAlone(await context(), 'direct'),
  ({ remove }) => remove(),
);

describe('preparation', { skip }, () => {
  test('both images build', async () => void (await builtImages()));
  test('a one-off job of the image migrates', async (t) => t.diagnostic(`${await migrated()} migrations`));
});
describe('data dump', { skip }, () => describeDataDump(context));
describe('libc move', { skip }, () => describeLibcMove(context));
describe('image contents', { skip }, () => describeImageContents(builtImages));
describe('processes', { skip }, () => describeProcesses(context));
describe('plain Node', { skip }, () => describePlainNode(context));
describe('proxy', { skip }, () => describeProxy(network, share));
describe('TLS', { skip }, () => describeTls(network, share));
describe('stack', { skip }, () => {
  test('the stack is deployed and serves', deployed);
});
describe('contract', { skip }, () => describeContract(runningStack, direct));
describe('protection', { skip }, () => describeProtection(runningStack, direct));
describe('replicas', { skip }, () => describeReplicas(runningStack));
describe('compose', { skip }, () => describeCompose(builtImages, share));
describe('Kubernetes', { skip }, describeKubernetes);
describe('removal', { skip }, () => {
  test('everything that the tests started is removed', removeAll);
});
